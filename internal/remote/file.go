package remote

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/transport"
)

// File fetches a public file of at most so many bytes. What went wrong on the way is
// said as the owner may know it.
func (f *Finder) File(ctx context.Context, url, accept string, most int64) ([]byte, error) {
	res, err := f.client.Get(ctx, url, transport.Get{Accept: accept, MaxBytes: most, Unsigned: true, Fresh: true})
	if err != nil {
		return nil, Explain(err)
	}
	if err := statusFault(url, res.Status); err != nil {
		return nil, err
	}
	if len(res.Body) == 0 {
		return nil, social.Faultf(social.Upstream, "%s is empty", url)
	}
	return res.Body, nil
}

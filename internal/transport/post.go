package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"skerry/internal/httpsig"
)

// Post delivers an activity, signed with key in one of two ways, within 15 seconds
// in all. A
// redirect is not followed: it would carry the signature elsewhere, and is the
// caller's to judge. Any status is a Response; its body is cut at 64 KiB. [AP 7.1]
func (c *Client) Post(ctx context.Context, raw string, body []byte, key httpsig.Key, s httpsig.Scheme) (*Response, error) {
	u, err := c.CheckURL(raw)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Limits.Total)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Content-Type", "application/activity+json")
	req.Header.Set("Accept", "application/activity+json, application/json, */*;q=0.1")
	if err := c.sign(ctx, req, body, key, s); err != nil {
		return nil, err
	}
	res, err := c.wire.RoundTrip(req)
	if err != nil {
		return nil, classify(err)
	}
	defer res.Body.Close()
	// The status is the answer; a body that breaks off changes nothing.
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return &Response{Status: res.StatusCode, Header: res.Header, Body: answer, URL: u.String()}, nil
}

package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"skerry/internal/httpsig"
)

// Get says how to fetch.
type Get struct {
	Accept   string
	MaxBytes int64         // of the answer, decompressed; 0: 1 MiB
	Unsigned bool          // send no signature
	Timeout  time.Duration // for all of it; 0: the client's
	Fresh    bool          // ask even when it failed not long ago

	plain bool // as it is, not compressed
}

// Response is an answer, whatever its status.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	URL    string // the address that answered, after redirects
}

type budgetKey struct{}

// WithBudget gives a cause at most so many fetches, also through contexts made
// from it. A budget that is there already stays.
func WithBudget(ctx context.Context, fetches int) context.Context {
	if _, has := ctx.Value(budgetKey{}).(*atomic.Int64); has {
		return ctx
	}
	left := new(atomic.Int64)
	left.Store(int64(fetches))
	return context.WithValue(ctx, budgetKey{}, left)
}

func spend(ctx context.Context) error {
	if left, ok := ctx.Value(budgetKey{}).(*atomic.Int64); ok && left.Add(-1) < 0 {
		return &Error{Kind: Budget}
	}
	return nil
}

// Get fetches an address, signed as the server's own actor. Redirects are
// followed at most three times, each checked and signed anew. Any status is a
// Response; an error is an *Error, or a Fault for an address that is not asked.
func (c *Client) Get(ctx context.Context, raw string, g Get) (*Response, error) {
	u, err := c.askable(ctx, raw)
	if err != nil {
		return nil, err
	}
	if failed := c.memory.failed(u.String()); failed != nil && !g.Fresh {
		return failed.again()
	}
	if g.MaxBytes == 0 {
		g.MaxBytes = maxBody
	}
	if g.Timeout == 0 {
		g.Timeout = c.o.Limits.Total
	}
	timed, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	res, err := c.whole(timed, u, g)
	if ctx.Err() == nil {
		c.memory.note(u.String(), res, err)
	}
	return res, err
}

// whole asks and reads the answer within the bounds.
func (c *Client) whole(ctx context.Context, u *url.URL, g Get) (*Response, error) {
	res, err := c.follow(ctx, u, g)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := readAll(res, g.MaxBytes)
	if err != nil && success(res.StatusCode) {
		return nil, asking(res.Request.URL.Host, classify(err)) // of any other answer the status is what counts: a 410 may come with a page of any size
	}
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body, URL: res.Request.URL.String()}, nil
}

func success(status int) bool { return status >= 200 && status < 300 }

// follow asks, and asks where the answer leads to. What comes back is open.
func (c *Client) follow(ctx context.Context, u *url.URL, g Get) (*http.Response, error) {
	for range maxRedirects + 1 {
		if err := spend(ctx); err != nil {
			return nil, err
		}
		if !c.privateHost(u.Hostname()) && !c.rate.take(u.Host) {
			return nil, &Error{Kind: Crowded, Host: u.Host}
		}
		res, err := c.once(ctx, u, g)
		if err != nil {
			return nil, asking(u.Host, classify(err))
		}
		location := res.Header.Get("Location")
		if !redirect(res.StatusCode) || location == "" {
			return res, nil
		}
		res.Body.Close()
		next, err := u.Parse(location)
		if err != nil {
			return nil, &Error{Kind: Redirects, Host: u.Host, Err: err}
		}
		from := u.Host
		if u, err = c.askable(ctx, next.String()); err != nil {
			return nil, &Error{Kind: Redirects, Host: from, Err: err}
		}
	}
	return nil, &Error{Kind: Redirects, Host: u.Host}
}

// askable checks an address that is to be fetched, and whether its host is refused.
func (c *Client) askable(ctx context.Context, raw string) (*url.URL, error) {
	u, err := c.CheckURL(raw)
	if err == nil && c.o.Refuse != nil {
		err = c.o.Refuse(ctx, u.Host)
	}
	return u, err
}

func redirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// once makes one GET.
func (c *Client) once(ctx context.Context, u *url.URL, g Get) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", g.Accept)
	if g.plain {
		req.Header.Set("Accept-Encoding", "identity")
	} else {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	if !g.Unsigned {
		if err := c.signGet(ctx, req); err != nil {
			return nil, err
		}
	}
	return c.wire.RoundTrip(req)
}

func (c *Client) signGet(ctx context.Context, req *http.Request) error {
	c.mu.RLock()
	key := c.key
	c.mu.RUnlock()
	if key == nil {
		return nil
	}
	k, err := key(ctx)
	if err != nil {
		return &Error{Kind: Unsigned, Err: err}
	}
	return c.sign(ctx, req, nil, k, httpsig.Cavage)
}

// sign waits for a core: a thousand sockets may wait, but not a thousand signatures.
// What goes wrong here is not the stranger's doing.
func (c *Client) sign(ctx context.Context, req *http.Request, body []byte, key httpsig.Key, s httpsig.Scheme) error {
	select {
	case c.signing <- struct{}{}:
	case <-ctx.Done():
		return &Error{Kind: Unsigned, Err: ctx.Err()}
	}
	defer func() { <-c.signing }()
	sign := httpsig.Sign
	if s == httpsig.RFC9421 {
		sign = httpsig.SignRFC9421
	}
	if err := sign(req, body, key, c.o.Now()); err != nil {
		return &Error{Kind: Unsigned, Err: err}
	}
	return nil
}

// readAll reads an answer: not more than limit bytes once unpacked, nor more
// than maxRatio times what came.
func readAll(res *http.Response, limit int64) ([]byte, error) {
	if !strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
		return bounded(res.Body, limit)
	}
	packed, err := bounded(res.Body, limit)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bounded(z, min(limit, int64(len(packed))*maxRatio+1024))
}

func bounded(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, &Error{Kind: TooLarge}
	}
	return b, nil
}

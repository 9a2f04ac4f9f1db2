package transport

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
)

// Stream is an answer that is read as it comes. It must be closed.
type Stream struct {
	Status int
	Size   int64 // bytes; -1 when it is not told

	body   io.ReadCloser
	left   int64 // bytes that may still come
	failed func(error)
	cancel context.CancelFunc
}

// errPacked is an answer that was asked for as it is.
var errPacked = errors.New("the answer is compressed")

// Stream is Get for what is too large to be held: the answer is given as soon as
// it begins, and without its body when it failed not long ago. g.MaxBytes and
// g.Timeout must be set and hold for all of it.
func (c *Client) Stream(ctx context.Context, raw string, g Get) (*Stream, error) {
	u, err := c.askable(ctx, raw)
	if err != nil {
		return nil, err
	}
	if failed := c.memory.failed(u.String()); failed != nil && !g.Fresh {
		res, err := failed.again()
		if err != nil {
			return nil, err
		}
		return &Stream{Status: res.Status, body: io.NopCloser(strings.NewReader("")), cancel: func() {}}, nil
	}
	g.plain = true
	timed, cancel := context.WithTimeout(ctx, g.Timeout)
	s, err := c.stream(timed, u, g)
	if err != nil {
		cancel()
		if ctx.Err() == nil {
			c.memory.note(u.String(), nil, err)
		}
		return nil, err
	}
	c.memory.note(u.String(), &Response{Status: s.Status}, nil)
	s.cancel = cancel
	s.failed = func(err error) {
		if ctx.Err() == nil {
			c.memory.note(u.String(), nil, err)
		}
	}
	return s, nil
}

func (c *Client) stream(ctx context.Context, u *url.URL, g Get) (*Stream, error) {
	res, err := c.follow(ctx, u, g)
	if err != nil {
		return nil, err
	}
	packed := res.Header.Get("Content-Encoding")
	switch {
	case !success(res.StatusCode):
	case res.ContentLength > g.MaxBytes:
		err = &Error{Kind: TooLarge}
	case packed != "" && !strings.EqualFold(packed, "identity"):
		err = &Error{Kind: Network, Err: errPacked}
	}
	if err != nil {
		res.Body.Close()
		return nil, err
	}
	return &Stream{Status: res.StatusCode, Size: res.ContentLength, body: res.Body, left: g.MaxBytes}, nil
}

// Read implements io.Reader. What is longer than allowed ends in an *Error.
func (s *Stream) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	if s.left -= int64(n); s.left < 0 {
		n, err = 0, &Error{Kind: TooLarge}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = classify(err)
		s.failed(err)
	}
	return n, err
}

// Close ends the answer.
func (s *Stream) Close() error {
	defer s.cancel()
	return s.body.Close()
}

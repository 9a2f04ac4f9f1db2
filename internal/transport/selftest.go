package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// SelfTest makes sure that an outbound proxy refuses private addresses: the check
// at the dial sees only the proxy. It asks the proxy, in the way real requests
// go, for a listener of our own on loopback, and fails when that is reached. When
// the proxy runs elsewhere its loopback is another machine's, so a link-local
// address is asked for too. Without a proxy there is nothing to test.
func (c *Client) SelfTest(ctx context.Context) error {
	if c.o.Proxy == nil {
		return nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("OUTBOUND_PROXY: open a canary: %w", err)
	}
	defer l.Close()
	var reached atomic.Bool
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			reached.Store(true)
			conn.Close()
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	canary := url.URL{Scheme: "https", Host: l.Addr().String(), Path: "/"}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, canary.String(), nil)
	if err != nil {
		return err
	}
	t := c.transport()
	defer t.CloseIdleConnections()
	res, err := t.RoundTrip(req)
	if err == nil {
		res.Body.Close()
	}
	if reached.Load() {
		return errors.New("OUTBOUND_PROXY lets us reach private addresses, so a stranger could make this server ask services of yours: " +
			"configure the proxy to refuse 127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, ::1 and fc00::/7")
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("OUTBOUND_PROXY: the proxy %s does not answer: %w", c.o.Proxy.Host, err)
	}
	return nil
}

package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// SelfTest makes sure that an outbound proxy refuses private addresses: the check
// at the dial sees only the proxy. It asks the proxy, in the way real requests
// go, for listeners of our own, and fails when one is reached. A proxy that says
// nothing has not let us through: some drop what they refuse. Without a proxy
// there is nothing to test.
func (c *Client) SelfTest(ctx context.Context) error {
	if c.o.Proxy == nil {
		return nil
	}
	ours, err := c.besideProxy(ctx)
	if err != nil {
		return fmt.Errorf("OUTBOUND_PROXY: the proxy %s does not answer: %w", c.o.Proxy.Host, err)
	}
	for _, one := range canaries(ours) {
		reached, err := c.reaches(ctx, one)
		if err != nil {
			return fmt.Errorf("OUTBOUND_PROXY: test with %s: %w", one.asked, err)
		}
		if reached {
			return errors.New("OUTBOUND_PROXY lets us reach private addresses, so a stranger could make this server ask services of yours: " +
				"configure the proxy to refuse 127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, ::1 and fc00::/7, " +
				"also where a name leads to them")
		}
	}
	return nil
}

// canary is a listener of ours and the host by which it is asked for.
type canary struct {
	listens netip.Addr
	asked   string
}

// canaries are on loopback, by number and by name, because a proxy may look at
// only one of the two. When the proxy runs elsewhere its loopback is another
// machine's, so our private address on the way to it is asked for too.
func canaries(ours netip.Addr) []canary {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	all := []canary{{loopback, loopback.String()}, {loopback, "localhost"}}
	if ours = ours.Unmap(); ours != loopback && ours.Zone() == "" && !Global(ours) {
		all = append(all, canary{ours, ours.String()})
	}
	return all
}

// besideProxy gives our own address on the way to the proxy.
func (c *Client) besideProxy(ctx context.Context) (netip.Addr, error) {
	conn, err := c.dialer().DialContext(ctx, "tcp", proxyAddress(c.o.Proxy))
	if err != nil {
		return netip.Addr{}, err
	}
	defer conn.Close()
	local, err := netip.ParseAddrPort(conn.LocalAddr().String())
	return local.Addr(), err
}

// reaches reports whether a request through the proxy arrives at a canary.
func (c *Client) reaches(ctx context.Context, one canary) (bool, error) {
	l, err := net.Listen("tcp", netip.AddrPortFrom(one.listens, 0).String())
	if err != nil {
		return false, err
	}
	reached := make(chan bool)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			conn.Close()
		}
		reached <- err == nil
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err == nil {
		err = c.ask(ctx, net.JoinHostPort(one.asked, port))
	}
	l.Close()
	return <-reached, err
}

// ask sends a request through the proxy. It is an error when it did not get as far
// as the proxy.
func (c *Client) ask(ctx context.Context, host string) error {
	timed, cancel := context.WithTimeout(ctx, c.o.Limits.Dial)
	defer cancel()
	u := url.URL{Scheme: "https", Host: host, Path: "/"}
	req, err := http.NewRequestWithContext(timed, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	t := c.transport()
	defer t.CloseIdleConnections()
	res, err := t.RoundTrip(req)
	if err == nil {
		res.Body.Close()
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		return err
	}
	return ctx.Err()
}

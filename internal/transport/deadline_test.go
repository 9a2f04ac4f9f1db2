package transport

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"

	"skerry/internal/httpsig"
	"testing/synctest"
	"time"
)

// Time is fake in these tests and connections are in memory, so that the real
// limits are met exactly and nobody waits.

// slow is how a stranger wastes our time. It ends when we hang up.
type slow func(net.Conn)

// mute accepts and says nothing; it does not even read.
func mute(net.Conn) {}

// listens reads the request, and then goes on with another way.
func listens(then slow) slow {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			then(conn)
		}
	}
}

// drips says something at once, and then a little every second.
func drips(begin, drop string) slow {
	return func(conn net.Conn) {
		_, err := io.WriteString(conn, begin)
		for err == nil {
			time.Sleep(time.Second)
			_, err = io.WriteString(conn, drop)
		}
	}
}

// opposite gives a client on whose other end is a slow stranger.
func opposite(t *testing.T, way slow, o Options) *Client {
	t.Helper()
	var open sync.WaitGroup
	t.Cleanup(open.Wait)
	c := newClient(t, o)
	c.wire.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		open.Go(func() {
			way(theirs)
			io.Copy(io.Discard, theirs)
			theirs.Close()
		})
		return ours, nil
	}
	return c
}

// slowStrangers are ways to waste our time, and when each is given up.
var slowStrangers = map[string]struct {
	way     slow
	address string
	after   time.Duration
}{
	"reads nothing":       {blocks, "http://127.0.0.1/", 15 * time.Second},
	"says nothing":        {listens(mute), "http://127.0.0.1/", 10 * time.Second},
	"no TLS":              {mute, "https://a.example/", 5 * time.Second},
	"half a status":       {listens(drips("HTTP/1.1 20", "")), "http://127.0.0.1/", 10 * time.Second},
	"headers without end": {listens(drips("HTTP/1.1 200 OK\r\n", "X-Filler: x\r\n")), "http://127.0.0.1/", 10 * time.Second},
	"headers by the byte": {listens(drips("HTTP/1.1 200 OK\r\nX-Filler: ", "x")), "http://127.0.0.1/", 10 * time.Second},
	"hints without end":   {listens(drips("", "HTTP/1.1 103 Early Hints\r\n\r\n")), "http://127.0.0.1/", 10 * time.Second},
}

// blocks leaves what we send unread.
func blocks(conn net.Conn) {
	one := make([]byte, 1)
	conn.Read(one)
	time.Sleep(time.Minute)
}

func TestSlowStrangersAreGivenUp(t *testing.T) {
	t.Parallel()
	key := ourKey()
	for name, s := range slowStrangers {
		for method, send := range map[string]func(*Client) (*Response, error){
			"GET": func(c *Client) (*Response, error) { return c.Get(context.Background(), s.address, Get{}) },
			"POST": func(c *Client) (*Response, error) {
				return c.Post(context.Background(), s.address, []byte("{}"), key, httpsig.Cavage)
			},
		} {
			t.Run(method+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := opposite(t, s.way, Options{})
					start := time.Now()
					res, err := send(c)
					if kind(err) != Timeout || res != nil || Permanent(err) {
						t.Errorf("got %+v, %v, want Timeout", res, err)
					}
					if took := time.Since(start); took != s.after {
						t.Errorf("got an end after %v, want %v", took, s.after)
					}
				})
			})
		}
	}
}

func TestDrippingBodyEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	key := ourKey()
	synctest.Test(t, func(t *testing.T) {
		c := opposite(t, listens(drips("HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n", "x")), Options{})
		start := time.Now()
		res, err := c.Get(t.Context(), "http://127.0.0.1/", Get{})
		if kind(err) != Timeout || res != nil {
			t.Errorf("GET: got %+v, %v, want Timeout", res, err)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("GET: got an end after %v, want 15s", took)
		}
		start = time.Now()
		res, err = c.Post(t.Context(), "http://127.0.0.1/", []byte("{}"), key, httpsig.Cavage)
		if err != nil || res.Status != 202 {
			t.Errorf("POST: got %+v, %v, want 202: it has arrived", res, err)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("POST: got an end after %v, want 15s", took)
		}
	})
}

func TestRedirectsShareOneDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := opposite(t, listens(func(conn net.Conn) {
			time.Sleep(6 * time.Second)
			io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /next\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		}), Options{})
		start := time.Now()
		if _, err := c.Get(t.Context(), "http://127.0.0.1/", Get{}); kind(err) != Timeout {
			t.Errorf("got %v, want Timeout", err)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("got an end after %v, want 15s", took)
		}
	})
}

func TestGivenLimitsHold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		way   slow
		o     Limits
		g     Get
		after time.Duration
	}{
		"total":          {blocks, Limits{Total: 3 * time.Second}, Get{}, 3 * time.Second},
		"header":         {listens(mute), Limits{Header: 2 * time.Second}, Get{}, 2 * time.Second},
		"of the request": {listens(mute), Limits{}, Get{Timeout: time.Second}, time.Second},
		"longer than of the client": {
			listens(drips("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "x")), Limits{}, Get{Timeout: 30 * time.Second}, 30 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := opposite(t, c.way, Options{Limits: c.o})
				start := time.Now()
				if _, err := client.Get(t.Context(), "http://127.0.0.1/", c.g); kind(err) != Timeout {
					t.Errorf("got %v, want Timeout", err)
				}
				if took := time.Since(start); took != c.after {
					t.Errorf("got an end after %v, want %v", took, c.after)
				}
			})
		})
	}
}

// TestSlowResolverIsGivenUp: http.Transport does not end a dial when the request
// that wanted it ends.
func TestSlowResolverIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan time.Time, 1)
		c := newClient(t, Options{Resolve: func(ctx context.Context, _ string) ([]netip.Addr, error) {
			<-ctx.Done()
			ended <- time.Now()
			return nil, ctx.Err()
		}})
		start := time.Now()
		if _, err := c.Get(t.Context(), "https://a.example/", Get{Timeout: 2 * time.Second}); kind(err) != Timeout {
			t.Errorf("got %v, want Timeout", err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("got an end after %v, want 2s", took)
		}
		if took := (<-ended).Sub(start); took != 5*time.Second {
			t.Errorf("the resolver was left after %v, want 5s", took)
		}
	})
}

func TestCallersDeadlineIsNoFailureOfTheStranger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := opposite(t, listens(mute), Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Get(ctx, "http://127.0.0.1/", Get{}); kind(err) != Timeout {
			t.Errorf("got %v, want Timeout", err)
		}
		start := time.Now()
		if _, err := c.Get(t.Context(), "http://127.0.0.1/", Get{}); kind(err) != Timeout {
			t.Errorf("the next time: got %v, want it asked again, and Timeout", err)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("the next time: got an end after %v, want 10s", took)
		}
		if _, err := c.Get(t.Context(), "http://127.0.0.1/", Get{}); kind(err) != Recently {
			t.Errorf("once its time was up: got %v, want it remembered", err)
		}
	})
}

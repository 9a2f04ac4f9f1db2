package main

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// owned is a place whose server has an owner, anna.
func owned(t *testing.T, dsn string) *place {
	t.Helper()
	return newPlace(t, dsn, "OWNER_USERNAME=anna", "OWNER_PASSWORD=correct horse battery")
}

// hang makes a request that the server cannot finish, since the peer does not
// answer what it asks.
func (p *place) hang() {
	p.t.Helper()
	peer := testkit.NewPeer(p.t)
	bert, came := peer.Person("bert"), make(chan struct{}, 10)
	peer.Handle("/users/bert", func(_ http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		<-r.Context().Done()
	})
	request := bert.Request(p.origin+"/users/anna/inbox", bert.Activity("Follow", "follow", p.origin+"/users/anna"))
	go func() {
		if res, err := http.DefaultTransport.RoundTrip(request); err == nil {
			res.Body.Close()
		}
	}()
	<-came
}

func TestSignalEndsTheServerInOrder(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		p := owned(t, dsn)
		for name, sig := range map[string]syscall.Signal{"as systemd does": syscall.SIGTERM, "as Ctrl-C does": syscall.SIGINT} {
			s := p.serve()
			if err := s.Stop(sig); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestSignalEndsTheServerWhileARequestHangs(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		p := owned(t, dsn)
		s := p.serve()
		p.hang()
		p.stops(s)
		if said := s.Said(); !strings.Contains(said, "some requests were cut off at the stop") {
			t.Errorf("it said nothing of the request that was cut off:\n%s", said)
		}
	})
}

// Whoever asks twice is in a hurry.
func TestSecondSignalEndsTheServerAtOnce(t *testing.T) {
	t.Parallel()
	p := owned(t, "")
	s := p.serve()
	p.hang()
	if err := s.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := hear(s, "msg=\"stopping"); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(20 * time.Millisecond) // the first signal may still be on its way through
	defer again.Stop()
	deadline := time.After(patience)
	for ended := false; !ended; {
		select {
		case <-s.Ended():
			ended = true
		case <-again.C:
			if err := s.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		case <-deadline:
			t.Fatal("further signals do not end it")
		}
	}
	if said := s.Said(); strings.Contains(said, "cut off") {
		t.Errorf("it went on to stop in order:\n%s", said)
	}
	p.stops(p.serve())
}

// A database that takes the connection and says nothing must not hold the stop.
func TestSignalEndsAStartThatWaits(t *testing.T) {
	t.Parallel()
	l := testkit.Listen(t)
	defer l.Close()
	p := newPlace(t, "postgres://me@"+l.Addr().String()+"/skerry?sslmode=disable")
	s := p.launch()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p.stops(s)
	if said := s.Said(); !strings.Contains(said, "stopped before the start was complete") {
		t.Errorf("it said\n%s", said)
	}
}

// waiting is a terminal at which nobody types.
type waiting struct{ asked chan struct{} }

func (w waiting) Read([]byte) (int, error) {
	close(w.asked)
	select {}
}

func TestSignalEndsAQuestion(t *testing.T) {
	t.Parallel()
	ctx, signal := context.WithCancel(t.Context())
	in := waiting{make(chan struct{})}
	var out, said bytes.Buffer
	p := program{in: in, out: &out, err: &said, environ: []string{"DATA_DIR=" + t.TempDir()}, dir: t.TempDir()}
	ended := make(chan int, 1)
	go func() { ended <- p.run(ctx, []string{"owner", "create", "--username", "anna"}) }()
	<-in.asked
	signal()
	select {
	case code := <-ended:
		if code != 1 || said.String() != "skerry: interrupted before it was done\n" {
			t.Errorf("exit code %d, %q", code, said.String())
		}
	case <-time.After(patience):
		t.Fatal("it goes on waiting for an answer")
	}
}

package app_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/inbox"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// TestStopGivesBackWhatIsNotFinished stops a server whose peers hang: while a
// request waits for a key, a delivery for its answer, and a worker for a post.
func TestStopGivesBackWhatIsNotFinished(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		ctx, b, peer := t.Context(), newBerth(t, dsn), testkit.NewPeer(t)
		bert, eve, mallory := peer.Person("bert"), peer.Person("eve"), peer.Person("mallory")
		note := eve.Note("1", "hello")
		s := b.run()
		s.own(peer, bert)

		gates := []*gate{shut(peer, "/users/bert/inbox"), shut(peer, "/users/eve/notes/1"), shut(peer, "/users/mallory")}
		if _, err := s.Publisher.Post(ctx, social.Draft{Text: "@bert@" + peer.Origin[len("http://"):] + " hello"}, nil); err != nil {
			t.Fatal(err)
		}
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Announce", "b1", note["id"])); status != http.StatusAccepted {
			t.Fatalf("got %d %s, want 202", status, said)
		}
		cut := make(chan error, 1)
		request := mallory.Request(s.Owner.Inbox, mallory.Activity("Follow", "f1", s.Owner.IRI))
		go func() {
			res, err := http.DefaultTransport.RoundTrip(request)
			if err == nil {
				res.Body.Close()
			}
			cut <- err
		}()
		for _, g := range gates {
			g.wait(t)
		}
		s.signal()
		s.stopped()
		if err := <-cut; err == nil {
			t.Error("the request that could not be finished was answered")
		}
		wantFree(t, b)
		for _, g := range gates {
			g.away()
		}

		s = b.run()
		testkit.Settle(t, s.Server)
		if got := peer.Got("Create"); len(got) != 1 {
			t.Errorf("%d posts were delivered after the restart, want 1", len(got))
		}
		if _, err := s.DB.PostByIRI(ctx, note["id"].(string)); err != nil {
			t.Errorf("what was boosted is not there after the restart: %v", err)
		}
		s.signal()
		s.stopped()
	})
}

// wantFree wants work to wait that nobody holds.
func wantFree(t *testing.T, b *berth) {
	t.Helper()
	a, err := b.open()
	if err != nil {
		t.Fatal(err)
	}
	hosts := func(ctx context.Context) (time.Time, error) { return a.DB.DueHost(ctx, false, time.Now()) }
	for what, due := range map[string]func(context.Context) (time.Time, error){"a delivery": hosts, "an activity": a.DB.DueInbound} {
		at, err := due(t.Context())
		if err != nil || at.IsZero() || at.After(time.Now()) {
			t.Errorf("%s is due at %v, %v, want it to wait for whoever comes", what, at, err)
		}
	}
}

func TestRequestThatRunsIsFinishedBeforeTheStop(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b, peer := newBerth(t, dsn), testkit.NewPeer(t)
		bert, eve := peer.Person("bert"), peer.Person("eve")
		s := b.run()
		s.own(peer, bert)
		owner, g := s.Owner.ID, shut(peer, "/users/eve")
		request, answer := eve.Request(s.Owner.Inbox, eve.Activity("Follow", "f1", s.Owner.IRI)), make(chan int, 1)
		go func() {
			res, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				answer <- 0
				return
			}
			res.Body.Close()
			answer <- res.StatusCode
		}()
		g.wait(t)
		s.signal()
		s.hear("stopping")
		g.away()
		if got := <-answer; got != http.StatusAccepted {
			t.Errorf("got %d, want 202", got)
		}
		s.stopped()

		s = b.run()
		testkit.Settle(t, s.Server)
		a, err := s.DB.ActorByIRI(t.Context(), eve.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if got := peer.Got("Accept"); len(got) != 1 {
			t.Errorf("%d follows were accepted, want 1: what ran at the stop was done twice", len(got))
		}
		all, err := s.DB.Relationships(t.Context(), owner, []social.ID{a.ID})
		if err != nil || !all[a.ID].FollowedBy {
			t.Errorf("eve stands to the owner %+v, %v; want her Follow, which was answered 202, to count", all[a.ID], err)
		}
		s.signal()
		s.stopped()
	})
}

// refused runs a server that must not come to serve.
func refused(t *testing.T, a *app.App) error {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	return a.Run(ctx, func(net.Addr) {
		t.Error("it serves")
		stop()
	})
}

// The lock is on the data directory: whoever listens elsewhere is refused too,
// and before anything was taken from the server that runs.
func TestSecondServerOnTheSameFileIsRefused(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	first := b.run()
	second := *b
	second.cfg.Listen = "127.0.0.1:0"
	a, err := second.open()
	if err != nil {
		t.Fatal(err)
	}
	err = refused(t, a)
	if err == nil || !strings.Contains(err.Error(), "another server is running on "+b.cfg.DataDir) {
		t.Errorf("got %v, want a sentence that names the folder", err)
	}
	heard, stop := first.Bus.Listen(queue.Look(inbox.Lane))
	defer stop()
	b.wake()
	select {
	case <-heard:
	case <-time.After(time.Minute):
		t.Error("the first server cannot be woken any more")
	}
	first.signal()
	first.stopped()
	third := b.run()
	third.signal()
	third.stopped()
}

func TestServerThatCannotListenEndsWithItsFolderFree(t *testing.T) {
	t.Parallel()
	b, l := newBerth(t, ""), testkit.Listen(t)
	defer l.Close()
	taken := *b
	taken.cfg.Listen = l.Addr().String()
	a, err := taken.open()
	if err != nil {
		t.Fatal(err)
	}
	err = refused(t, a)
	if err == nil || !strings.Contains(err.Error(), "LISTEN: another program has "+taken.cfg.Listen) {
		t.Errorf("got %v, want a sentence that names the address", err)
	}
	s := b.run()
	s.signal()
	s.stopped()
}

// With SQLite one process is alone: what a crash left leased is done at once.
func TestLeasesOfACrashAreVoidAtTheStart(t *testing.T) {
	t.Parallel()
	b, peer := newBerth(t, ""), testkit.NewPeer(t)
	bert := peer.Person("bert")
	s := b.run()
	s.own(peer, bert)
	s.signal()
	s.stopped()
	a, err := b.open()
	if err != nil {
		t.Fatal(err)
	}
	row := store.Inbound{
		ID: a.DB.IDs().New(), Fingerprint: "f", Signer: bert.IRI, Key: bert.Key.ID, Kind: "Follow", Object: s.Owner.IRI, Inbox: "anna",
		Body:       []byte(`{"type":"Follow","id":"` + bert.IRI + `/activities/f1","actor":"` + bert.IRI + `","object":"` + s.Owner.IRI + `"}`),
		ReceivedAt: time.Now(),
	}
	err = a.DB.InTx(t.Context(), func(tx *store.Tx) error {
		if err := tx.AddInbound(t.Context(), row); err != nil {
			return err
		}
		all, err := tx.ClaimInbound(t.Context(), store.Lease{By: "a server that died", Now: time.Now(), Until: time.Now().Add(time.Hour)}, nil, 10)
		if err == nil && len(all) != 1 {
			err = errors.New("nothing to claim")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s = b.run()
	testkit.Settle(t, s.Server)
	if got := peer.Got("Accept"); len(got) != 1 {
		t.Errorf("%d follows were accepted, want 1", len(got))
	}
	s.signal()
	s.stopped()
}

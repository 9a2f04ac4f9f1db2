package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/httpsig"
	"skerry/internal/social"
)

func TestGetSaysWhoAsksAndForWhat(t *testing.T) {
	t.Parallel()
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/activity+json")
		says(203, "hello")(w, r)
	}))
	c := signs(town.visitor(t, Options{UserAgent: "Skerry/1 (+https://skerry.example/)"}))
	res, err := c.Get(t.Context(), "https://A.Example.com:443/users/%40a?x=%2F#main-key", Get{Accept: "application/activity+json"})
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != 203 || string(res.Body) != "hello" || res.Header.Get("Content-Type") != "application/activity+json" ||
		res.URL != "https://a.example.com/users/%40a?x=%2F" {
		t.Errorf("got %+v, want what was answered, and by whom", res)
	}
	l := town.letters()[0]
	if l.Method != "GET" || l.Host != "a.example.com" || l.Target != "/users/%40a?x=%2F" || len(l.Body) > 0 || l.Signed != nil {
		t.Errorf("got %+v, want a signed GET of the address", l)
	}
	delete(l.Header, "Signature")
	delete(l.Header, "Date")
	want := http.Header{
		"Accept": {"application/activity+json"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"Skerry/1 (+https://skerry.example/)"},
	}
	if diff := cmp.Diff(want, l.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestGetIsSignedWhenThereIsAKeyAndItIsWanted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key  bool
		g    Get
		want bool
	}{
		"signed":     {true, Get{}, true},
		"not wanted": {true, Get{Unsigned: true}, false},
		"no key yet": {false, Get{}, false},
	} {
		s := newStranger(t, says(200, "hello"))
		client := newClient(t, Options{})
		if c.key {
			signs(client)
		}
		if _, err := client.Get(t.Context(), s.URL, c.g); err != nil {
			t.Fatal(err)
		}
		l := s.letters()[0]
		if signed := httpsig.Signed(l.Header); signed != c.want || signed && l.Signed != nil {
			t.Errorf("%s: got signed: %v, %v, want %v", name, signed, l.Signed, c.want)
		}
	}
}

func TestGetIsSignedOverHTTP2(t *testing.T) {
	t.Parallel()
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }),
		func(s *httptest.Server) { s.EnableHTTP2 = true })
	c := signs(town.visitor(t, Options{}))
	res, err := c.Get(t.Context(), "https://a.example.com/x?y", Get{})
	if err != nil || string(res.Body) != "HTTP/2.0" {
		t.Fatalf("got %+v, %v, want an answer by HTTP/2", res, err)
	}
	if l := town.letters()[0]; l.Signed != nil || l.Host != "a.example.com" {
		t.Errorf("got %+v, want it signed for a.example.com", l)
	}
}

// TestOurOwnTroubleIsNotTheStrangers keeps a broken database from being taken for
// a broken stranger, whose address would then not be asked for five minutes.
func TestOurOwnTroubleIsNotTheStrangers(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(200, "hello"))
	c := newClient(t, Options{})
	broken := errors.New("the database is away")
	c.SetKey(func(context.Context) (httpsig.Key, error) { return httpsig.Key{}, broken })
	_, err := c.Get(t.Context(), s.URL, Get{})
	if kind(err) != Unsigned || !errors.Is(err, broken) || strings.Contains(Reason(err), "database") {
		t.Errorf("got %v, want that we could not sign, and the cause for our own log only", err)
	}
	c.SetKey(func(context.Context) (httpsig.Key, error) { return httpsig.Key{ID: "x"}, nil })
	if _, err = c.Get(t.Context(), s.URL, Get{}); kind(err) != Unsigned {
		t.Errorf("a key that cannot sign: got %v, want that we could not sign", err)
	}
	if got := s.asked(); got != nil {
		t.Errorf("%v were asked, want nothing", got)
	}
	signs(c)
	if res, err := c.Get(t.Context(), s.URL, Get{}); err != nil || res.Status != 200 {
		t.Errorf("once we can sign: got %+v, %v, want 200", res, err)
	}
}

func TestBudgetCountsEveryRequest(t *testing.T) {
	t.Parallel()
	town := newTown(t, chain(3, "https://z.example.com/"))
	c := town.visitor(t, Options{})
	for budget, want := range map[int]int{0: 0, 1: 1, 3: 3, 4: 4, 5: 4} {
		before := len(town.asked())
		ctx := WithBudget(t.Context(), budget)
		_, err := c.Get(ctx, "https://a.example.com/", Get{})
		if got := len(town.asked()) - before; got != want {
			t.Errorf("budget of %d: got %d requests, want %d", budget, got, want)
		}
		if spent := budget < 4; spent != (kind(err) == Budget) || spent != social.Is(err, social.Limited) || Permanent(err) {
			t.Errorf("budget of %d: got %v, want it spent: %v", budget, err, spent)
		}
	}
}

func TestBudgetIsSharedByAllThatOneCauseLeadsTo(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := newStranger(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	c := newClient(t, Options{})
	cause := WithBudget(t.Context(), 5)
	var all sync.WaitGroup
	var refused atomic.Int32
	for range 12 {
		all.Go(func() {
			inner, cancel := context.WithCancel(WithBudget(cause, 1000)) // a second budget does not count
			defer cancel()
			if _, err := c.Get(inner, s.URL, Get{}); kind(err) == Budget {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if asked.Load() != 5 || refused.Load() != 7 {
		t.Errorf("got %d requests and %d refusals, want 5 and 7", asked.Load(), refused.Load())
	}
	if _, err := c.Get(WithBudget(t.Context(), 1), s.URL, Get{}); err != nil {
		t.Errorf("another cause: got %v, want an answer", err)
	}
	if _, err := c.Get(t.Context(), s.URL, Get{}); err != nil {
		t.Errorf("no budget: got %v, want an answer", err)
	}
}

func TestWhatIsRefusedOrRememberedCostsNothingOfTheBudget(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(404, "no"))
	c := newClient(t, Options{})
	ctx := WithBudget(t.Context(), 2)
	for range 5 {
		if res, err := c.Get(ctx, s.URL+"/a", Get{}); err != nil || res.Status != 404 {
			t.Fatalf("got %+v, %v, want 404", res, err)
		}
		if _, err := c.Get(ctx, "http://a.example/", Get{}); !social.Is(err, social.Invalid) {
			t.Fatalf("got %v, want Invalid", err)
		}
	}
	if _, err := c.Get(ctx, s.URL+"/b", Get{}); err != nil {
		t.Errorf("got %v, want an answer from what is left", err)
	}
	if _, err := c.Get(ctx, s.URL+"/c", Get{}); kind(err) != Budget {
		t.Errorf("got %v, want the budget spent", err)
	}
}

func TestAbandonedGetIsNoFailureOfTheStranger(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	var first sync.Once
	s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait := false
		first.Do(func() { wait = true })
		if wait {
			close(arrived)
			<-r.Context().Done()
		}
	}))
	c := newClient(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := c.Get(ctx, s.URL, Get{}); !errors.Is(err, context.Canceled) || kind(err) != -1 {
		t.Errorf("got %v, want context.Canceled as it is", err)
	}
	if res, err := c.Get(t.Context(), s.URL, Get{}); err != nil || res.Status != 200 {
		t.Errorf("afterwards: got %+v, %v, want it asked again", res, err)
	}
}

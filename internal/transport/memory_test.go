package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/social"
)

// clock is the time of a client, moved by hand.
type clock struct{ at time.Time }

func newClock() *clock                { return &clock{noon} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func TestAnswersThatSayNoAreRememberedForTheirTime(t *testing.T) {
	t.Parallel()
	for status, span := range map[int]time.Duration{
		401: time.Hour, 403: time.Hour, 404: time.Hour, 410: time.Hour, 429: 5 * time.Minute, 500: 5 * time.Minute, 503: 5 * time.Minute,
		200: 0, 202: 0, 302: 0, 400: 0, 406: 0, 418: 0,
	} {
		s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		clock := newClock()
		c := newClient(t, Options{Now: clock.now})
		want := []int{1, 2, 3, 4, 5} // requests after each question
		if span > 0 {
			want = []int{1, 1, 1, 2, 3}
		}
		for i, question := range []struct {
			after time.Duration
			fresh bool
		}{{0, false}, {0, false}, {max(0, span-1), false}, {1, false}, {0, true}} {
			clock.pass(question.after)
			res, err := c.Get(t.Context(), s.URL+"/x", Get{Fresh: question.fresh})
			if err != nil || res.Status != status || res.Header == nil {
				t.Fatalf("got %+v, %v, want %d", res, err, status)
			}
			if got := len(s.asked()); got != want[i] {
				t.Errorf("%d, question %d: got %d requests, want %d", status, i, got, want[i])
			}
		}
	}
}

// TestFailuresAreRememberedForFiveMinutes fails in every way, and looks whether
// anybody is bothered the second time.
func TestFailuresAreRememberedForFiveMinutes(t *testing.T) {
	t.Parallel()
	var bothered atomic.Int32
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bothered.Add(1)
		switch r.Host {
		case "broken.example.com":
			panic(http.ErrAbortHandler)
		case "slow.example.com":
			<-r.Context().Done()
		case "large.example.com":
			endless(w, r)
		case "away.example.com":
			sends(302, "https://private.example.com/")(w, r)
		default:
			sends(302, "http://a.example.com/")(w, r)
		}
	}))
	resolve := func(ctx context.Context, host string) ([]netip.Addr, error) {
		bothered.Add(1)
		if host == "nobody.example.com" {
			return nil, nil
		}
		return inside(ctx, host)
	}
	for host, want := range map[string]ErrorKind{
		"broken.example.com": Network, "private.example.com": Refused, "nobody.example.com": NoName, "other.test": TLS,
		"slow.example.com": Timeout, "large.example.com": TooLarge, "elsewhere.example.com": Redirects, "away.example.com": Refused,
	} {
		clock := newClock()
		c := town.visitor(t, Options{Now: clock.now, Resolve: resolve})
		g := Get{Timeout: 10e9, MaxBytes: 1 << 10}
		if want == Timeout {
			g.Timeout = 100e6
		}
		if _, err := c.Get(t.Context(), "https://"+strings.ToUpper(host)+":443/x#y", g); kind(err) != want {
			t.Errorf("%s: got %v, want kind %d", host, err, want)
		}
		before := bothered.Load()
		clock.pass(short - 1)
		_, err := c.Get(t.Context(), "https://"+host+"/x", g)
		if kind(err) != Recently || kind(errors.Unwrap(err)) != want || bothered.Load() != before {
			t.Errorf("%s: within five minutes: got %v, want the failure of before, and nobody bothered", host, err)
		}
		if want != Refused { // what is refused is not connected to
			if _, err := c.Get(t.Context(), "https://"+host+"/another", g); kind(err) != want {
				t.Errorf("%s: another address: got %v, want kind %d", host, err, want)
			}
		}
		if _, err = c.Get(t.Context(), "https://"+host+"/x", Get{Timeout: g.Timeout, MaxBytes: g.MaxBytes, Fresh: true}); kind(err) != want {
			t.Errorf("%s: fresh: got %v, want kind %d", host, err, want)
		}
		clock.pass(short)
		if _, err = c.Get(t.Context(), "https://"+host+"/x", g); kind(err) != want {
			t.Errorf("%s: after five minutes: got %v, want kind %d", host, err, want)
		}
	}
}

func TestLastOutcomeIsWhatIsRemembered(t *testing.T) {
	t.Parallel()
	var status atomic.Int32 // 0: hang up
	s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status.Load() == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(int(status.Load()))
	}))
	c := newClient(t, Options{Now: newClock().now})
	for i, step := range []struct {
		status int32
		fresh  bool
		want   string
	}{
		{0, false, "Network"}, {0, false, "Recently"},
		{404, false, "Recently"}, {404, true, "404"}, {0, false, "404"}, // an answer in place of a failure
		{0, true, "Network"}, {200, false, "Recently"}, // and a failure in place of an answer
		{200, true, "200"}, {200, false, "200"}, // success forgets both
		{410, false, "410"}, {200, false, "410"},
		{500, true, "500"}, {200, false, "500"},
	} {
		status.Store(step.status)
		res, err := c.Get(t.Context(), s.URL, Get{Fresh: step.fresh})
		got := map[ErrorKind]string{Network: "Network", Recently: "Recently"}[kind(err)]
		if err == nil {
			got = fmt.Sprint(res.Status)
		}
		if got != step.want {
			t.Fatalf("step %d: got %s (%v), want %s", i, got, err, step.want)
		}
	}
}

func TestMemoryHasACap(t *testing.T) {
	t.Parallel()
	m := newMemory(newClock().now)
	for i := range 3 * remembered {
		m.note(fmt.Sprint("https://a.example/", i), &Response{Status: 404}, nil)
	}
	if got := m.failures.Len(); got != remembered {
		t.Errorf("got %d addresses, want %d", got, remembered)
	}
	if m.failed("https://a.example/0") != nil || m.failed(fmt.Sprint("https://a.example/", 3*remembered-1)) == nil {
		t.Error("the first is remembered or the last is not, want it the other way round")
	}
	r := newRate(newClock().now)
	for i := range 3 * remembered {
		r.take(fmt.Sprint(i, ".example"))
	}
	if got := r.hosts.Len(); got != remembered {
		t.Errorf("got %d hosts, want %d", got, remembered)
	}
}

func TestHostIsAskedTwentyTimesAtOnceAndFiveTimesASecond(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := newRate(clock.now)
	took := func() (n int) {
		for r.take("a.example") {
			n++
		}
		return n
	}
	for _, step := range []struct {
		pass time.Duration
		want int
	}{
		{0, 20}, {0, 0}, {199 * time.Millisecond, 0}, {time.Millisecond, 1}, {time.Second, 5}, {3 * time.Second, 15}, {time.Hour, 20}, {0, 0},
	} {
		clock.pass(step.pass)
		if got := took(); got != step.want {
			t.Errorf("%v later: got %d, want %d", step.pass, got, step.want)
		}
	}
	if !r.take("b.example") {
		t.Error("another host: refused, want it asked")
	}
}

func TestCrowdedHostIsLeftAloneForNow(t *testing.T) {
	t.Parallel()
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "b.example.com" {
			sends(302, "https://a.example.com/")(w, r)
		}
	}))
	clock := newClock()
	c := town.visitor(t, Options{Now: clock.now})
	get := func(host string) error {
		_, err := c.Get(t.Context(), "https://"+host+"/", Get{})
		return err
	}
	for i := range burst {
		if err := get("a.example.com"); err != nil {
			t.Fatalf("request %d: got %v, want an answer", i, err)
		}
	}
	if err := get("a.example.com"); kind(err) != Crowded || !social.Is(err, social.Limited) || Permanent(err) {
		t.Errorf("one more: got %v, want Crowded", err)
	}
	if err := get("b.example.com"); kind(err) != Crowded {
		t.Errorf("by a redirect: got %v, want Crowded", err)
	}
	if _, err := c.Get(t.Context(), "https://a.example.com/", Get{Fresh: true}); kind(err) != Crowded {
		t.Errorf("fresh: got %v, want Crowded", err)
	}
	if err := get("c.example.com"); err != nil {
		t.Errorf("another host: got %v, want an answer", err)
	}
	clock.pass(time.Second / perSecond)
	if err := get("a.example.com"); err != nil {
		t.Errorf("a moment later: got %v, want an answer: being crowded is not remembered", err)
	}
	if got, want := len(town.asked()), burst+3; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

func TestOpenedPeersAreNotLimited(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(200, "hello"))
	c := newClient(t, Options{Now: newClock().now})
	for i := range 3 * burst {
		if _, err := c.Get(t.Context(), s.URL, Get{}); err != nil {
			t.Fatalf("request %d: got %v, want an answer", i, err)
		}
	}
}

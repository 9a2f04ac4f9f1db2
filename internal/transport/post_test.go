package transport

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/httpsig"
	"skerry/internal/social"
)

const follow = `{"type":"Follow","id":"https://skerry.example/users/a/activities/1"}`

func TestPostDeliversWhatIsSigned(t *testing.T) {
	t.Parallel()
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "120")
		says(202, "taken")(w, r)
	}))
	c := town.visitor(t, Options{UserAgent: "Skerry/1", Now: func() time.Time { return noon }})
	res, err := c.Post(t.Context(), "https://A.example.com:443/users/%40b/inbox?x=1#y", []byte(follow), ourKey(), httpsig.Cavage)
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != 202 || string(res.Body) != "taken" || res.Header.Get("Retry-After") != "120" || res.URL != "https://a.example.com/users/%40b/inbox?x=1" {
		t.Errorf("got %+v, want what was answered", res)
	}
	l := town.letters()[0]
	if l.Method != "POST" || l.Host != "a.example.com" || l.Target != "/users/%40b/inbox?x=1" || string(l.Body) != follow {
		t.Errorf("got %s %s%s %s, want the activity", l.Method, l.Host, l.Target, l.Body)
	}
	if l.Signed != nil {
		t.Errorf("got %v, want it signed for where it arrived", l.Signed)
	}
	delete(l.Header, "Signature")
	delete(l.Header, "Digest")
	want := http.Header{
		"Accept": {"application/activity+json, application/json, */*;q=0.1"}, "Content-Type": {"application/activity+json"},
		"Content-Length": {strconv.Itoa(len(follow))}, "User-Agent": {"Skerry/1"}, "Date": {"Sun, 01 Mar 2026 12:00:00 GMT"},
	}
	if diff := cmp.Diff(want, l.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

// TestPostIsNotRedirected: Go's own client sends the signature, the digest and,
// for some statuses, the body on to wherever the answer says.
func TestPostIsNotRedirected(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for name, location := range map[string]string{
			"to another host": "https://b.example.com/inbox", "to another path": "/elsewhere", "to private": "http://127.0.0.2/inbox",
			"to nothing": "", "to what is no address": "https://b.example.com:port/", "to http": "http://a.example.com/inbox",
		} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				town := newTown(t, sends(status, location))
				res, err := town.visitor(t, Options{}).Post(t.Context(), "https://a.example.com/inbox", []byte(follow), ourKey(), httpsig.Cavage)
				if err != nil || res.Status != status || res.Header.Get("Location") != location || res.URL != "https://a.example.com/inbox" {
					t.Errorf("got %+v, %v, want the %d for the caller to judge", res, err, status)
				}
				if diff := cmp.Diff([]string{"a.example.com/inbox"}, town.asked()); diff != "" {
					t.Errorf("asked (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestEveryStatusOfAPostIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 204, 400, 401, 403, 404, 410, 418, 429, 500, 501, 503} {
		s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		res, err := newClient(t, Options{}).Post(t.Context(), s.URL, []byte("{}"), ourKey(), httpsig.Cavage)
		if err != nil || res.Status != status {
			t.Errorf("got %+v, %v, want %d", res, err, status)
		}
	}
}

func TestAnswerToAPostIsCut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.Handler
		want   int
	}{
		"as long as may be":   {says(200, strings.Repeat("x", 64<<10)), 64 << 10},
		"longer":              {says(200, strings.Repeat("x", 64<<10+1)), 64 << 10},
		"without end":         {http.HandlerFunc(endless), 64 << 10},
		"packed, not opened":  {packed("gzip", gzipped("hello")), len(gzipped("hello"))},
		"announced, cut off":  {http.HandlerFunc(broken), 5},
		"an error, very long": {says(500, strings.Repeat("x", 1<<20)), 64 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStranger(t, c.answer)
			res, err := newClient(t, Options{}).Post(t.Context(), s.URL, []byte("{}"), ourKey(), httpsig.Cavage)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Body) != c.want {
				t.Errorf("got %d bytes, want %d", len(res.Body), c.want)
			}
		})
	}
}

// broken announces more than it sends.
func broken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	io.WriteString(w, "hello")
}

// TestPostIsMadeOnce: a delivery that may have arrived is the queue's to repeat.
func TestPostIsMadeOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	address := rough(t, func(net.Conn) { asked.Add(1) }) // and hangs up
	_, err := newClient(t, Options{}).Post(t.Context(), "http://"+address+"/inbox", []byte("{}"), ourKey(), httpsig.Cavage)
	if kind(err) != Network || asked.Load() != 1 {
		t.Errorf("got %v after %d requests, want a failure after one", err, asked.Load())
	}
}

func TestPostThatCannotBeSignedIsNotSent(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(202, ""))
	c := newClient(t, Options{})
	_, err := c.Post(t.Context(), s.URL, []byte("{}"), httpsig.Key{ID: "https://skerry.example/actor#main-key"}, httpsig.Cavage)
	if kind(err) != Unsigned || Permanent(err) || !strings.Contains(err.Error(), "#main-key") {
		t.Errorf("got %v, want that the key cannot sign, to be tried again", err)
	}
	for range cap(c.signing) {
		c.signing <- struct{}{} // every core is busy
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Post(ctx, s.URL, []byte("{}"), ourKey(), httpsig.Cavage); kind(err) != Unsigned {
		t.Errorf("no core is free: got %v, want that we could not sign", err)
	}
	if got := s.asked(); got != nil {
		t.Errorf("%v were asked, want nothing", got)
	}
	<-c.signing
	for range 2 * cap(c.signing) { // each gives its core back
		if _, err := c.Post(t.Context(), s.URL, []byte("{}"), ourKey(), httpsig.Cavage); err != nil {
			t.Errorf("one core is free: got %v, want it sent", err)
		}
	}
}

func TestPostIsNotHeldUpByWhatFailedBefore(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(404, "no"))
	c := newClient(t, Options{})
	for range 3 {
		if res, err := c.Get(t.Context(), s.URL+"/inbox", Get{}); err != nil || res.Status != 404 {
			t.Fatalf("got %+v, %v, want 404", res, err)
		}
		if res, err := c.Post(t.Context(), s.URL+"/inbox", bytes.Repeat([]byte("x"), 1<<16), ourKey(), httpsig.Cavage); err != nil || res.Status != 404 {
			t.Fatalf("got %+v, %v, want 404", res, err)
		}
	}
	if got := len(s.asked()); got != 4 {
		t.Errorf("got %d requests, want one GET and three POSTs: the queue alone decides when one is made", got)
	}
}

func TestPostGoesOnlyWhereWeAsk(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for _, raw := range []string{"", "http://a.example/inbox", "https://127.0.0.2/inbox", "https://a.example:8443/inbox", "https://u@a.example/inbox"} {
		if _, err := c.Post(t.Context(), raw, []byte("{}"), ourKey(), httpsig.Cavage); !social.Is(err, social.Invalid) || !Permanent(err) {
			t.Errorf("%q: got %v, want Invalid, for good", raw, err)
		}
	}
}

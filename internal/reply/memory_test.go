package reply_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skerry/internal/reply"
)

// shop is a handler in front of which a Memory stands, and how often it was asked.
type shop struct {
	memory  http.Handler
	asked   int
	changes uint64
	now     time.Time
}

func newShop(answer http.HandlerFunc) *shop {
	s := &shop{now: time.Unix(1_800_000_000, 0)}
	s.memory = reply.NewMemory(func() uint64 { return s.changes }, func() time.Time { return s.now }).Handler(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.asked++
			answer(w, r)
		}))
	return s
}

// public answers what a server is told to keep, with how often it was asked.
func (s *shop) public(w http.ResponseWriter, r *http.Request) {
	_ = reply.Activity(w, r, map[string]any{"asked": s.asked, "for": r.URL.String()}, reply.Public3m)
}

func (s *shop) ask(method, url string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, url, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	s.memory.ServeHTTP(w, r)
	return w.Result()
}

func publicShop() *shop {
	var s *shop
	s = newShop(func(w http.ResponseWriter, r *http.Request) { s.public(w, r) })
	return s
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPublicAnswerIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := publicShop()
	first, again := s.ask("GET", "/users/a"), s.ask("GET", "/users/a")
	if s.asked != 1 {
		t.Errorf("the handler was asked %d times", s.asked)
	}
	for name := range first.Header {
		if got, want := again.Header.Get(name), first.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got, want := text(t, again), text(t, first); got != want || again.StatusCode != 200 {
		t.Errorf("got %d %s, want %s", again.StatusCode, got, want)
	}
}

func TestChangeAndTimeEmptyTheMemory(t *testing.T) {
	t.Parallel()
	s := publicShop()
	s.ask("GET", "/users/a")
	s.changes++
	s.ask("GET", "/users/a")
	if s.asked != 2 {
		t.Errorf("after a change the handler was asked %d times in all, want 2", s.asked)
	}
	s.now = s.now.Add(1999 * time.Millisecond)
	s.ask("GET", "/users/a")
	if s.asked != 2 {
		t.Errorf("within two seconds the handler was asked %d times, want 2", s.asked)
	}
	s.now = s.now.Add(time.Millisecond)
	s.ask("GET", "/users/a")
	if s.asked != 3 {
		t.Errorf("after two seconds the handler was asked %d times, want 3", s.asked)
	}
}

// What changes while an answer is made may or may not be in it.
func TestAnswerOverWhichSomethingChangedIsStale(t *testing.T) {
	t.Parallel()
	var s *shop
	s = newShop(func(w http.ResponseWriter, r *http.Request) {
		if s.asked == 1 {
			s.changes++
		}
		s.public(w, r)
	})
	s.ask("GET", "/users/a")
	s.ask("GET", "/users/a")
	if s.asked != 2 {
		t.Errorf("the handler was asked %d times, want 2", s.asked)
	}
}

func TestWhatAsksForSomethingElseIsAnotherAnswer(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]struct {
		url     string
		headers []string
	}{
		"another path":         {"/users/b", nil},
		"another query":        {"/users/a?page=true", nil},
		"another Accept":       {"/users/a", []string{"Accept: text/html"}},
		"who is logged in":     {"/users/a", []string{"Cookie: session=x"}},
		"who carries a token":  {"/users/a", []string{"Authorization: Bearer x"}},
		"an Accept of nothing": {"/users/a", []string{"Accept: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := publicShop()
			s.ask("GET", "/users/a", "Accept: application/activity+json")
			res := s.ask("GET", other.url, other.headers...)
			if want := fmt.Sprintf(`{"asked":2,"for":%q}`, other.url); text(t, res) != want {
				t.Errorf("asked %d times, want 2", s.asked)
			}
		})
	}
}

func TestConditionsAreAnsweredFromMemory(t *testing.T) {
	t.Parallel()
	s := publicShop()
	tag := s.ask("GET", "/users/a", `If-None-Match: "other"`).Header.Get("ETag")
	for name, c := range map[string]struct {
		method string
		header string
		status int
		empty  bool
	}{
		"the tag":      {"GET", "If-None-Match: " + tag, 304, true},
		"another tag":  {"GET", `If-None-Match: "x"`, 200, false},
		"a range":      {"GET", "Range: bytes=0-3", 206, false},
		"HEAD":         {"HEAD", "Accept-Language: de", 200, true},
		"HEAD and tag": {"HEAD", "If-None-Match: " + tag, 304, true},
	} {
		res := s.ask(c.method, "/users/a", c.header)
		if body := text(t, res); res.StatusCode != c.status || (body == "") != c.empty || res.Header.Get("ETag") != tag {
			t.Errorf("%s: got %d %q with tag %s, want %d with tag %s", name, res.StatusCode, body, res.Header.Get("ETag"), c.status, tag)
		}
	}
	if s.asked != 1 {
		t.Errorf("the handler was asked %d times, want once", s.asked)
	}
	if res := s.ask("HEAD", "/users/a"); res.ContentLength <= 0 && res.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD told no length: %v", res.Header)
	}
}

func TestOnlyWhatAnybodyMayKeepIsKept(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 200<<10)
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"for one reader": func(w http.ResponseWriter, r *http.Request) { _ = reply.Activity(w, r, "x", reply.NoStore) },
		"an error":       func(w http.ResponseWriter, r *http.Request) { reply.Text(w, r, http.StatusNotFound, "nobody") },
		"a Tombstone": func(w http.ResponseWriter, r *http.Request) {
			_ = reply.ActivityStatus(w, r, http.StatusGone, "x", reply.Public3m)
		},
		"the page elsewhere": func(w http.ResponseWriter, r *http.Request) { reply.SeeOther(w, r, "/@a") },
		"the unbounded":      func(w http.ResponseWriter, r *http.Request) { _ = reply.Activity(w, r, big, reply.Public3m) },
		"what varies by more": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Accept-Language")
			_ = reply.Activity(w, r, "x", reply.Public3m)
		},
		"nothing": func(http.ResponseWriter, *http.Request) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(answer)
			direct := httptest.NewRecorder()
			answer(direct, httptest.NewRequest("GET", "/users/a", nil))
			for range 2 {
				res := s.ask("GET", "/users/a")
				if body := text(t, res); res.StatusCode != direct.Code || body != direct.Body.String() {
					t.Errorf("got %d and %d bytes, want %d and %d", res.StatusCode, len(body), direct.Code, direct.Body.Len())
				}
			}
			if s.asked != 2 {
				t.Errorf("the handler was asked %d times, want 2", s.asked)
			}
		})
	}
}

func TestOtherMethodsPassTheMemory(t *testing.T) {
	t.Parallel()
	s := publicShop()
	s.ask("GET", "/users/a")
	s.ask("POST", "/users/a")
	if s.asked != 2 {
		t.Errorf("the handler was asked %d times, want 2", s.asked)
	}
}

package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

var mebibyte = Get{MaxBytes: 1 << 20, Timeout: 10 * time.Second, Unsigned: true, Accept: "image/*"}

func TestStreamIsReadWhileItComes(t *testing.T) {
	t.Parallel()
	more := make(chan struct{})
	s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first ")
		http.NewResponseController(w).Flush()
		<-more
		io.WriteString(w, "second")
	}))
	got, err := signs(newClient(t, Options{})).Stream(t.Context(), s.URL, mebibyte)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	first := make([]byte, 6)
	if _, err := io.ReadFull(got, first); err != nil || string(first) != "first " {
		t.Errorf("got %q, %v before the answer was over", first, err)
	}
	close(more)
	if rest, err := io.ReadAll(got); err != nil || string(rest) != "second" || got.Status != 200 {
		t.Errorf("got %q, %v with %d", rest, err, got.Status)
	}
	l := s.letters()[0]
	if l.Header.Get("Accept-Encoding") != "identity" || l.Header.Get("Accept") != "image/*" || l.Header.Get("Signature") != "" {
		t.Errorf("asked with %v", l.Header)
	}
}

func TestStreamIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20+1)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   ErrorKind
	}{
		"told to be long": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1048577")
			io.WriteString(w, long)
		}, TooLarge},
		"long": {func(w http.ResponseWriter, _ *http.Request) {
			http.NewResponseController(w).Flush()
			io.WriteString(w, long)
		}, TooLarge},
		"packed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, "x")
		}, Network},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.2:1/", http.StatusFound)
		}, Redirects},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStranger(t, c.answer)
			got, err := newClient(t, Options{}).Stream(t.Context(), s.URL, mebibyte)
			if err == nil {
				defer got.Close()
				_, err = io.Copy(io.Discard, got)
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != c.kind {
				t.Errorf("got %v, want kind %d", err, c.kind)
			}
		})
	}
}

func TestStreamThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "x")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	got, err := newClient(t, Options{}).Stream(t.Context(), s.URL, mebibyte)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	var e *Error
	if _, err := io.Copy(io.Discard, got); !errors.As(err, &e) {
		t.Errorf("got %v, want that it broke off", err)
	}
}

func TestStreamEndsWithItsTime(t *testing.T) {
	t.Parallel()
	s := newStranger(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	g := mebibyte
	g.Timeout = 50 * time.Millisecond
	got, err := newClient(t, Options{}).Stream(t.Context(), s.URL, g)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	var e *Error
	if _, err := io.Copy(io.Discard, got); !errors.As(err, &e) || e.Kind != Timeout {
		t.Errorf("got %v, want that its time was up", err)
	}
}

func TestWhatFailedIsNotStreamedAgainSoon(t *testing.T) {
	t.Parallel()
	s := newStranger(t, says(404, "no"))
	c := newClient(t, Options{})
	for range 2 {
		got, err := c.Stream(t.Context(), s.URL, mebibyte)
		if err != nil || got.Status != 404 {
			t.Fatalf("got %v, %v, want 404", got, err)
		}
		got.Close()
	}
	if n := len(s.letters()); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	other := newStranger(t, says(200, "yes"))
	if _, err := c.Stream(ctx, other.URL, mebibyte); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was given up", err)
	}
	got, err := c.Stream(t.Context(), other.URL, mebibyte)
	if err != nil {
		t.Fatalf("what we gave up counts as failed: %v", err)
	}
	got.Close()
}

package blob_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"skerry/internal/blob"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestStoreThatIsAwaySaysSoUntilItIsBack(t *testing.T) {
	t.Parallel()
	b, cable := testkit.S3(t).Cabled(t)
	s := newS3(b)
	put(t, s, "own/a", "x")
	cable.Cut()
	list := func() (err error) {
		for _, err = range s.List(t.Context(), "own/") {
		}
		return err
	}
	_, get := s.Get(t.Context(), "own/a")
	for doing, err := range map[string]error{
		"put": s.Put(t.Context(), "own/b", "text/plain", strings.NewReader("x")), "get": get, "list": list(),
		"delete": s.Delete(t.Context(), "own/a"), "delete two": s.Delete(t.Context(), "own/a", "own/b"),
	} {
		var f *social.Fault
		if !errors.As(err, &f) || f.Kind != social.Unavailable || f.After == 0 || !strings.Contains(f.Say, "media store is away") {
			t.Errorf("%s: got %v, want that the store is away", doing, err)
		}
	}
	if s.Away(t.Context()) == nil {
		t.Error("it is not away")
	}
	if err := s.Check(t.Context()); err != nil { // time may mend it
		t.Errorf("a store that is away counts as wrong: %v", err)
	}
	cable.Mend()
	if err := s.Away(t.Context()); err != nil {
		t.Errorf("it is not back: %v", err)
	}
}

func TestObjectThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	b, cable := testkit.S3(t).Cabled(t)
	s := newS3(b)
	put(t, s, "own/a", strings.Repeat("x", 16<<20)) // more than the sockets hold
	o, err := s.Get(t.Context(), "own/a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, err := io.CopyN(io.Discard, o, 1000); err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	if n, err := io.Copy(io.Discard, o); !social.Is(err, social.Unavailable) {
		t.Errorf("got %d bytes more and %v, want that the store is away", n, err)
	}
}

// fake is a store that answers everything with a status and a body.
func fake(t *testing.T, status int, body string) testkit.Bucket {
	t.Helper()
	l := testkit.Listen(t)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})}}
	s.Start()
	t.Cleanup(s.Close)
	return testkit.Bucket{Endpoint: s.URL, Name: "media", Key: "key", Secret: "secret"}
}

func said(code string) string {
	return `<?xml version="1.0"?><Error><Code>` + code + `</Code><Message>as the store says</Message></Error>`
}

func TestWrongSettingIsNamedWithTheMend(t *testing.T) {
	t.Parallel()
	real := func(change func(*testkit.Bucket)) func(*testing.T) testkit.Bucket {
		return func(t *testing.T) testkit.Bucket {
			b := testkit.S3(t)
			change(&b)
			return b
		}
	}
	answering := func(status int, body string) func(*testing.T) testkit.Bucket {
		return func(t *testing.T) testkit.Bucket { return fake(t, status, body) }
	}
	for name, c := range map[string]struct {
		where        func(*testing.T) testkit.Bucket
		setting, say string
	}{
		"another bucket":    {real(func(b *testkit.Bucket) { b.Name = "nobodys" }), "S3_BUCKET", `has no bucket "nobodys" (create it`},
		"another key":       {real(func(b *testkit.Bucket) { b.Key = "nobody" }), "S3_ACCESS_KEY_ID", "does not know this key"},
		"another secret":    {real(func(b *testkit.Bucket) { b.Secret = "wrong" }), "S3_SECRET_ACCESS_KEY", "does not belong to the key"},
		"TLS where is none": {real(func(b *testkit.Bucket) { b.Endpoint = strings.Replace(b.Endpoint, "http", "https", 1) }), "S3_ENDPOINT", "write http://"},
		"no right":          {answering(403, said("AccessDenied")), "S3_ACCESS_KEY_ID", `does not let this key list in bucket "media"`},
		"another region":    {answering(400, said("AuthorizationHeaderMalformed")), "S3_REGION", `in region "us-east-1" (set`},
		"a wrong clock":     {answering(403, said("RequestTimeTooSkewed")), "S3_ENDPOINT", "set the clock"},
		"a web site":        {answering(200, "<!doctype html><title>Hello</title><p>hello"), "S3_ENDPOINT", "does not answer as an S3 store does"},
		"a redirect":        {answering(302, ""), "S3_ENDPOINT", "answers 302"},
		"another server":    {answering(405, "no"), "S3_ENDPOINT", "answers 405 when we list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := c.where(t)
			err := newS3(b).Check(t.Context())
			if err == nil {
				t.Fatal("got no error")
			}
			_, host, _ := strings.Cut(b.Endpoint, "://")
			if want := c.setting + ": " + host + " "; !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line that begins with %q and says %q", err, want, c.say)
			}
		})
	}
}

func TestTroubleThatPassesIsNoWrongSetting(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 500, 502, 503} {
		if err := newS3(fake(t, status, "")).Check(t.Context()); err != nil {
			t.Errorf("%d: got %v", status, err)
		}
	}
	nobody := testkit.Listen(t)
	nobody.Close()
	if err := newS3(testkit.Bucket{Endpoint: "http://" + nobody.Addr().String(), Name: "media", Key: "k", Secret: "s"}).Check(t.Context()); err != nil {
		t.Errorf("nobody listens: got %v", err)
	}
}

// Whoever reads the bucket itself learns the type that we found, and that a key
// never changes.
func TestBucketIsToldWhatReadersNeed(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got http.Header
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = r.Header
	}))
	t.Cleanup(s.Close)
	o := options(testkit.Bucket{Endpoint: s.URL, Name: "media", Key: "k", Secret: "s"})
	o.PublicURL = "https://cdn.example/files"
	store := blob.NewS3(o)
	put(t, store, "own/a.webp", "x")
	mu.Lock()
	defer mu.Unlock()
	if got.Get("Content-Type") != "text/plain" || got.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("got %v", got)
	}
	if at := store.Public("own/a.webp"); at != "https://cdn.example/files/own/a.webp" {
		t.Errorf("public address: got %q", at)
	}
	if at := store.Public("../a"); at != "" {
		t.Errorf("public address of no key: got %q", at)
	}
}

func TestLogTellsOnceThatTheStoreIsAwayAndOnceThatItIsBack(t *testing.T) {
	t.Parallel()
	b, cable := testkit.S3(t).Cabled(t)
	var log strings.Builder
	o := options(b)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := blob.NewS3(o)
	cable.Cut()
	for range 3 {
		_, _ = s.Head(t.Context(), "own/a")
	}
	cable.Mend()
	for range 3 {
		_, _ = s.Head(t.Context(), "own/a")
	}
	if got := log.String(); strings.Count(got, "is away") != 1 || strings.Count(got, "is back") != 1 || strings.Contains(got, b.Secret) {
		t.Errorf("the log says\n%s", got)
	}
}

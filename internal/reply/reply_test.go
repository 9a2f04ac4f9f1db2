package reply

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answer runs fn on a server and gives what came over the wire.
func answer(t *testing.T, method string, header http.Header, fn func(http.ResponseWriter, *http.Request) error) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := fn(w, r); err != nil {
			t.Errorf("got error %v, want none", err)
		}
	}))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// headers picks some headers for a comparison.
func headers(res *http.Response, names ...string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		if v := res.Header.Values(name); len(v) > 0 {
			out[name] = strings.Join(v, " | ")
		}
	}
	return out
}

func activity(c Cache) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		return Activity(w, r, map[string]string{"content": "<p>hi</p>"}, c)
	}
}

func TestActivityIsPublicTaggedAndUnescaped(t *testing.T) {
	t.Parallel()
	changed := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	res, body := answer(t, "GET", nil, activity(Public3m.Changed(changed)))
	if want := `{"content":"<p>hi</p>"}`; body != want || res.StatusCode != 200 {
		t.Errorf("got %d %s, want 200 %s", res.StatusCode, body, want)
	}
	want := map[string]string{
		"Content-Type":           "application/activity+json; charset=utf-8",
		"Content-Length":         "23",
		"Cache-Control":          "public, max-age=180",
		"Vary":                   "Accept",
		"Last-Modified":          "Wed, 04 Mar 2026 05:06:07 GMT",
		"X-Content-Type-Options": "nosniff",
	}
	got := headers(res, "Content-Type", "Content-Length", "Cache-Control", "Vary", "Last-Modified", "X-Content-Type-Options")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if tag := res.Header.Get("ETag"); len(tag) != 24 || !strings.HasPrefix(tag, `"`) {
		t.Errorf("got tag %s, want a strong one of 22 characters", tag)
	}
}

func TestKnownAnswerIsNotSentAgain(t *testing.T) {
	t.Parallel()
	changed := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	fn := activity(Public3m.Changed(changed))
	first, _ := answer(t, "GET", nil, fn)
	tag := first.Header.Get("ETag")
	for name, c := range map[string]struct {
		header http.Header
		want   int
	}{
		"same tag":          {http.Header{"If-None-Match": {tag}}, 304},
		"among others":      {http.Header{"If-None-Match": {`"x", ` + tag}}, 304},
		"weakened by cache": {http.Header{"If-None-Match": {"W/" + tag}}, 304},
		"any":               {http.Header{"If-None-Match": {"*"}}, 304},
		"other tag":         {http.Header{"If-None-Match": {`"x"`}}, 200},
		"tag beats date":    {http.Header{"If-None-Match": {`"x"`}, "If-Modified-Since": {first.Header.Get("Last-Modified")}}, 200},
		"same date":         {http.Header{"If-Modified-Since": {first.Header.Get("Last-Modified")}}, 304},
		"older date":        {http.Header{"If-Modified-Since": {"Wed, 04 Mar 2026 05:06:06 GMT"}}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := answer(t, "GET", c.header, fn)
			if res.StatusCode != c.want || c.want == 304 && body != "" {
				t.Errorf("got %d %q, want %d", res.StatusCode, body, c.want)
			}
			if diff := cmp.Diff(headers(first, "ETag", "Cache-Control", "Vary"), headers(res, "ETag", "Cache-Control", "Vary")); diff != "" {
				t.Errorf("headers a cache needs (-200 +%d):\n%s", c.want, diff)
			}
		})
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"public":  activity(Public3m),
		"private": activity(NoStore),
		"json":    func(w http.ResponseWriter, r *http.Request) error { return JSONStatus(w, r, 202, []int{1}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			get, _ := answer(t, "GET", nil, fn)
			head, body := answer(t, "HEAD", nil, fn)
			if body != "" || head.StatusCode != get.StatusCode {
				t.Errorf("got %d %q, want %d without a body", head.StatusCode, body, get.StatusCode)
			}
			get.Header.Del("Date")
			head.Header.Del("Date")
			if diff := cmp.Diff(get.Header, head.Header); diff != "" {
				t.Errorf("headers (-get +head):\n%s", diff)
			}
		})
	}
}

func TestTagIsOfBytesAndType(t *testing.T) {
	t.Parallel()
	same := entityTag(TypeHTML, []byte("a"))
	if got := entityTag(TypeHTML, []byte("a")); got != same {
		t.Errorf("got %s and %s for the same answer", same, got)
	}
	for _, other := range []string{entityTag(TypeHTML, []byte("b")), entityTag(TypeActivity, []byte("a")), entityTag(TypeHTML+"a", nil)} {
		if other == same {
			t.Errorf("two answers share the tag %s", same)
		}
	}
}

func TestPrivateAnswersAreKeptByNobody(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"activity": activity(NoStore),
		"json":     func(w http.ResponseWriter, r *http.Request) error { return JSON(w, r, "x") },
		"page":     func(w http.ResponseWriter, r *http.Request) error { return Page(w, r, []byte("x"), NoStore) },
		"redirect": func(w http.ResponseWriter, r *http.Request) error { SeeOther(w, r, "/@a"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, _ := answer(t, "GET", http.Header{"If-None-Match": {"*"}}, fn)
			want := map[string]string{"Cache-Control": "private, no-store"}
			if diff := cmp.Diff(want, headers(res, "Cache-Control", "ETag", "Last-Modified")); diff != "" || res.StatusCode == 304 {
				t.Errorf("status %d, headers (-want +got):\n%s", res.StatusCode, diff)
			}
		})
	}
}

func TestTombstoneHasItsStatusAndMayBeKept(t *testing.T) {
	t.Parallel()
	res, body := answer(t, "GET", http.Header{"If-None-Match": {"*"}}, func(w http.ResponseWriter, r *http.Request) error {
		return ActivityStatus(w, r, http.StatusGone, map[string]string{"type": "Tombstone"}, Public3m)
	})
	want := map[string]string{"Cache-Control": "public, max-age=180", "Vary": "Accept", "Content-Type": TypeActivity}
	if diff := cmp.Diff(want, headers(res, "Cache-Control", "Vary", "Content-Type")); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if res.StatusCode != 410 || body != `{"type":"Tombstone"}` {
		t.Errorf("got %d %s, want 410 and the Tombstone", res.StatusCode, body)
	}
}

func TestSeeOtherVariesByAccept(t *testing.T) {
	t.Parallel()
	res, _ := answer(t, "GET", nil, func(w http.ResponseWriter, r *http.Request) error {
		SeeOther(w, r, "https://a.example/@a")
		return nil
	})
	want := map[string]string{"Location": "https://a.example/@a", "Vary": "Accept"}
	if diff := cmp.Diff(want, headers(res, "Location", "Vary")); diff != "" || res.StatusCode != 303 {
		t.Errorf("status %d, want 303; headers (-want +got):\n%s", res.StatusCode, diff)
	}
}

// Caches that ignore Vary must not swap answers: each address makes public only
// what is its own.
func TestOnlyTheOwnRepresentationIsPublic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own       Representation
		page, doc string
	}{
		{ActivityJSON, "private, no-store", "public, max-age=180"},
		{HTML, "public, max-age=180", "private, no-store"},
	} {
		d := Dual{Own: c.own}
		for accept, want := range map[string]string{"text/html": c.page, "application/activity+json": c.doc} {
			res, _ := answer(t, "GET", http.Header{"Accept": {accept}}, func(w http.ResponseWriter, r *http.Request) error {
				if d.Choose(r) == HTML {
					return d.Page(w, r, []byte("page"), Public3m)
				}
				return d.Activity(w, r, "doc", Public3m)
			})
			got := headers(res, "Cache-Control", "Vary", "Content-Type")
			wantAll := map[string]string{"Cache-Control": want, "Vary": "Accept", "Content-Type": accept + "; charset=utf-8"}
			if diff := cmp.Diff(wantAll, got); diff != "" {
				t.Errorf("own %d (-want +got):\n%s", c.own, diff)
			}
		}
		if got := d.Choose(httptest.NewRequest("GET", "/", nil)); got != c.own {
			t.Errorf("without Accept: got %d, want %d", got, c.own)
		}
	}
}

func TestCacheControl(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]Cache{
		"private, no-store":      {MaxAge: time.Millisecond},
		"private, max-age=5":     {MaxAge: 5 * time.Second},
		"public, no-cache":       Revalidate,
		"public, max-age=600":    Public10m,
		"public, max-age=1800":   Public30m,
		"public, max-age=259200": Public3d,
	} {
		if got := c.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestVaryKeepsOthersAndIsNotRepeated(t *testing.T) {
	t.Parallel()
	h := http.Header{"Vary": {"Origin, accept-language"}}
	vary(h, "Accept")
	vary(h, "accept")
	if diff := cmp.Diff([]string{"Origin, accept-language", "Accept"}, h["Vary"]); diff != "" {
		t.Errorf("Vary (-want +got):\n%s", diff)
	}
}

func TestWhatHasNoJSONIsAnErrorAndWritesNothing(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	bad := func() {}
	for name, err := range map[string]error{"json": JSON(rec, r, bad), "activity": Activity(rec, r, bad, Public3m)} {
		if err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
	if rec.Body.Len() > 0 {
		t.Errorf("got %q, want nothing", rec.Body)
	}
}

func TestOpenAnswersScriptsOfEveryOrigin(t *testing.T) {
	t.Parallel()
	h := Open(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": 405, "DELETE": 405} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(method, "/", nil))
		if rec.Code != want || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got %d with %v, want %d open to all", method, rec.Code, rec.Header(), want)
		}
		if allow := rec.Header().Get("Allow"); (allow != "") != (want == 405) {
			t.Errorf("%s: got Allow %q", method, allow)
		}
	}
}

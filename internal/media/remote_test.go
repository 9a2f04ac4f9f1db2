package media_test

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"skerry/internal/media"
	"skerry/internal/media/prepare"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// onServer runs a test on each engine, with media of other servers in this mode.
func onServer(t *testing.T, mode media.Mode, test func(*testing.T, *house)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		h := &house{clock: new(testkit.Clock), t: t, peer: testkit.NewPeer(t)}
		h.Server = testkit.StartAt(t, h.clock, dsn, "anna", testkit.RemoteMedia(mode))
		test(t, h)
	})
}

// house is one of our servers, and a stranger's that has media.
type house struct {
	*testkit.Server
	t     *testing.T
	clock *testkit.Clock
	peer  *testkit.Peer
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// has makes the stranger's server answer a path with these bytes, whatever it calls
// them, and gives the address under which we show them.
func (h *house) has(path, mediaType string, b []byte) string {
	h.peer.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		_, _ = w.Write(b)
	})
	return h.Library.Address(h.peer.Origin + path)
}

// load gives what an address answers, with header names and values as asked.
func (h *house) load(at string, header ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, at, nil)
	h.must(err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	h.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	h.must(err)
	return res, string(b)
}

// keys are the files in a folder of the media store.
func (h *house) keys(folder string) (all []string) {
	h.t.Helper()
	for info, err := range h.Blobs.List(h.t.Context(), folder) {
		h.must(err)
		all = append(all, info.Key)
	}
	return all
}

func TestMediaOfStrangersAreKeptWhenSomebodyLooks(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		picture := testkit.Picture(t, 30, 20)
		at := h.has("/a.png", "text/html", picture)
		if n := h.peer.Asked("/a.png"); n != 0 {
			t.Fatalf("asked %d times before anybody looked", n)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				res, got := h.load(at)
				if res.StatusCode != 200 || got != string(picture) || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("got %d %v and %d bytes", res.StatusCode, res.Header, len(got))
				}
			})
		}
		all.Wait()
		if n := h.peer.Asked("/a.png"); n != 1 {
			t.Errorf("asked %d times, want once", n)
		}
		res, got := h.load(at, "Range", "bytes=1-3")
		if res.StatusCode != 206 || got != "PNG" {
			t.Errorf("a part: got %d %q", res.StatusCode, got)
		}
		if keys := h.keys("remote/"); len(keys) != 1 || len(keys[0]) != len("remote/")+64 {
			t.Errorf("kept are %q, want one hash", keys)
		}
	})
}

func TestMediaOfStrangersArePassedOnAndNotKept(t *testing.T) {
	onServer(t, media.Proxy, func(t *testing.T, h *house) {
		picture := testkit.Picture(t, 30, 20)
		at := h.has("/a.png", "image/svg+xml", picture)
		for range 2 {
			if res, got := h.load(at); res.StatusCode != 200 || got != string(picture) || res.Header.Get("Content-Type") != "image/png" {
				t.Errorf("got %d %v and %d bytes", res.StatusCode, res.Header, len(got))
			}
		}
		if n := h.peer.Asked("/a.png"); n != 2 {
			t.Errorf("asked %d times, want each time", n)
		}
		last := len(picture) - 1
		for part, want := range map[string]string{
			"bytes=1-3":  "PNG",
			"bytes=-4":   string(picture[last-3:]),
			"bytes=600-": "",
		} {
			res, got := h.load(at, "Range", part)
			if status := map[bool]int{true: 206, false: 416}[want != ""]; res.StatusCode != status || want != "" && got != want {
				t.Errorf("%s: got %d %q, want %d %q", part, res.StatusCode, got, status, want)
			}
		}
		if keys := h.keys("remote/"); keys != nil {
			t.Errorf("kept are %q", keys)
		}
	})
}

func TestMediaOfStrangersAreLinkedWhereTheyLie(t *testing.T) {
	onServer(t, media.Off, func(t *testing.T, h *house) {
		there := h.peer.Origin + "/a.png"
		if got := h.Library.Address(there); got != there {
			t.Errorf("got %s, want the address itself", got)
		}
	})
}

func TestOnlyAddressesThatWeGaveAreFetched(t *testing.T) {
	onServer(t, media.Proxy, func(t *testing.T, h *house) {
		at := h.has("/a.png", "image/png", testkit.Picture(t, 3, 2))
		head, name := at[:strings.LastIndex(at, "/")], at[strings.LastIndex(at, "/"):]
		other := h.Library.Address(h.peer.Origin + "/b.png")
		for what, forged := range map[string]string{
			"another address": head + other[strings.LastIndex(other, "/"):], "another signature": strings.TrimSuffix(head, head[len(head)-1:]) + "_" + name,
			"no signature": h.Origin + "/media/remote/-" + name, "no address": head + "/@@", "half": at[:len(at)-2],
		} {
			if res, _ := h.load(forged); res.StatusCode != 404 {
				t.Errorf("%s: got %d, want 404", what, res.StatusCode)
			}
		}
		if n := h.peer.Asked("/a.png") + h.peer.Asked("/b.png"); n != 0 {
			t.Errorf("%d were fetched", n)
		}
		own := h.URLs().Media("own/x.png")
		for _, as := range []string{own, "", "data:image/png;base64,AAAA", "javascript:alert(1)"} {
			if got := h.Library.Address(as); got != as {
				t.Errorf("%q: got %q, want it as it is", as, got)
			}
		}
	})
}

func TestWhatIsNoMediumIsNotShown(t *testing.T) {
	for _, mode := range []media.Mode{media.Cache, media.Proxy} {
		t.Run(string(mode), func(t *testing.T) {
			onServer(t, mode, func(t *testing.T, h *house) {
				large := append(testkit.Picture(t, 3, 2), make([]byte, prepare.MaxVideo)...)
				for name, b := range map[string][]byte{
					"page": []byte("<!doctype html><script>alert(1)</script>"), "svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
					"json": []byte(`{"id":"https://a.example","type":"Note"}`), "nothing": nil, "large": large,
				} {
					if res, body := h.load(h.has("/"+name, "image/png", b)); res.StatusCode != 502 || strings.Contains(body, "<") {
						t.Errorf("%s: got %d %.100s, want 502", name, res.StatusCode, body)
					}
				}
				h.peer.Fail("/gone", 410)
				h.peer.Fail("/broken", 500)
				for name, status := range map[string]int{"gone": 404, "broken": 502, "none": 404} {
					if res, body := h.load(h.Library.Address(h.peer.Origin + "/" + name)); res.StatusCode != status {
						t.Errorf("%s: got %d %s, want %d", name, res.StatusCode, body, status)
					}
				}
				if keys := h.keys("remote/"); keys != nil {
					t.Errorf("kept are %q", keys)
				}
			})
		})
	}
}

func TestMediaOfStrangersGoWhenNobodyLooks(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		one, two := testkit.Picture(t, 3, 2), testkit.Picture(t, 4, 2)
		seen, unseen, twin := h.has("/a", "image/png", one), h.has("/b", "image/png", two), h.has("/c", "image/png", one)
		for _, at := range []string{seen, unseen, twin} {
			h.load(at)
		}
		if n := len(h.keys("remote/")); n != 2 {
			t.Fatalf("%d files are kept, want one for each picture", n)
		}
		h.clock.Advance(5 * 24 * time.Hour)
		h.load(seen) // and the same bytes of c are not looked at
		h.clock.Advance(5 * 24 * time.Hour)
		gone, err := h.Library.Forget(t.Context(), h.clock.Now().Add(-7*24*time.Hour), math.MaxInt64)
		if want := (social.Amount{N: 2, Bytes: int64(len(two))}); err != nil || gone != want {
			t.Errorf("got %+v, %v, want %+v: the other's bytes are looked at under another address", gone, err, want)
		}
		if n := len(h.keys("remote/")); n != 1 {
			t.Errorf("%d files are left, want one", n)
		}
		for at, want := range map[string]int{"/a": 1, "/b": 2, "/c": 2} {
			if res, _ := h.load(h.Library.Address(h.peer.Origin + at)); res.StatusCode != 200 || h.peer.Asked(at) != want {
				t.Errorf("%s: got %d after %d fetches, want %d", at, res.StatusCode, h.peer.Asked(at), want)
			}
		}
	})
}

func TestMediaArePassedOnWhileThereIsNoRoom(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		budget := func(n int64) {
			rules := social.DefaultRetention
			rules.Budget = n
			h.must(h.DB.InTx(t.Context(), func(tx *store.Tx) error { return tx.SetRetention(t.Context(), rules) }))
			_, err := h.Sweeper.Weigh(t.Context())
			h.must(err)
		}
		at := h.has("/a", "image/png", testkit.Picture(t, 3, 2))
		for i, n := range []int64{1, 1, social.DefaultRetention.Budget} {
			budget(n)
			res, body := h.load(at)
			if files, want := len(h.keys("remote/")), i/2; res.StatusCode != 200 || len(body) == 0 || files != want || h.peer.Asked("/a") != i+1 {
				t.Errorf("with a budget of %d: got %d with %d bytes, %d files are kept, want %d; asked for %d times", n, res.StatusCode, len(body), files, want, h.peer.Asked("/a"))
			}
		}
	})
}

func TestMediumWhoseBytesWereLostIsFetchedAgain(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		at := h.has("/a", "image/png", testkit.Picture(t, 3, 2))
		h.load(at)
		h.must(h.Blobs.Delete(t.Context(), h.keys("remote/")...))
		if res, _ := h.load(at); res.StatusCode != 200 || h.peer.Asked("/a") != 2 {
			t.Errorf("got %d after %d fetches, want it fetched again", res.StatusCode, h.peer.Asked("/a"))
		}
	})
}

// Where everybody can read the bucket, nothing of it passes through us.
func TestReadersAreSentToThePublicBucket(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bucket := testkit.S3(t)
		bucket.PublicURL = "https://cdn.example/files"
		h := &house{t: t, peer: testkit.NewPeer(t)}
		h.Server = testkit.Start(t, dsn, "anna", bucket.Use)
		m, err := h.Library.Upload(t.Context(), bytes.NewReader(testkit.Picture(t, 3, 2)), nil, social.Described{})
		h.must(err)
		res, _ := h.load(m.Shown.URL)
		if got := res.Header.Get("Location"); res.StatusCode != 302 || got != "https://cdn.example/files/"+m.Key {
			t.Errorf("an upload: got %d to %s", res.StatusCode, got)
		}
		res, _ = h.load(h.has("/a", "image/png", testkit.Picture(t, 4, 2)))
		if got := res.Header.Get("Location"); res.StatusCode != 302 || !strings.HasPrefix(got, "https://cdn.example/files/remote/") {
			t.Errorf("a stranger's: got %d to %s", res.StatusCode, got)
		}
		res, _ = h.load(h.Origin + "/@anna")
		if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "img-src 'self' https://cdn.example; media-src 'self' https://cdn.example;") {
			t.Errorf("pages may load %s", got)
		}
	})
}

package app_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/media"
	"skerry/internal/media/prepare"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// uploaded keeps a picture of a server's owner.
func uploaded(t *testing.T, s *testkit.Server, alt string) social.Medium {
	t.Helper()
	m, err := s.Library.Upload(t.Context(), bytes.NewReader(testkit.Picture(t, 6, 4)), nil, social.Described{Alt: &alt, Focus: &[2]float64{-0.5, 1}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// load gives status, headers and body of an address.
func load(t *testing.T, at string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res, b.String()
}

// A picture goes the whole road: from an upload to a follower's server, which shows
// it without its reader being seen by ours.
func TestPictureIsSeenOnAnotherServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		anna, bert := testkit.Start(t, dsn, "anna"), testkit.Start(t, other(t, dsn), "bert")
		r := &road{t: t, ctx: t.Context(), anna: anna, bert: bert}
		r.follow()
		up := uploaded(t, anna, "a rock")
		p, err := anna.Publisher.Post(r.ctx, social.Draft{Media: []social.ID{up.ID}}, nil)
		r.must(err)
		r.settle()
		there, err := bert.DB.PostByIRI(r.ctx, p.IRI)
		r.must(err)
		want := []social.Attachment{{
			URL: up.Shown.URL, MediaType: "image/png", Alt: "a rock", Blurhash: up.Shown.Blurhash, Width: 6, Height: 4, Focus: [2]float64{-0.5, 1},
		}}
		if diff := cmp.Diff(want, there.Attachments); diff != "" {
			t.Fatalf("attachments (-want +got):\n%s", diff)
		}
		shown := bert.Library.Attachments(there)[0].URL
		if !strings.HasPrefix(shown, bert.Origin+"/media/remote/") {
			t.Errorf("bert's apps load %s", shown)
		}
		_, original := load(t, up.Shown.URL)
		if res, got := load(t, shown); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || got != original {
			t.Errorf("got %d %s and %d bytes, want the picture", res.StatusCode, res.Header.Get("Content-Type"), len(got))
		}

		alt := "a skerry"
		_, err = anna.Publisher.Edit(r.ctx, p.ID, social.Draft{Described: map[social.ID]social.Described{up.ID: {Alt: &alt}}})
		r.must(err)
		r.settle()
		if there, err = bert.DB.PostByIRI(r.ctx, p.IRI); err != nil || there.Attachments[0].Alt != alt {
			t.Errorf("after the edit: got %v, %v", there.Attachments, err)
		}
	})
}

func TestUploadIsTakenByOneOfManyPosts(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna")
		up := uploaded(t, s, "")
		var taken atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := s.Publisher.Post(t.Context(), social.Draft{Text: "mine", Media: []social.ID{up.ID}}, nil)
				if err == nil {
					taken.Add(1)
				} else if !social.Is(err, social.Unprocessable) {
					t.Errorf("got %v, want that another post shows it", err)
				}
			})
		}
		all.Wait()
		posts, err := s.DB.PostsBy(t.Context(), s.Owner.ID, social.Direct, store.PageOf{Limit: 40})
		if n := taken.Load(); err != nil || n != 1 || len(posts) != 1 {
			t.Errorf("%d took it and %d posts are there, %v; want one", n, len(posts), err)
		}
	})
}

func TestPictureOfTheProfileIsToldToFollowers(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		anna, bert := testkit.Start(t, dsn, "anna"), testkit.Start(t, other(t, dsn), "bert")
		r := &road{t: t, ctx: t.Context(), anna: anna, bert: bert}
		r.follow()
		var was social.Image
		for range 2 {
			o, err := anna.DB.Owner(r.ctx)
			r.must(err)
			o.Profile.Avatar, err = anna.Library.Avatar(r.ctx, bytes.NewReader(testkit.Picture(t, 500, 300)))
			r.must(err)
			r.must(anna.Publisher.EditProfile(r.ctx, o.Profile))
			r.settle()
			if got := r.known(bert, anna).Icon; got != o.Profile.Avatar {
				t.Errorf("bert knows %v, want %v", got, o.Profile.Avatar)
			}
			if _, body := load(t, anna.Origin+"/@anna"); !strings.Contains(body, `src="`+o.Profile.Avatar.URL+`"`) {
				t.Errorf("the page shows no picture:\n%s", body)
			}
			if was.URL != "" {
				key, _ := anna.URLs().ParseMedia(was.URL)
				all, err := anna.DB.MediaAfter(r.ctx, 0)
				r.must(err)
				i := slices.IndexFunc(all, func(m social.Medium) bool { return m.Key == key })
				if i < 0 || !all[i].Free() {
					t.Error("the picture before is not let go")
				}
			}
			was = o.Profile.Avatar
		}
	})
}

func TestPageShowsPicturesInWords(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	up := uploaded(t, s, `a "rock"`)
	p, err := s.Publisher.Post(t.Context(), social.Draft{Text: "look", Media: []social.ID{up.ID}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body := load(t, p.URL)
	if want := `<img class="u-photo" src="` + up.Shown.Preview + `" alt="a &#34;rock&#34;"`; !strings.Contains(body, want) {
		t.Errorf("the page has no %s:\n%s", want, body)
	}
}

// S3 away: an upload is refused with a sentence, and all else goes on.
func TestWithoutItsMediaStoreTheServerFederates(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bucket, cable := testkit.S3(t).Cabled(t)
		anna, bert := testkit.Start(t, dsn, "anna", bucket.Use), testkit.Start(t, other(t, dsn), "bert")
		r := &road{t: t, ctx: t.Context(), anna: anna, bert: bert}
		r.follow()
		up := uploaded(t, anna, "a rock")
		cable.Cut()
		_, err := anna.Library.Upload(r.ctx, bytes.NewReader(testkit.Picture(t, 6, 4)), nil, social.Described{})
		if !social.Is(err, social.Unavailable) || !strings.Contains(err.Error(), "media store is away") {
			t.Errorf("an upload: got %v, want that the store is away", err)
		}
		p, err := anna.Publisher.Post(r.ctx, social.Draft{Text: "still here", Media: []social.ID{up.ID}}, nil)
		r.must(err)
		r.settle()
		if _, err := bert.DB.PostByIRI(r.ctx, p.IRI); err != nil {
			t.Errorf("bert has no post: %v", err)
		}
		if res, _ := load(t, up.Shown.URL); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
			t.Errorf("the picture: got %d, want 503 and when to come back", res.StatusCode)
		}
		cable.Mend()
		if res, body := load(t, up.Shown.URL); res.StatusCode != 200 || body == "" {
			t.Errorf("the picture afterwards: got %d", res.StatusCode)
		}
	})
}

// A stranger's picture that the store cannot keep is shown all the same.
func TestWithoutItsMediaStoreStrangersPicturesArePassedOn(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bucket, cable := testkit.S3(t).Cabled(t)
		s, peer := testkit.Start(t, dsn, "anna", bucket.Use), testkit.NewPeer(t)
		picture := testkit.Picture(t, 6, 4)
		peer.Handle("/a.png", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(picture) })
		cable.Cut()
		if res, body := load(t, s.Library.Address(peer.Origin+"/a.png")); res.StatusCode != 200 || body != string(picture) {
			t.Errorf("got %d and %d bytes, want the picture", res.StatusCode, len(body))
		}
	})
}

func TestUploadThatNoPostShowsGoesAfterADay(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s := testkit.StartAt(t, clock, dsn, "anna")
		ctx := t.Context()
		loose, kept, gone := uploaded(t, s, ""), uploaded(t, s, ""), uploaded(t, s, "")
		if _, err := s.Publisher.Post(ctx, social.Draft{Media: []social.ID{kept.ID}}, nil); err != nil {
			t.Fatal(err)
		}
		p, err := s.Publisher.Post(ctx, social.Draft{Media: []social.ID{gone.ID}}, nil)
		if err == nil {
			err = s.Publisher.Delete(ctx, p.ID)
		}
		// What a crash leaves of an upload between its bytes and its row.
		if err == nil {
			err = s.Blobs.Put(ctx, "own/orphan.png", "image/png", strings.NewReader("x"))
		}
		if err != nil {
			t.Fatal(err)
		}
		left := func() (keys []string) {
			t.Helper()
			if err := s.Library.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			for info, err := range s.Blobs.List(ctx, "own/") {
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, info.Key)
			}
			return keys
		}
		all := []string{"own/orphan.png"}
		for _, m := range []social.Medium{loose, kept, gone} {
			all = append(all, m.Keys()...)
		}
		slices.Sort(all)
		clock.Advance(media.Grace - 1e9*60)
		if diff := cmp.Diff(all, left()); diff != "" {
			t.Errorf("before a day is over (-want +got):\n%s", diff)
		}
		clock.Advance(1e9 * 3600)
		want := kept.Keys()
		slices.Sort(want)
		if diff := cmp.Diff(want, left()); diff != "" {
			t.Errorf("after a day (-want +got):\n%s", diff)
		}
		if _, err := s.DB.Medium(ctx, loose.ID); !social.Is(err, social.NotFound) {
			t.Errorf("its row: got %v, want not found", err)
		}
	})
}

func TestUploadsAreNeverServedAsAnythingElse(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna")
		up := uploaded(t, s, "")
		res, body := load(t, up.Shown.URL)
		want := map[string]string{
			"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "cross-origin", "Accept-Ranges": "bytes",
		}
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: got %q, want %q", name, got, value)
			}
		}
		if mediaType, ok := prepare.Identify([]byte(body)); !ok || mediaType != "image/png" {
			t.Errorf("got %s", mediaType)
		}
		for _, key := range []string{"own/orphan.html", "own/x.svg", "own/x.json", "own/x", "remote/a", "../own/x.png", "own/..%2fx.png", "probe/x.png"} {
			if err := s.Blobs.Put(t.Context(), key, "text/html", strings.NewReader("<script>")); err != nil && !social.Is(err, social.NotFound) {
				t.Fatal(err)
			}
			if res, _ := load(t, s.Origin+"/media/"+key); res.StatusCode != 404 && res.StatusCode != 405 {
				t.Errorf("%s: got %d, want 404", key, res.StatusCode)
			}
		}
	})
}

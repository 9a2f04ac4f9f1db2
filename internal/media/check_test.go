package media_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/media"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// checked gives the keys that a check finds and whether each was mended.
func (h *house) checked(repair bool) (findings []string) {
	h.t.Helper()
	_, err := h.Library.Check(h.t.Context(), repair, func(f media.Finding) {
		findings = append(findings, fmt.Sprintf("%s mended %v", f.Key, f.Mended))
	})
	h.must(err)
	return findings
}

func (h *house) uploaded() social.Medium {
	h.t.Helper()
	m, err := h.Library.Upload(h.t.Context(), bytes.NewReader(testkit.Picture(h.t, 3, 2)), nil, social.Described{})
	h.must(err)
	return m
}

func TestDatabaseAndStoreAreComparedBothWays(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		ctx := t.Context()
		shown, loose, whole := h.uploaded(), h.uploaded(), h.uploaded()
		post, err := h.Publisher.Post(ctx, social.Draft{Media: []social.ID{shown.ID, whole.ID}}, nil)
		h.must(err)
		h.load(h.has("/a", "image/png", testkit.Picture(t, 4, 2)))
		if got := h.checked(true); got != nil {
			t.Errorf("all is well: got %q", got)
		}
		lost := h.keys("remote/")[0]
		for _, key := range []string{"own/orphan.png", "remote/orphan"} {
			h.must(h.Blobs.Put(ctx, key, "image/png", strings.NewReader("x")))
		}
		h.must(h.Blobs.Delete(ctx, shown.Key, loose.Key, lost))
		if got := h.checked(false); len(got) != 3 {
			t.Errorf("got %q, want what is lost; bytes of today may be of an upload of now", got)
		}
		h.clock.Advance(30 * time.Hour)
		want := func(mended bool) []string {
			// Those of the owner in the order of their rows, then what no row names.
			return []string{
				fmt.Sprintf("%s mended false", shown.Key), fmt.Sprintf("%s mended %v", loose.Key, mended), fmt.Sprintf("own/orphan.png mended %v", mended),
				fmt.Sprintf("%s mended %v", lost, mended), fmt.Sprintf("remote/orphan mended %v", mended),
			}
		}
		for _, repair := range []bool{false, true} {
			if diff := cmp.Diff(want(repair), h.checked(repair)); diff != "" {
				t.Errorf("repair %v (-want +got):\n%s", repair, diff)
			}
		}
		// What is left of it: the small copy of the loose upload, and what a post shows.
		h.checked(true)
		if diff := cmp.Diff([]string{shown.Key + " mended false"}, h.checked(true)); diff != "" {
			t.Errorf("afterwards (-want +got):\n%s", diff)
		}
		p, err := h.DB.Post(ctx, post.ID)
		if err != nil || len(p.Attachments) != 2 {
			t.Errorf("the post: got %v, %v, want it as it was", p.Attachments, err)
		}
		for _, key := range whole.Keys() {
			if _, err := h.Blobs.Head(ctx, key); err != nil {
				t.Errorf("%s: got %v, want it left alone", key, err)
			}
		}
	})
}

func TestCheckOfAStoreThatIsAwayMendsNothing(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bucket, cable := testkit.S3(t).Cabled(t)
		h := &house{t: t, Server: testkit.Start(t, dsn, "anna", bucket.Use)}
		m := h.uploaded()
		cable.Cut()
		_, err := h.Library.Check(t.Context(), true, func(f media.Finding) { t.Errorf("found %v", f) })
		if !social.Is(err, social.Unavailable) {
			t.Errorf("got %v, want that it is away", err)
		}
		if _, err := h.DB.Medium(t.Context(), m.ID); err != nil {
			t.Errorf("its row: got %v, want it kept", err)
		}
	})
}

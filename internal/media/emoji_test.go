package media_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/media"
	"skerry/internal/testkit"
)

// Posts here and elsewhere show the picture for as long as they are there.
func TestPictureOfAnEmojiStaysAlsoWhenItIsRetired(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		cat, dog := h.Emoji(t, "cat"), h.Emoji(t, "dog")
		_, err := h.Library.Emoji(t.Context(), bytes.NewReader(testkit.Picture(t, 2, 2))) // never offered
		h.must(err)
		h.must(h.Publisher.RetireEmoji(t.Context(), cat.ID))
		h.clock.Advance(30 * time.Hour)
		h.must(h.Library.Sweep(t.Context()))
		want := map[string]bool{cat.Key: true, dog.Key: true}
		got := map[string]bool{}
		for _, key := range h.keys("own/") {
			got[key] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		if res, body := h.load(h.URLs().Media(cat.Key)); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || body == "" {
			t.Errorf("the retired one: got %d %s", res.StatusCode, res.Header.Get("Content-Type"))
		}
		h.must(h.Blobs.Delete(t.Context(), cat.Key))
		if diff := cmp.Diff([]string{cat.Key + " mended false"}, h.checked(true)); diff != "" {
			t.Errorf("the check (-want +got):\n%s", diff)
		}
	})
}

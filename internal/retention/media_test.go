package retention_test

import (
	"math"
	"testing"

	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// What is touched while a round runs does not keep the media of others.
func TestMediaGoThoughAPostWasTouchedSinceTheRoundBegan(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		liked, other := w.add(1, w.strangers[0], picture), w.add(2, w.strangers[0], picture)
		w.in(func(tx *store.Tx) error {
			_, err := tx.AddLike(t.Context(), social.Like{ID: w.s.DB.IDs().New(), Post: liked.ID, By: w.s.Owner.ID, At: w.s.DB.Now()})
			return err
		})
		gone, err := retention.ForgetMedia(w.s.Sweeper, t.Context(), w.s.DB.Now(), math.MaxInt64)
		if err != nil || gone != (social.Amount{N: 1, Bytes: 10}) || !w.medium(liked.IRI+".png") || w.medium(other.IRI+".png") {
			t.Errorf("gone are %+v, %v; want the picture of the post that nobody touched", gone, err)
		}
	})
}

package retention_test

import (
	"slices"
	"testing"

	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func (w *world) why(p social.Post) retention.Why {
	w.Helper()
	why, err := w.s.Sweeper.Why(w.Context(), p.ID)
	if err != nil {
		w.Fatal(err)
	}
	return why
}

func (w *world) plan() retention.Plan {
	w.Helper()
	p, err := w.s.Sweeper.Plan(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func TestPlanSaysWhatGoesAndWhyTheRestStays(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		bert := w.strangers[0]
		top := w.add(1, bert, picture)
		liked := w.add(2, bert, answering(top.IRI), picture)
		old := w.add(3, bert, picture)
		w.in(func(tx *store.Tx) error {
			_, err := tx.AddLike(t.Context(), social.Like{ID: w.s.DB.IDs().New(), Post: liked.ID, By: w.s.Owner.ID, At: w.s.DB.Now()})
			return err
		})
		w.sweep() // lists the media of what is kept
		w.clock.Advance(15 * day)
		young := w.add(4, bert)

		p := w.plan()
		if p.Old.Posts.N != 1 || p.Old.Posts.Bytes < 500 || p.Young.N != 1 || p.Old.Media != (social.Amount{N: 1, Bytes: 10}) || p.Excess != (social.Cleared{}) || p.MediaStays.N != 2 {
			t.Errorf("the plan is %+v; want one old post and its medium to go, one young one and two media to stay", p)
		}
		if want := []store.HeldCount{{Why: social.HoldLike, N: 1}, {Why: social.HoldThread, N: 1}}; !slices.Equal(p.Held, want) {
			t.Errorf("kept are %v, want %v", p.Held, want)
		}
		for _, c := range []struct {
			post social.Post
			want social.Hold
		}{{liked, social.HoldLike}, {top, social.HoldThread}} {
			if why := w.why(c.post); !slices.Equal(why.Holds, []social.Hold{c.want}) || !why.Leaves.IsZero() {
				t.Errorf("post %s is kept by %+v, want %q", c.post.IRI, why, c.want)
			}
		}
		if why := w.why(young); len(why.Holds) != 0 || !why.Leaves.Equal(young.FetchedAt.Add(14*day).Truncate(1e6)) {
			t.Errorf("the young post: %+v, want that it leaves in two weeks", why)
		}
		w.sweep()
		if w.there(old.IRI) || !w.there(young.IRI) || w.plan().Old.Posts.N != 0 {
			t.Errorf("after the sweep: old there %v, young there %v, plan %+v", w.there(old.IRI), w.there(young.IRI), w.plan())
		}
	})
}

func TestPostsOfPeopleWhoAreFollowedStayLonger(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		bert, cleo := w.strangers[0], w.strangers[1]
		w.follow(bert)
		followed, other, boosted := w.add(1, bert), w.add(2, cleo), w.add(3, cleo)
		w.clock.Advance(10 * day)
		w.in(func(tx *store.Tx) error { // bert's boost brings it into home
			id := w.s.DB.IDs().New()
			return tx.AddHome(t.Context(), store.HomeEntry{ID: id, Post: boosted.ID, Boost: id, By: bert.ID})
		})
		for _, c := range []struct {
			days                   int
			followed, other, boost bool
		}{{5, true, false, true}, {10, true, false, false}, {60, true, false, false}, {10, false, false, false}} {
			w.clock.Advance(days(c.days))
			w.sweep()
			if f, o, b := w.there(followed.IRI), w.there(other.IRI), w.there(boosted.IRI); f != c.followed || o != c.other || b != c.boost {
				t.Errorf("%d days on: followed %v, other %v, boosted %v; want %+v", c.days, f, o, b, c)
			}
		}
	})
}

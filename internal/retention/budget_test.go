package retention_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// fill stores posts of about two KB, each with a picture of so many bytes.
func (w *world) fill(from, n int, by social.Actor, picture int64, change ...func(*social.Post)) {
	w.Helper()
	now := w.s.DB.Now()
	w.in(func(tx *store.Tx) error {
		for i := from; i < from+n; i++ {
			p := social.Post{
				ID: w.s.DB.IDs().New(), IRI: address(i), Author: by.ID, AuthorIRI: by.IRI, Kind: social.Note, Content: strings.Repeat("many words ", 150),
				Published: now, FetchedAt: now, Attachments: []social.Attachment{{URL: address(i) + ".png", MediaType: "image/png"}},
			}
			for _, c := range change {
				c(&p)
			}
			w.posts[p.IRI], w.iris, w.touched[p.IRI] = p, append(w.iris, p.IRI), map[string]bool{}
			if err := tx.AddPost(w.Context(), p, nil); err != nil {
				return err
			}
			m := social.RemoteMedium{URL: address(i) + ".png", Key: "remote/" + strconv.Itoa(i), MediaType: "image/png", Size: picture, FetchedAt: now, UsedAt: now}
			if err := tx.PutRemoteMedium(w.Context(), m); err != nil {
				return err
			}
		}
		return nil
	})
	w.clock.Advance(1e9)
}

func (w *world) used() int64 {
	w.Helper()
	room, err := w.s.DB.Room(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return room.Used()
}

// left counts the posts and pictures that are there, of those from a number on.
func (w *world) left(from, n int) (posts, pictures int) {
	w.Helper()
	for i := from; i < from+n; i++ {
		if w.there(address(i)) {
			posts++
		}
		if w.medium(address(i) + ".png") {
			pictures++
		}
	}
	return posts, pictures
}

func relayed(p *social.Post) { p.Via = 1 }

// What is fetched again most cheaply goes first, of each kind the oldest, until there is
// room: pictures, posts that relays brought, posts of strangers, those of people who are
// followed, and profiles. What was touched stays.
func TestBudgetHoldsByItself(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		bert, cleo := w.strangers[0], w.strangers[1]
		w.follow(bert)
		const n = 400
		w.fill(0, n, bert, 2000)
		w.fill(n, n, cleo, 2000)
		w.fill(2*n, n, cleo, 2000, relayed)
		liked := w.posts[address(n)]
		w.in(func(tx *store.Tx) error {
			_, err := tx.AddLike(t.Context(), social.Like{ID: w.s.DB.IDs().New(), Post: liked.ID, By: w.s.Owner.ID, At: w.s.DB.Now()})
			return err
		})
		w.sweep()
		for _, c := range []struct {
			what string
			take int64 // bytes less than are used
			want [6]bool
		}{
			// which are whole: pictures and posts of bert, cleo, and the relay
			{"half of the pictures", n * 3 * 2000 / 2, [6]bool{false, true, false, true, true, true}},
			{"all pictures and some of what the relay brought", n*3*2000/2 + n*1200, [6]bool{false, true, false, true, false, false}},
			{"the rest of that, and some posts of strangers", n * 3000, [6]bool{false, true, false, false, false, false}},
			// no more than posts take: the tables themselves, empty, leave no room for less
			{"all strangers, and some of those who are followed", n * 1500, [6]bool{false, false, false, false, false, false}},
		} {
			used := w.used()
			budget := int64(float64(used-c.take) / social.RoomShare)
			w.budget(budget)
			for range 20 { // a round may be short by what was estimated wrongly
				if w.sweep() == (social.Cleared{}) {
					break
				}
			}
			now := w.used()
			if float64(now) > social.NearShare*float64(budget) || now < used-c.take-c.take/5-300_000 {
				t.Errorf("%s: %d are used of %d, with a budget of %d; want about %d", c.what, now, used, budget, used-c.take)
			}
			var got [6]bool
			for i := range 3 {
				posts, pictures := w.left(i*n, n)
				got[2*i], got[2*i+1] = pictures == n, posts == n
			}
			if got != c.want {
				t.Errorf("%s: whole are %v, want %v", c.what, got, c.want)
			}
			if !w.there(liked.IRI) || !w.medium(liked.IRI+".png") {
				t.Fatalf("%s: what was liked is gone", c.what)
			}
			state, err := w.s.DB.Storage(t.Context())
			if err != nil || state.Budget != budget || state.Pruned.Bytes() == 0 || state.PrunedAt.IsZero() {
				t.Errorf("%s: the state is %+v, %v", c.what, state, err)
			}
		}
		w.clock.Advance(2 * time.Hour) // nobody was met just now
		w.budget(100_000)
		for range 20 {
			w.sweep()
		}
		posts, pictures := w.left(0, 3*n)
		if posts != 1 || pictures != 1 || !w.there(liked.IRI) {
			t.Errorf("with no room at all %d posts and %d pictures are left, want the one that was liked", posts, pictures)
		}
		if state, err := w.s.DB.Storage(t.Context()); err != nil || state.Pressure != social.Over || !strings.Contains(state.Reason, "100 KB are used") {
			t.Errorf("the state is %+v, %v; want that it is over", state, err)
		}
		for i, want := range []bool{true, true, false} { // followed, liked, nobody
			if _, err := w.s.DB.Reader.ActorByIRI(t.Context(), w.strangers[i].IRI); (err == nil) != want {
				t.Errorf("stranger %d: %v, want there %v", i, err, want)
			}
		}
	})
}

func TestRulesThatCannotBeAreRefusedByName(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		rules := social.DefaultRetention
		rules.Budget, rules.Posts, rules.Followed, rules.Relayed, rules.Media, rules.Profiles = 1000, 100*day, day, 200*day, 4000*day, 0
		wrong, err := w.s.Sweeper.Choose(t.Context(), rules)
		if err != nil || len(wrong) != 4 || wrong["budget"] == "" || wrong["followed"] == "" || wrong["relayed"] == "" || wrong["media"] == "" {
			t.Errorf("got %v, %v; want budget, followed, relayed and media", wrong, err)
		}
		w.in(func(tx *store.Tx) error {
			return tx.AddMedium(t.Context(), social.Medium{ID: w.s.DB.IDs().New(), Key: "own/a.mp4", Size: 80e6, LooseSince: w.s.DB.Now()})
		})
		rules = social.DefaultRetention
		rules.Budget = 70e6
		if wrong, err = w.s.Sweeper.Choose(t.Context(), rules); err != nil || len(wrong) != 1 || !strings.Contains(wrong["budget"], "your uploads 80 MB") {
			t.Errorf("got %v, %v; want the figures of what stays", wrong, err)
		}
		w.s.Sweeper.Start.Budget = 70e6
		if err := w.s.Sweeper.CheckStart(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "STORAGE_BUDGET is 70 MB, and your own posts and uploads take 80 MB") {
			t.Errorf("the start says %v, want a refusal with the figures", err)
		}
		rules.Budget = 90e6
		if wrong, err = w.s.Sweeper.Choose(t.Context(), rules); err != nil || len(wrong) != 0 {
			t.Errorf("got %v, %v, want it chosen", wrong, err)
		}
		if got, err := w.s.Sweeper.Rules(t.Context()); err != nil || got != rules {
			t.Errorf("got %+v, %v, want %+v", got, err, rules)
		}
		if err := w.s.Sweeper.CheckStart(t.Context()); err != nil {
			t.Errorf("what was chosen since is a reason not to start: %v", err)
		}
	})
}

// A disk that is nearly full stops what can be had again, and removes nothing.
func TestNearlyFullDiskIsNoRoom(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		p := w.add(1, w.strangers[0])
		for _, c := range []struct {
			free, size int64
			want       social.Pressure
		}{
			{4e8, 1e12, social.Over}, {6e8, 1e12, social.Fits}, // of a large disk
			{9e7, 2e9, social.Over}, {11e7, 2e9, social.Fits}, // of a small one
		} {
			s := retention.New(retention.Options{
				DB: w.s.DB, Library: w.s.Library, Start: social.DefaultRetention,
				Disk: func() (int64, int64, error) { return c.free, c.size, nil },
			})
			now, err := s.Weigh(t.Context())
			if err != nil || now.Pressure != c.want || strings.Contains(now.Reason, "of the disk") != (c.want == social.Over) {
				t.Errorf("%d of %d free: %q, %q, %v; want %q", c.free, c.size, now.Pressure, now.Reason, err, c.want)
			}
			if done, err := s.Sweep(t.Context()); err != nil || done != (social.Cleared{}) || !w.there(p.IRI) {
				t.Errorf("%d of %d free: removed %+v, %v; want nothing", c.free, c.size, done, err)
			}
		}
	})
}

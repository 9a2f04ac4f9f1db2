package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// addOwner makes a local actor the owner.
func addOwner(t *testing.T, db *store.DB, name string) social.Actor {
	t.Helper()
	a := addActor(t, db, name, true)
	in(t, db, func(tx *store.Tx) error { return tx.AddOwner(t.Context(), store.Owner{Actor: a, CreatedAt: noon}) })
	return a
}

// mute mutes somebody until then.
func mute(t *testing.T, db *store.DB, whom social.Actor, notifications bool, until time.Time) {
	t.Helper()
	in(t, db, func(tx *store.Tx) error {
		return tx.PutMute(t.Context(), social.Mute{ID: db.IDs().New(), Target: whom.ID, Notifications: notifications, Until: until, At: noon})
	})
}

// intoHome puts a post into the timeline, as somebody's boost when by is not its author.
func intoHome(t *testing.T, db *store.DB, p social.Post, by social.Actor) social.ID {
	t.Helper()
	e := store.HomeEntry{ID: p.ID, Post: p.ID, By: by.ID}
	in(t, db, func(tx *store.Tx) error {
		if by.ID != p.Author {
			e.ID = db.IDs().New()
			e.Boost = e.ID
			if _, err := tx.AddBoost(t.Context(), social.Boost{ID: e.ID, Post: p.ID, By: by.ID, At: noon}); err != nil {
				return err
			}
		}
		return tx.AddHome(t.Context(), e)
	})
	return e.ID
}

func wantHome(t *testing.T, db *store.DB, when string, want ...social.ID) {
	t.Helper()
	all, err := db.Home(t.Context(), store.PageOf{Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	var got []social.ID
	for _, e := range all {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func TestHomeLeavesOutWhomTheOwnerMutes(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert, eve := addOwner(t, db, "anna"), addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		naming := func(p *social.Post) { p.Mentions = []social.Mention{{Actor: eve.ID, IRI: eve.IRI}} }
		said, byEve := addPost(t, db, anna, naming), addPost(t, db, eve)
		toEve, byBert := addPost(t, db, bert, naming), addPost(t, db, bert)
		lines := []social.ID{
			intoHome(t, db, said, anna), // what the owner says
			intoHome(t, db, byEve, eve),
			intoHome(t, db, toEve, bert),
			intoHome(t, db, byBert, bert),
			intoHome(t, db, byEve, bert),
			intoHome(t, db, byBert, eve),
			intoHome(t, db, byEve, anna), // what the owner boosts
		}
		newest := func(which ...int) (ids []social.ID) {
			for _, i := range which {
				ids = append(ids, lines[i])
			}
			return ids
		}
		wantHome(t, db, "nobody muted", newest(6, 5, 4, 3, 2, 1, 0)...)
		mute(t, db, eve, true, noon.Add(time.Hour))
		wantHome(t, db, "eve muted", newest(6, 3, 0)...)
		if n, err := db.NewInHome(t.Context(), lines[0], 40); err != nil || n != 2 {
			t.Errorf("new in home: got %d, %v; want 2", n, err)
		}
		for at, over := range map[time.Duration]bool{59 * time.Minute: false, time.Hour: true} {
			if got, err := db.MutesOver(t.Context(), noon.Add(at)); err != nil || got != over {
				t.Errorf("after %s mutes are over: %v, %v; want %v", at, got, err, over)
			}
		}
		in(t, db, func(tx *store.Tx) error { return tx.EndMutes(t.Context(), noon.Add(time.Hour)) })
		wantHome(t, db, "the hour over", newest(6, 5, 4, 3, 2, 1, 0)...)
	})
}

func TestHiddenBoostsAreNotInHome(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert, eve := addOwner(t, db, "anna"), addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		hide := func(on bool) {
			in(t, db, func(tx *store.Tx) error { return tx.HideBoosts(t.Context(), anna.ID, bert.ID, on) })
		}
		hide(true) // of nobody followed nothing is kept
		f := social.Follow{ID: db.IDs().New(), Follower: anna.ID, Followee: bert.ID, State: social.Accepted, At: noon}
		in(t, db, func(tx *store.Tx) error { _, err := tx.PutFollow(t.Context(), f); return err })
		own := intoHome(t, db, addPost(t, db, bert), bert)
		boost := intoHome(t, db, addPost(t, db, eve), bert)
		wantHome(t, db, "at first", boost, own)
		hide(true)
		wantHome(t, db, "boosts hidden", own)
		all, err := db.Relationships(t.Context(), anna.ID, []social.ID{bert.ID})
		if want := (social.Relationship{Actor: bert.ID, Following: true, HidingBoosts: true}); err != nil || all[bert.ID] != want {
			t.Errorf("relationship: got %+v, %v; want %+v", all[bert.ID], err, want)
		}
		in(t, db, func(tx *store.Tx) error { _, err := tx.PutFollow(t.Context(), f); return err })
		wantHome(t, db, "followed again", own)
		hide(false)
		wantHome(t, db, "boosts shown", boost, own)
	})
}

func TestMutedPeopleAreToldOfAsTheOwnerWants(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert, eve := addOwner(t, db, "anna"), addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		in(t, db, func(tx *store.Tx) error {
			for _, by := range []social.Actor{bert, eve} {
				if _, err := tx.Notify(t.Context(), social.Notification{Kind: social.NotifyFollow, From: by.ID, At: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, step := range []struct {
			name string
			do   func()
			want []social.ID
		}{
			{"nobody muted", func() {}, []social.ID{eve.ID, bert.ID}},
			{"eve muted, told all the same", func() { mute(t, db, eve, false, time.Time{}) }, []social.ID{eve.ID, bert.ID}},
			{"eve muted", func() { mute(t, db, eve, true, noon.Add(time.Hour)) }, []social.ID{bert.ID}},
			{"eve unmuted", func() { in(t, db, func(tx *store.Tx) error { return tx.DropMute(t.Context(), eve.ID) }) }, []social.ID{eve.ID, bert.ID}},
		} {
			step.do()
			all, err := db.Notifications(t.Context(), nil, store.PageOf{Limit: 40})
			if err != nil {
				t.Fatal(err)
			}
			var from []social.ID
			for _, n := range all {
				from = append(from, n.From)
			}
			if diff := cmp.Diff(step.want, from); diff != "" {
				t.Errorf("%s (-want +got):\n%s", step.name, diff)
			}
			if n, err := db.UnreadNotifications(t.Context(), nil, 40); err != nil || n != len(step.want) {
				t.Errorf("%s: %d are unread, %v; want %d", step.name, n, err, len(step.want))
			}
		}
		mute(t, db, bert, true, time.Time{})
		mute(t, db, bert, false, noon.Add(time.Hour))
		all, err := db.Mutes(t.Context(), store.PageOf{Limit: 40})
		if err != nil || len(all) != 1 || all[0].Notifications || !all[0].Until.Equal(noon.Add(time.Hour)) {
			t.Errorf("muted twice: got %+v, %v; want one as it was said last", all, err)
		}
		with, err := db.Relationships(t.Context(), anna.ID, []social.ID{bert.ID})
		if want := (social.Relationship{Actor: bert.ID, Muting: true, MutedUntil: noon.Add(time.Hour)}); err != nil || with[bert.ID] != want {
			t.Errorf("relationship: got %+v, %v; want %+v", with[bert.ID], err, want)
		}
	})
}

func TestMutedConversationIsNotToldOf(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert := addOwner(t, db, "anna"), addActor(t, db, "bert", false)
		root := addPost(t, db, bert)
		above := addPost(t, db, bert, answers(root, social.Public))
		below := addPost(t, db, bert, answers(above, social.Public))
		elsewhere := addPost(t, db, bert)
		named := addPost(t, db, bert, answers(root, social.Public), func(p *social.Post) { p.Context = "https://bert.example/c" })
		in(t, db, func(tx *store.Tx) error {
			for _, p := range []social.Post{below, elsewhere, named} {
				if _, err := tx.Notify(t.Context(), social.Notification{Kind: social.NotifyMention, From: bert.ID, Post: p.ID, At: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		told := func(when string, want ...social.ID) {
			t.Helper()
			all, err := db.Notifications(t.Context(), nil, store.PageOf{Limit: 40})
			if err != nil {
				t.Fatal(err)
			}
			var got []social.ID
			for _, n := range all {
				got = append(got, n.Post)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		set := func(p social.Post, muted bool) {
			t.Helper()
			in(t, db, func(tx *store.Tx) error {
				iri, err := tx.NameConversation(t.Context(), p)
				if err != nil {
					return err
				}
				return tx.MuteConversation(t.Context(), iri, muted)
			})
		}
		told("at first", named.ID, elsewhere.ID, below.ID)
		set(above, true) // its server names no conversation
		told("muted", named.ID, elsewhere.ID)
		m, err := db.Marks(t.Context(), anna.ID, []social.ID{root.ID, above.ID, below.ID, elsewhere.ID, named.ID})
		if diff := cmp.Diff(map[social.ID]bool{root.ID: true, above.ID: true, below.ID: true}, m.Muted); err != nil || diff != "" {
			t.Errorf("marks, %v (-want +got):\n%s", err, diff)
		}
		set(named, true)
		told("the other muted too", elsewhere.ID)
		read, err := db.Post(t.Context(), below.ID)
		if err != nil {
			t.Fatal(err)
		}
		set(read, false)
		told("unmuted", elsewhere.ID, below.ID)
	})
}

func TestConversationWithTheMutedIsNotUnread(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert := addOwner(t, db, "anna"), addActor(t, db, "bert", false)
		addPost(t, db, bert, func(p *social.Post) {
			p.Visibility, p.Context, p.Mentions = social.Direct, "https://bert.example/c", []social.Mention{{Actor: anna.ID, IRI: anna.IRI}}
		})
		unread := func(when string, want bool) {
			t.Helper()
			all, err := db.Conversations(t.Context(), anna.ID, store.PageOf{Limit: 9})
			if err != nil || len(all) != 1 || all[0].Unread != want {
				t.Errorf("%s: got %+v, %v; want one, unread %v", when, all, err, want)
			}
		}
		unread("at first", true)
		mute(t, db, bert, true, time.Time{})
		unread("bert muted", false)
		in(t, db, func(tx *store.Tx) error { return tx.DropMute(t.Context(), bert.ID) })
		unread("bert unmuted", true)
		in(t, db, func(tx *store.Tx) error { return tx.MuteConversation(t.Context(), "https://bert.example/c", true) })
		unread("the conversation muted", false)
	})
}

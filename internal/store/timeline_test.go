package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// tagged makes a post with folded hashtags that are written like that.
func tagged(t *testing.T, db *store.DB, by social.Actor, tags []string, change ...func(*social.Post)) social.Post {
	t.Helper()
	id := db.IDs().New()
	p := social.Post{
		ID: id, IRI: by.IRI + "/posts/" + id.String(), Author: by.ID, AuthorIRI: by.IRI, Local: by.Local,
		Kind: social.Note, Content: "<p>text</p>", Published: noon, Hashtags: tags,
	}
	for _, c := range change {
		c(&p)
	}
	in(t, db, func(tx *store.Tx) error { return tx.AddPost(t.Context(), p, tags) })
	return p
}

func TestTimelineHoldsWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert, eve := addActor(t, db, "anna", true), addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		own := tagged(t, db, anna, []string{"sea"}, func(p *social.Post) { p.Language = "en" })
		both := tagged(t, db, bert, []string{"sea", "sky"}, func(p *social.Post) { p.Language = "de" })
		answer := tagged(t, db, bert, []string{"sky"}, func(p *social.Post) { p.InReplyTo, p.Parent = own.IRI, own.ID })
		picture := tagged(t, db, bert, nil, func(p *social.Post) { p.Attachments = []social.Attachment{{URL: "https://x.example/1.png"}} })
		tagged(t, db, bert, []string{"sea"}, func(p *social.Post) { p.Visibility = social.Unlisted })
		tagged(t, db, eve, []string{"sea"})
		in(t, db, func(tx *store.Tx) error {
			_, err := tx.PutBlock(t.Context(), social.Block{ID: db.IDs().New(), By: anna.ID, Target: eve.ID, At: noon})
			return err
		})
		names := map[social.ID]string{own.ID: "own", both.ID: "both", answer.ID: "answer", picture.ID: "picture"}
		for _, c := range []struct {
			name string
			what store.Timeline
			want []string
		}{
			{"all", store.Timeline{}, []string{"picture", "answer", "both", "own"}},
			{"no answers", store.Timeline{Starts: true}, []string{"picture", "both", "own"}},
			{"own", store.Timeline{Local: true}, []string{"own"}},
			{"others'", store.Timeline{Remote: true, Starts: true}, []string{"picture", "both"}},
			{"media", store.Timeline{Media: true}, []string{"picture"}},
			{"language", store.Timeline{Language: "de"}, []string{"both"}},
			{"hashtag", store.Timeline{Any: []string{"sea"}}, []string{"both", "own"}},
			{"one of two", store.Timeline{Any: []string{"sea", "sky"}}, []string{"answer", "both", "own"}},
			{"both", store.Timeline{Any: []string{"sea"}, All: []string{"sky"}}, []string{"both"}},
			{"one and not the other", store.Timeline{Any: []string{"sea"}, None: []string{"sky", "x"}}, []string{"own"}},
			{"none", store.Timeline{Any: []string{"x"}}, nil},
		} {
			got := []string(nil)
			for _, p := range timeline(t, db, anna, c.what, store.PageOf{Limit: 9}) {
				got = append(got, names[p.ID])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		for name, page := range map[string]store.PageOf{
			"before": {Before: picture.ID, Limit: 1}, "after": {After: both.ID, Oldest: true, Limit: 1},
		} {
			if got := timeline(t, db, anna, store.Timeline{}, page); len(got) != 1 || got[0].ID != answer.ID {
				t.Errorf("%s: got %v, want the answer", name, got)
			}
		}
		if got, err := db.Languages(t.Context(), 9); err != nil || !cmp.Equal(got, []string{"de", "en"}) {
			t.Errorf("languages: got %v, %v; want de, en", got, err)
		}
	})
}

func timeline(t *testing.T, db *store.DB, owner social.Actor, what store.Timeline, page store.PageOf) []social.Post {
	t.Helper()
	all, err := db.PublicPosts(t.Context(), owner.ID, what, page)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUnfollowedHashtagLeavesWhatIsInHomeForOtherReasons(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert, eve := addActor(t, db, "anna", true), addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		in(t, db, func(tx *store.Tx) error {
			_, err := tx.PutFollow(t.Context(), social.Follow{ID: db.IDs().New(), IRI: "https://anna.example/f", Follower: anna.ID, Followee: bert.ID, State: social.Accepted, At: noon})
			for _, tag := range []string{"sea", "sky"} {
				if err == nil {
					_, err = tx.AddFollowedTag(t.Context(), social.FollowedTag{ID: db.IDs().New(), Tag: tag, Name: tag, At: noon})
				}
			}
			return err
		})
		posts := map[string]social.Post{
			"gone": tagged(t, db, eve, []string{"sea"}), "other hashtag": tagged(t, db, eve, []string{"sea", "sky"}),
			"followed": tagged(t, db, bert, []string{"sea"}), "own": tagged(t, db, anna, []string{"sea"}),
		}
		for name, p := range posts {
			in(t, db, func(tx *store.Tx) error {
				return tx.AddHome(t.Context(), store.HomeEntry{ID: p.ID, Post: p.ID, By: p.Author})
			})
			if yes, err := db.FollowsTag(t.Context(), p.Hashtags); err != nil || !yes {
				t.Errorf("%s: follows its hashtags: got %v, %v; want true", name, yes, err)
			}
		}
		in(t, db, func(tx *store.Tx) error { return tx.DropFollowedTag(t.Context(), anna.ID, "sea") })
		for name, p := range posts {
			if got, err := db.InHome(t.Context(), p.ID, 0); err != nil || got != (name != "gone") {
				t.Errorf("%s in home: got %v, %v", name, got, err)
			}
		}
		if yes, err := db.FollowsTag(t.Context(), []string{"sea"}); err != nil || yes {
			t.Errorf("follows the hashtag: got %v, %v; want false at once", yes, err)
		}
	})
}

func TestTrendsAreWhatSeveralPeopleUse(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		bert, eve := addActor(t, db, "bert", false), addActor(t, db, "eve", false)
		for _, by := range []social.Actor{bert, eve} {
			tagged(t, db, by, []string{"sea"})
		}
		tagged(t, db, bert, []string{"sea"})
		for range 5 {
			tagged(t, db, bert, []string{"mine"})
		}
		tagged(t, db, eve, []string{"mine"}, func(p *social.Post) { p.Visibility = social.Unlisted })
		now := db.Now()
		write := db.InTx
		for range 2 { // counted anew, not added
			if err := db.CountTags(t.Context(), now, write); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.TrendingTags(t.Context(), now, 1, 0, 9)
		if err != nil || len(got) != 1 || got[0].Tag != "sea" {
			t.Fatalf("trending: got %v, %v; want sea alone", got, err)
		}
		if all := got[0].Total(); all.People != 2 || all.Posts != 3 || len(got[0].Days) != 7 {
			t.Errorf("got %d people, %d posts on %d days; want 2, 3, 7", all.People, all.Posts, len(got[0].Days))
		}
		if found, err := db.SearchTags(t.Context(), "s", 9); err != nil || !cmp.Equal(found, []string{"sea"}) {
			t.Errorf("search: got %v, %v; want sea", found, err)
		}
		later := now.AddDate(0, 0, 9)
		if err := db.CountTags(t.Context(), later, write); err != nil {
			t.Fatal(err)
		}
		if left, err := db.SearchTags(t.Context(), "s", 9); err != nil || len(left) != 0 {
			t.Errorf("nine days later: got %v, %v; want nothing kept", left, err)
		}
	})
}

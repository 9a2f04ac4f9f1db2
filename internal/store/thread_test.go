package store_test

import (
	"slices"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func idsOf(all []social.Post) (ids []social.ID) {
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids
}

// answers makes a post a reply.
func answers(to social.Post, v social.Visibility) func(*social.Post) {
	return func(p *social.Post) { p.Parent, p.InReplyTo, p.Visibility = to.ID, to.IRI, v }
}

func TestThreadIsReadUpToWhatIsHidden(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", true)
		root := addPost(t, db, a)
		closed := addPost(t, db, a, answers(root, social.FollowersOnly))
		open := addPost(t, db, a, answers(closed, social.Unlisted))
		next := addPost(t, db, a, answers(open, social.Public))
		last := addPost(t, db, a, answers(next, social.Public))
		for _, c := range []struct {
			most  social.Visibility
			limit int
			want  []social.ID
		}{
			{social.Unlisted, 100, []social.ID{open.ID, next.ID}},
			{social.Public, 100, []social.ID{next.ID}},
			{social.Direct, 100, []social.ID{root.ID, closed.ID, open.ID, next.ID}},
			{social.Direct, 2, []social.ID{open.ID, next.ID}},
		} {
			got, err := db.Ancestors(t.Context(), last.ID, c.most, c.limit)
			if err != nil || !slices.Equal(idsOf(got), c.want) {
				t.Errorf("most %s, %d of them: got %v, %v; want %v", c.most, c.limit, idsOf(got), err, c.want)
			}
		}
	})
}

func TestThreadThatIsARingHasAnEnd(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		first := addPost(t, db, a, func(p *social.Post) { p.InReplyTo = a.IRI + "/late" })
		second := addPost(t, db, a, answers(first, social.Public))
		late := addPost(t, db, a, func(p *social.Post) {
			p.IRI = a.IRI + "/late"
			answers(second, social.Public)(p)
		})
		got, err := db.Ancestors(t.Context(), late.ID, social.Public, 50)
		if want := []social.ID{first.ID, second.ID}; err != nil || !slices.Equal(idsOf(got), want) {
			t.Errorf("got %v, %v; want %v", idsOf(got), err, want)
		}
	})
}

func TestRepliesToAnyAreOpenOldestAndBounded(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", true)
		var roots, replies []social.ID
		for range 600 { // more than one statement takes
			roots = append(roots, db.IDs().New())
		}
		in(t, db, func(tx *store.Tx) error {
			for i, id := range roots {
				p := social.Post{ID: id, IRI: a.IRI + "/posts/" + id.String(), Author: a.ID, AuthorIRI: a.IRI, Kind: social.Note, Published: noon}
				if err := tx.AddPost(t.Context(), p, nil); err != nil {
					return err
				}
				if i%100 != 0 {
					continue
				}
				for _, v := range []social.Visibility{social.Public, social.FollowersOnly} {
					r := social.Post{ID: db.IDs().New(), Author: a.ID, AuthorIRI: a.IRI, Kind: social.Note, Published: noon}
					r.IRI = a.IRI + "/posts/" + r.ID.String()
					answers(p, v)(&r)
					if err := tx.AddPost(t.Context(), r, nil); err != nil {
						return err
					}
					if v.Open() {
						replies = append(replies, r.ID)
					}
				}
			}
			return nil
		})
		for limit, want := range map[int][]social.ID{100: replies, 3: replies[:3], 0: nil} {
			got, err := db.RepliesToAny(t.Context(), roots, social.Unlisted, limit)
			if err != nil || !slices.Equal(idsOf(got), want) {
				t.Errorf("at most %d: got %v, %v; want %v", limit, idsOf(got), err, want)
			}
		}
		if got, err := db.RepliesToAny(t.Context(), []social.ID{0}, social.Unlisted, 10); err != nil || len(got) != 0 {
			t.Errorf("below no post: got %v, %v; want none", idsOf(got), err)
		}
	})
}

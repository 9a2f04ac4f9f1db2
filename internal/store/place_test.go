package store_test

import (
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestPostsAndActorsAreFoundByTheirAddresses(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", true)
		one := addPost(t, db, a, func(p *social.Post) { p.URL = a.IRI + "/page" })
		closed := addPost(t, db, a, func(p *social.Post) { p.Visibility = social.FollowersOnly })
		posts, err := db.PostsAt(t.Context(), []string{one.URL, one.IRI, closed.IRI, "https://nobody.example/"})
		if err != nil || len(posts) != 1 || posts[0].ID != one.ID || posts[0].IRI != one.IRI || posts[0].URL != one.URL {
			t.Errorf("got %+v, %v; want the open post once", posts, err)
		}
		people, err := db.ActorsAt(t.Context(), []string{a.IRI, "https://nobody.example/"})
		if err != nil || len(people) != 1 || people[0].ID != a.ID || people[0].Username != "anna" || !people[0].Local {
			t.Errorf("got %+v, %v; want anna", people, err)
		}
		if posts, err := db.PostsAt(t.Context(), nil); err != nil || len(posts) > 0 {
			t.Errorf("got %v, %v; want nothing for no address", posts, err)
		}
	})
}

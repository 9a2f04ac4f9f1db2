package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// typedRetention is the form of the page as it stands with what holds at the start.
func typedRetention(change ...string) url.Values {
	form := url.Values{"budget": {"10"}, "unit": {"GB"}, "posts": {"14"}, "relayed": {"7"}, "followed": {"90"}, "media": {"7"}, "profiles": {"90"},
		"notifications": {""}, "inbox": {"7"}, "deliveries": {"30"}, "ledgers": {"400"}}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

func TestStorageIsToldAndItsRulesAreChosenOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.get("/admin/storage").want(t, http.StatusSeeOther)
		v.submit("/admin/storage", typedRetention()).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		if err := s.Sweeper.Record(t.Context()); err != nil {
			t.Fatal(err)
		}
		v.get("/admin/storage").want(t, http.StatusOK, "of 10 GB are used", "Your uploads", "<svg", `name="budget" value="10"`, `name="posts" value="14"`, `name="notifications" value=""`)
		sent := v.submit("/admin/storage", typedRetention("budget", "2,5", "posts", "20", "notifications", "100", "ledgers", ""))
		sent.want(t, http.StatusSeeOther)
		v.get(sent.header.Get("Location")).want(t, http.StatusOK, "Saved.", "of 2.5 GB are used", `name="budget" value="2.5"`, `name="posts" value="20"`, `name="notifications" value="100"`, `name="ledgers" value=""`)
		want := social.DefaultRetention
		want.Budget, want.Posts, want.Notifications, want.Ledgers = 2.5e9, 20*social.Day, 100*social.Day, 0
		if got, err := s.Sweeper.Rules(t.Context()); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		for name, c := range map[string]struct{ field, typed, mark string }{
			"no number":         {"budget", `much "<b>`, "budget-wrong"},
			"too little":        {"budget", "0.01", "budget-wrong"},
			"below nothing":     {"budget", "-3", "budget-wrong"},
			"no unit":           {"unit", "potatoes", "budget-wrong"},
			"no days":           {"posts", "a week", "age-posts-wrong"},
			"nothing":           {"media", "", "age-media-wrong"},
			"less than a day":   {"inbox", "0", "age-inbox-wrong"},
			"for ever":          {"posts", "99999999999999999999", "age-posts-wrong"},
			"shorter than that": {"followed", "3", "age-followed-wrong"},
			"longer than that":  {"relayed", "30", "age-relayed-wrong"},
		} {
			p := v.submit("/admin/storage", typedRetention(c.field, c.typed))
			p.want(t, http.StatusUnprocessableEntity, "Nothing is changed yet", `id="`+c.mark+`"`)
			p.lacks(t, "<b>\"")
			if got, err := s.Sweeper.Rules(t.Context()); err != nil || got != want {
				t.Errorf("%s: got %+v, %v, want %+v as before", name, got, err, want)
			}
		}
	})
}

func TestPostSaysWhyItIsHere(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		now := s.DB.Now()
		author := social.Actor{IRI: "https://b.example/b", Kind: social.Person, Username: "b", Domain: "b.example", FetchedAt: now}
		p := social.Post{ID: s.DB.IDs().New(), IRI: "https://b.example/1", AuthorIRI: author.IRI, Kind: social.Note, Content: "<p>hello</p>", Published: now, FetchedAt: now.Add(-time.Hour)}
		in := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.DB.InTx(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		in(func(tx *store.Tx) (err error) {
			if p.Author, err = tx.PutActor(t.Context(), author, author.Domain); err != nil {
				return err
			}
			return tx.AddPost(t.Context(), p, nil)
		})
		v := visit(t, s)
		v.login()
		v.get("/posts/"+p.ID.String()).want(t, http.StatusOK, "It leaves", "in 13 days", "or earlier when")
		for _, verb := range []string{"like", "bookmark"} {
			v.submit("/posts/"+p.ID.String()+"/"+verb, url.Values{}).want(t, http.StatusSeeOther)
		}
		v.get("/posts/"+p.ID.String()).want(t, http.StatusOK, "It stays here, since you liked it and you bookmarked it.")
	})
}

package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// page makes the peer serve an HTML page.
func (st *stage) page(path, kind, body string) (at string) {
	st.peer.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	})
	return st.peer.Origin + path
}

// linked gives since when the first line of a profile is known to link back.
func (st *stage) linked(id social.ID) *time.Time {
	st.t.Helper()
	a, err := st.s.DB.Actor(st.ctx, id)
	st.must(err)
	if len(a.Fields) == 0 {
		st.t.Fatal("the profile has no lines")
	}
	return a.Fields[0].VerifiedAt
}

// names makes the owner's profile name a page, as if it had a name that people write.
func (st *stage) names(value string) {
	st.t.Helper()
	a, err := st.s.DB.Actor(st.ctx, st.s.Owner.ID)
	st.must(err)
	a.Fields = []social.Field{{Name: "Web", Value: value}}
	st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error {
		_, err := tx.PutActor(st.ctx, a, st.s.URLs().Domain)
		return err
	}))
}

// week lets a week pass.
func (st *stage) week() {
	st.t.Helper()
	st.clock.Advance(7*24*time.Hour + time.Second)
	st.s.Bus.Ring(queue.Look(store.LaneFetch))
	testkit.Settle(st.t, st.s)
}

func link(at string) string { return fmt.Sprintf(`<a href="%s" rel="me">%s</a>`, at, at) }

// edited leaves the chain of looks that an edit of the profile begins.
func (st *stage) edited() {
	st.t.Helper()
	for _, name := range []string{"Anna B.", "Anna C."} {
		st.must(st.s.Publisher.EditProfile(st.ctx, social.Profile{Name: name}))
		testkit.Settle(st.t, st.s)
	}
	due, err := st.s.DB.DueJob(st.ctx, store.LaneFetch)
	st.must(err)
	if in := due.Sub(st.clock.Now()); in < 6*24*time.Hour || in > 7*24*time.Hour {
		st.t.Fatalf("after an edit the links are looked at again in %v, want a week", in)
	}
}

func TestOwnersLinkIsVerifiedAndLookedAtAgain(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		const html = "text/html; charset=utf-8"
		st.edited()
		at := st.page("/me", html, fmt.Sprintf(`<a rel="me" href="%s">me</a>`, st.s.Owner.URL))
		st.names(link(at))
		st.week()
		first := st.linked(st.s.Owner.ID)
		if first == nil {
			t.Fatal("a page that links back is not verified")
		}
		st.week()
		if now := st.linked(st.s.Owner.ID); now == nil || !now.Equal(*first) {
			t.Errorf("a week later it is verified since %v, want %v", now, first)
		}
		st.peer.Fail("/me", http.StatusServiceUnavailable)
		st.week()
		if st.linked(st.s.Owner.ID) == nil {
			t.Error("a page that was away once is not verified any more")
		}
		st.peer.Fail("/me", 0)
		st.page("/me", html, "<p>moved")
		st.week()
		if st.linked(st.s.Owner.ID) != nil {
			t.Error("a page that does not link back any more is verified")
		}
		if n := st.peer.Asked("/me"); n != 4 {
			t.Errorf("the page was asked for %d times in four weeks, want 4", n)
		}
	})
}

func TestWhatIsNoProofVerifiesNothing(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.edited()
		back := fmt.Sprintf(`<a rel="me" href="%s">me</a>`, st.s.Owner.URL)
		for name, value := range map[string]string{
			"no link":       link(st.page("/none", "text/html", "<p>hello")),
			"another page":  link(st.page("/other", "text/html", `<a rel="me" href="`+st.s.Owner.URL+`2">`)),
			"plain text":    link(st.page("/text", "text/plain", back)),
			"a picture":     link(st.page("/svg", "image/svg+xml", back)),
			"not there":     link(st.peer.Origin + "/absent"),
			"with words":    "see " + link(st.page("/words", "text/html", back)),
			"our own pages": link(st.s.Owner.URL),
		} {
			st.names(value)
			st.week()
			if st.linked(st.s.Owner.ID) != nil {
				t.Errorf("%s: %s is verified", name, value)
			}
		}
	})
}

func TestLinksOfOthersAreLookedAtWhenTheOwnerLooks(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		at := st.page("/eve", "text/html", fmt.Sprintf(`<link rel="me" href="%s">`, st.eve.IRI))
		lines := func(text string) doc {
			return doc{"attachment": []any{doc{"type": "PropertyValue", "name": "Web", "value": fmt.Sprintf(`<a href="%s">%s</a>`, at, text)}}}
		}
		a := st.known(lines(at))
		if st.peer.Asked("/eve") != 0 || st.linked(a.ID) != nil {
			t.Error("the page is looked at before the owner looks")
		}
		look := func(a social.Actor) {
			st.sent("links of "+a.ID.String(), func() bool { st.s.Scout.LookAtLinks(a); return true })
		}
		look(a)
		if st.linked(a.ID) == nil {
			t.Fatal("a page that links back is not verified")
		}
		st.s.Scout.LookAtLinks(a)
		if n := st.peer.Asked("/eve"); n != 1 {
			t.Errorf("the page was asked for %d times, want once a day", n)
		}
		st.known(lines(at))
		if st.linked(a.ID) == nil {
			t.Error("the profile was fetched again and what is known of its links is lost")
		}
		a = st.known(lines("bank.example"))
		st.clock.Advance(25 * time.Hour)
		look(a)
		if st.linked(a.ID) != nil {
			t.Error("a link that shows another address than it leads to is verified")
		}
	})
}

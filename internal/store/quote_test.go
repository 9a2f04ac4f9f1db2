package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestQuoteComesBackWithThePostItIsOf(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		p := addPost(t, db, a, func(p *social.Post) {
			p.Quote = &social.Quote{IRI: "https://late.example/1", Stamp: "https://late.example/stamp", Legacy: true, State: social.QuoteAllowed, Checked: noon}
		})
		want := func(step string, want *social.Quote) {
			t.Helper()
			got, err := db.Post(t.Context(), p.ID)
			if diff := cmp.Diff(want, got.Quote); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", step, err, diff)
			}
		}
		quote := *p.Quote
		want("of what is not here", &quote)
		quoted := addPost(t, db, a, func(p *social.Post) { p.IRI = quote.IRI })
		quote.Post = quoted.ID
		want("of what has come", &quote)
		in(t, db, func(tx *store.Tx) error { return tx.DropPost(t.Context(), quoted.ID) })
		quote.Post = 0
		want("of what was deleted", &quote)
		in(t, db, func(tx *store.Tx) error { return tx.EditPost(t.Context(), p, social.Post{ID: p.ID}, nil) })
		want("no more", nil)
	})
}

// Who finds out about a quote may find it changed, or taken back, meanwhile.
func TestQuoteThatChangedIsNotJudged(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		quoted := addPost(t, db, a)
		p := addPost(t, db, a, func(p *social.Post) {
			p.Quote = &social.Quote{IRI: quoted.IRI, Stamp: "https://anna.example/stamp"}
		})
		want := func(step string, q social.Quote, want social.QuoteState) {
			t.Helper()
			in(t, db, func(tx *store.Tx) error {
				return tx.JudgeQuote(t.Context(), p.ID, q, quoted.IRI, social.QuoteAllowed, noon.Add(time.Hour))
			})
			if got, err := db.Post(t.Context(), p.ID); err != nil || got.Quote.State != want {
				t.Errorf("%s: the quote stands at %d, %v; want %d", step, got.Quote.State, err, want)
			}
		}
		want("another consent", social.Quote{IRI: quoted.IRI, Stamp: "https://anna.example/other"}, social.QuotePending)
		want("another post", social.Quote{IRI: p.IRI, Stamp: p.Quote.Stamp}, social.QuotePending)
		want("as it is", *p.Quote, social.QuoteAllowed)
		in(t, db, func(tx *store.Tx) error {
			n, err := tx.RevokeQuotes(t.Context(), p.Quote.Stamp, a.ID)
			if n != 1 {
				t.Errorf("%d quotes were revoked, want 1", n)
			}
			return err
		})
		want("taken back", *p.Quote, social.QuoteRevoked)
	})
}

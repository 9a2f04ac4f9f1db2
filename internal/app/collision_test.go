package app_test

import (
	"net/http"
	"testing"
	"time"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

// Ids sort posts by their time, so two posts of one moment may get the same one.
// That is no reason to lose the second.
func TestPostWhoseIDAnotherHasIsKeptInTheEnd(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s, bert := testkit.StartAt(t, clock, dsn, "anna"), testkit.NewPeer(t).Person("bert")
		published := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
		send := func(id string) (iri string) {
			note := bert.Note(id, "hello")
			note["published"], note["cc"] = published, s.Owner.IRI
			note["tag"] = []any{map[string]any{"type": "Mention", "href": s.Owner.IRI, "name": "@anna"}}
			if status, said := bert.SendAt(clock.Now(), s.Owner.Inbox, bert.Activity("Create", id, note)); status != http.StatusAccepted {
				t.Fatalf("got %d %s, want 202", status, said)
			}
			testkit.Settle(t, s)
			return note["id"].(string)
		}
		first, err := s.DB.PostByIRI(t.Context(), send("first"))
		if err != nil {
			t.Fatal(err)
		}
		first.ID, first.IRI = first.ID+1, first.IRI+"/again" // it has the id that comes next
		if err := s.DB.InTx(t.Context(), func(tx *store.Tx) error { return tx.AddPost(t.Context(), first, nil) }); err != nil {
			t.Fatal(err)
		}
		second := send("second")
		clock.Advance(2 * time.Minute)
		testkit.Settle(t, s)
		if _, err := s.DB.PostByIRI(t.Context(), second); err != nil {
			t.Errorf("the second post: %v", err)
		}
	})
}

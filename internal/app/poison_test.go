package app_test

import (
	"strings"
	"testing"
	"time"

	"skerry/internal/inbox"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// An accepted activity that fails for ever is given up with its reason, holds up
// nobody, and is acted on when the owner says so.
func TestActivityThatFailsForEverIsGivenUpAndCanBeActedOnAgain(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.own("hello")
		// Eva was forgotten since the door let her in, and cannot be fetched.
		row := store.Inbound{
			ID: st.s.DB.IDs().New(), Fingerprint: "poison", Signer: st.peer.Origin + "/users/eva", Kind: "Like", ReceivedAt: st.s.DB.Now(),
			Body: []byte(`{"id":"` + st.peer.Origin + `/likes/1","type":"Like","actor":"` + st.peer.Origin + `/users/eva","object":"` + p.IRI + `"}`),
		}
		st.peer.Fail("/users/eva", 503)
		st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error { return tx.AddInbound(st.ctx, row) }))
		for range 8 {
			st.s.Bus.Ring(queue.Look(inbox.Lane))
			testkit.Settle(t, st.s)
			st.clock.Advance(16 * time.Hour)
		}
		item, err := st.s.DB.Item(st.ctx, row.ID)
		st.must(err)
		if item.State != store.Parked || item.Attempts != 8 || !strings.Contains(item.Outcome, "503") {
			t.Fatalf("got %+v, want it given up after 8 attempts with its reason", item)
		}
		asked := st.peer.Asked("/users/eva")
		st.clock.Advance(30 * 24 * time.Hour)
		st.s.Bus.Ring(queue.Look(inbox.Lane))
		st.like(p, "meanwhile")
		if n := st.peer.Asked("/users/eva"); n != asked {
			t.Errorf("what was given up was tried %d times more", n-asked)
		}
		st.peer.Fail("/users/eva", 0)
		st.peer.Person("eva")
		st.must(st.s.Foreman.Retry(st.ctx, row.ID))
		testkit.Settle(t, st.s)
		if got := st.told(); len(got) == 0 || got[0] != social.NotifyLike {
			t.Errorf("the owner was told %v, want the Like", got)
		}
		if item, err = st.s.DB.Item(st.ctx, row.ID); err != nil || item.State != store.Done {
			t.Errorf("got %+v, %v; want it done", item, err)
		}
	})
}

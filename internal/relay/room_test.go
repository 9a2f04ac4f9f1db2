package relay_test

import (
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestNothingIsFetchedForRelaysWhileThereIsNoRoom(t *testing.T) {
	onStage(t, testkit.RelayProfile{Announces: true}, func(st *stage) {
		r := st.follow()
		for i, budget := range []int64{1, social.DefaultRetention.Budget} {
			rules := social.DefaultRetention
			rules.Budget = budget
			st.must(st.s.DB.InTx(st.Context(), func(tx *store.Tx) error { return tx.SetRetention(st.Context(), rules) }))
			_, err := st.s.Sweeper.Weigh(st.Context())
			st.must(err)
			note := st.eve.Note(string(rune('1'+i)), "hello")
			st.pass(st.eve.Activity("Create", "c", note))
			st.asked(note["id"], i)
			st.wantPost(note["id"], i == 1)
			if got, err := st.s.Relays.Report(st.Context(), r.ID); err != nil || strings.Contains(got.Trouble, "budget") != (i == 0) {
				st.Errorf("budget %d: %v, the relay's trouble is %q", budget, err, got.Trouble)
			}
		}
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.Filtered("no room"): 1, social.RelayFetched: 1, social.RelayStored: 1})
	})
}

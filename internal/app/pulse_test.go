package app_test

import (
	"errors"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// What a process held that died is done as soon as its silence shows that it is
// dead, and not when its lease runs out.
func TestWhatADeadProcessHeldIsDoneByOthers(t *testing.T) {
	t.Parallel()
	peer := testkit.NewPeer(t)
	bert := peer.Person("bert")
	s := testkit.Many(t, new(testkit.Clock), testkit.Postgres(t), "anna", app.Roles{Web: true}, app.Roles{Worker: true}, app.Roles{Scheduler: true})
	ctx := t.Context()
	row := store.Inbound{
		ID: s.DB.IDs().New(), Fingerprint: "f", Signer: bert.IRI, Key: bert.Key.ID, Kind: "Follow", Object: s.Owner.IRI, Inbox: "anna",
		Body:       []byte(`{"type":"Follow","id":"` + bert.IRI + `/activities/f1","actor":"` + bert.IRI + `","object":"` + s.Owner.IRI + `"}`),
		ReceivedAt: time.Now(),
	}
	err := s.DB.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Beat(ctx, "a process that died"); err != nil {
			return err
		}
		if err := tx.AddInbound(ctx, row); err != nil {
			return err
		}
		all, err := tx.ClaimInbound(ctx, store.Lease{By: "a process that died", Now: time.Now(), Until: time.Now().Add(time.Hour)}, []string{bert.IRI}, 10)
		if err == nil && len(all) != 1 {
			err = errors.New("nothing to claim")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	testkit.Settle(t, s)
	if got := peer.Got("Accept"); len(got) != 1 {
		t.Errorf("%d follows were accepted, want 1", len(got))
	}
}

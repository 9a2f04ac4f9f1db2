package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
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

func TestServerThatRunsIsFound(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "")
		for dsn != "" { // until it has shown that it lives, or the test runs out of time
			all, err := s.DB.Processes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(all) > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if dsn == "" { // one that people start does this
			unlock, err := s.Alone(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer unlock()
		}
		if _, err := s.Alone(t.Context()); err == nil || !strings.Contains(err.Error(), "stop") {
			t.Errorf("beside a server: %v, want a refusal that says what to do", err)
		}
	})
}

func TestServerThatWasKilledIsNotFound(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		a, err := app.New(t.Context(), config.Config{Domain: "a.example", AccountDomain: "a.example", DataDir: t.TempDir(), DatabaseURL: dsn},
			app.Options{Version: "test", Log: testkit.Log(t)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.Close)
		err = a.DB.Bookkeep(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Beat(t.Context(), "killed")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		release, err := a.Alone(t.Context())
		if err != nil {
			t.Fatalf("beside one that was killed: %v", err)
		}
		release()
	})
}

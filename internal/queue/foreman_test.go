package queue_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
)

// parked gives what was given up.
func (s *shop) parked() []store.Item {
	s.Helper()
	all, err := s.db.ParkedItems(s.Context(), store.PageOf{Limit: 10})
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// named takes what a lane was told to look at.
func (s *shop) named(lane string) []string {
	s.Helper()
	keys, _ := s.bus.Take(s.Context(), lane, 10)
	return keys
}

// A poisoned item is tried as often as its schedule says, then rests with its
// error until the owner wants it tried again.
func TestPoisonIsGivenUpWithItsErrorAndTriedAgainWhenTheOwnerSaysSo(t *testing.T) {
	for name, do := range map[string]func(context.Context, store.Job) (string, error){
		"error": func(context.Context, store.Job) (string, error) { return "", errors.New("a nil map") },
		"panic": func(context.Context, store.Job) (string, error) { panic("a nil map") },
	} {
		t.Run(name, func(t *testing.T) {
			onShop(t, func(s *shop) {
				s.do = do
				s.add("bad")
				for attempt := range 3 {
					s.run(1, attempt+1)
					s.clock.Advance(2 * time.Hour)
				}
				all := s.parked()
				if len(all) != 1 || !strings.Contains(all[0].Outcome, "a nil map") || all[0].Attempts != 3 {
					t.Fatalf("given up: %+v; want one after 3 attempts with its error", all)
				}
				s.do = func(context.Context, store.Job) (string, error) { return "done", nil }
				s.add("good")
				s.clock.Advance(30 * 24 * time.Hour)
				s.run(1, 4)
				if s.done[3] != "good" {
					t.Errorf("done are %v; want the good one alone after the bad one was given up", s.done)
				}
				if err := queue.NewForeman(s.db, s.bus).Retry(t.Context(), all[0].ID); err != nil {
					t.Fatal(err)
				}
				s.run(1, 5)
				if item, err := s.db.Item(t.Context(), all[0].ID); err != nil || item.State != store.Done || item.Attempts != 1 {
					t.Errorf("got %+v, %v; want it done at a first attempt", item, err)
				}
			})
		})
	}
}

// What ends its process each time is not worked on for ever: an attempt counts
// from its beginning.
func TestWhatEndsItsProcessIsGivenUp(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) { return "", nil }
		s.add("bad")
		for range 3 {
			err := s.db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.ClaimJobs(t.Context(), "fetch", store.Lease{By: "crashed", Now: s.clock.Now(), Until: s.clock.Now().Add(time.Minute)}, nil, 1)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Advance(2 * time.Minute)
		}
		s.add("good")
		s.run(1, 1)
		if all := s.parked(); len(all) != 1 || all[0].About != "bad" || !strings.Contains(all[0].Outcome, "the process ended") || s.done[0] != "good" {
			t.Errorf("given up: %+v, done %v; want the bad one given up, untried", all, s.done)
		}
	})
}

func TestWhatIsRetriedIsNamedToItsLane(t *testing.T) {
	onShop(t, func(s *shop) {
		foreman := queue.NewForeman(s.db, s.bus)
		s.add("job")
		row := store.Inbound{ID: s.db.IDs().New(), Fingerprint: "f", Signer: "https://a.example/a", Body: []byte("{}"), ReceivedAt: s.clock.Now()}
		err := s.db.InTx(t.Context(), func(tx *store.Tx) error { return tx.AddInbound(t.Context(), row) })
		if err != nil {
			t.Fatal(err)
		}
		var job social.ID
		err = s.db.InTx(t.Context(), func(tx *store.Tx) error {
			all, err := tx.ClaimJobs(t.Context(), "fetch", store.Lease{Now: s.clock.Now()}, nil, 1)
			job = all[0].ID
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			id        social.ID
			lane, key string
		}{{job, "fetch", job.String()}, {row.ID, store.LaneIngest, row.Signer}} {
			if err := foreman.Retry(t.Context(), c.id); err != nil {
				t.Fatal(err)
			}
			if got := s.named(c.lane); !slices.Equal(got, []string{c.key}) {
				t.Errorf("%s was told %v, want %s", c.lane, got, c.key)
			}
			if err := foreman.Abandon(t.Context(), c.id); err != nil {
				t.Fatal(err)
			}
			if err := foreman.Retry(t.Context(), c.id); !social.Is(err, social.Conflict) {
				t.Errorf("retry of what was abandoned: %v; want Conflict", err)
			}
		}
		if err := foreman.Retry(t.Context(), 7); !social.Is(err, social.NotFound) {
			t.Errorf("retry of nothing: %v; want NotFound", err)
		}
	})
}

func TestLaneIsRetriedWhole(t *testing.T) {
	onShop(t, func(s *shop) {
		foreman := queue.NewForeman(s.db, s.bus)
		s.do = func(context.Context, store.Job) (string, error) { return "", errors.New("away") }
		s.add("a", "b")
		for attempt := range 3 {
			s.run(1, 2*attempt+2)
			s.clock.Advance(2 * time.Hour)
		}
		looks, stop := s.bus.Listen(queue.Look("fetch"))
		defer stop()
		n, err := foreman.RetryLane(t.Context(), "fetch")
		if n != 2 || err != nil || len(s.parked()) != 0 {
			t.Errorf("%d are retried, %v, %d rest; want both", n, err, len(s.parked()))
		}
		select {
		case <-looks:
		default:
			t.Error("the lane was not told to look")
		}
		if _, err := foreman.RetryLane(t.Context(), store.LaneSlow); !social.Is(err, social.Invalid) {
			t.Errorf("deliveries all together: %v; want a refusal", err)
		}
	})
}

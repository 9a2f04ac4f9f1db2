package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"skerry/internal/bus"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// shop is a lane of jobs on a database of its own, and what was done of them.
type shop struct {
	*testing.T
	db    *store.DB
	bus   *bus.Local
	clock *testkit.Clock
	do    func(ctx context.Context, j store.Job) (string, error)
	key   func(store.Job) string // nil: the job's id

	mu   sync.Mutex
	done []string
}

func onShop(t *testing.T, test func(*shop)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := &shop{T: t, bus: bus.NewLocal(time.Now), clock: new(testkit.Clock)}
		db, err := store.Open(t.Context(), store.Options{
			URL: dsn, Path: filepath.Join(t.TempDir(), "skerry.db"), Secret: []byte("a secret of the test"), Now: s.clock.Now, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		s.db = db
		test(s)
	})
}

func (s *shop) add(names ...string) {
	s.Helper()
	err := s.db.InTx(s.Context(), func(tx *store.Tx) error {
		for _, name := range names {
			if _, err := tx.AddJob(s.Context(), store.Job{Lane: "fetch", Kind: "test", Once: name, Due: s.clock.Now()}, s.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	s.bus.Ring(queue.Look("fetch"))
}

func (s *shop) lane(workers int) queue.Lane[store.Job] {
	rows := queue.Rows[store.Job]{
		Lane: "fetch", Lease: time.Minute, DB: s.db, Log: slog.New(slog.DiscardHandler),
		Do: func(ctx context.Context, j store.Job) (string, bool, error) {
			defer func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.done = append(s.done, j.Once)
			}()
			outcome, err := s.do(ctx, j)
			return outcome, false, err
		},
		Finish: func(ctx context.Context, tx *store.Tx, j store.Job, e store.Ending) error {
			return tx.FinishJob(ctx, j.ID, e)
		},
		Next:    func(ctx context.Context, j store.Job) (time.Time, error) { return s.db.DueJobOf(ctx, j.ID) },
		Attempt: func(j store.Job) int { return j.Attempts },
		Retries: queue.Schedule{time.Minute, time.Hour},
	}
	key := s.key
	if key == nil {
		key = func(j store.Job) string { return j.ID.String() }
	}
	return queue.Lane[store.Job]{
		Name: "fetch", Workers: workers, Lease: time.Minute, Key: key,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, ids []string, n int) ([]store.Job, error) {
			return tx.ClaimJobs(ctx, "fetch", l, ids, n)
		},
		Waiting: func(ctx context.Context, ids []string) ([]string, error) {
			return s.db.WaitingJobs(ctx, ids, s.clock.Now())
		},
		Due:  func(ctx context.Context) (time.Time, error) { return s.db.DueJob(ctx, "fetch") },
		Work: rows.Work,
		GiveBack: func(ctx context.Context, tx *store.Tx, by string, all []store.Job) error {
			return tx.GiveBackJobs(ctx, by, all)
		},
	}
}

// run works until n items have ended, then stops the lane.
func (s *shop) run(workers, n int) {
	s.Helper()
	s.runLane(s.lane(workers), n)
}

func (s *shop) runLane(lane queue.Lane[store.Job], n int) {
	s.Helper()
	ended, stopBell := s.bus.Listen(queue.Finished("fetch"))
	defer stopBell()
	ctx, cancel := context.WithTimeout(s.Context(), 30*time.Second)
	defer cancel()
	stopped := make(chan error, 1)
	go func() {
		stopped <- queue.New(lane, s.db, s.bus, "test", slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	for s.count() < n {
		select {
		case <-ended:
		case <-ctx.Done():
			s.Fatalf("%d of %d items were done in time", s.count(), n)
		}
	}
	s.rest(ctx)
	cancel()
	if err := <-stopped; err != nil {
		s.Errorf("run ended with %v", err)
	}
}

// rest waits until the endings are recorded: nothing is due any more.
func (s *shop) rest(ctx context.Context) {
	s.Helper()
	for {
		busy, err := s.db.Busy(ctx, s.clock.Now())
		if err != nil {
			s.Fatal(err)
		}
		if !busy {
			return
		}
		select {
		case <-ctx.Done():
			s.Fatal("work is still due")
		case <-time.After(5 * time.Millisecond): // the ending is written after the work
		}
	}
}

func (s *shop) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.done)
}

func (s *shop) nextDue() time.Duration {
	s.Helper()
	due, err := s.db.DueJob(s.Context(), "fetch")
	if err != nil {
		s.Fatal(err)
	}
	if due.IsZero() {
		return 0
	}
	return due.Sub(s.clock.Now())
}

func TestEachItemIsDoneOnce(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) { return "done", nil }
		var names []string
		for i := range 300 {
			names = append(names, fmt.Sprint(i))
		}
		s.add(names...)
		s.run(8, len(names))
		seen := map[string]int{}
		for _, name := range s.done {
			seen[name]++
		}
		if len(s.done) != len(names) || len(seen) != len(names) {
			t.Errorf("%d items were done %d times; want %d once", len(seen), len(s.done), len(names))
		}
	})
}

func TestItemsOfOneKeyAreDoneInOrderAndNeverAtOnce(t *testing.T) {
	onShop(t, func(s *shop) {
		var mu sync.Mutex
		working := map[string]bool{}
		s.key = func(j store.Job) string { return j.Once[:1] }
		s.do = func(_ context.Context, j store.Job) (string, error) {
			mu.Lock()
			if working[s.key(j)] {
				t.Errorf("two items of %s at once", s.key(j))
			}
			working[s.key(j)] = true
			mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			working[s.key(j)] = false
			return "", nil
		}
		s.add("a1", "b1", "a2", "b2", "a3", "b3")
		s.run(8, 6) // a worker for each: one claim takes all
		last := map[string]string{}
		for _, name := range s.done {
			if last[name[:1]] > name {
				t.Errorf("%s came after %s", name, last[name[:1]])
			}
			last[name[:1]] = name
		}
	})
}

func TestWhatFailsIsTriedAgainLaterAndParkedInTheEnd(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) { return "", errors.New("the other side is away") }
		s.add("a")
		for attempt, want := range []time.Duration{time.Minute, time.Hour, 0} {
			s.run(1, attempt+1)
			got := s.nextDue()
			if got > want*5/4 || got < want*3/4-time.Minute/10 {
				t.Errorf("after attempt %d the next is in %v, want about %v", attempt+1, got, want)
			}
			s.clock.Advance(2 * time.Hour)
		}
		if s.count() != 3 {
			t.Errorf("%d attempts were made, want 3", s.count())
		}
	})
}

func TestFaultOfTheItemItselfEndsItAtOnce(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) {
			return "", social.Faultf(social.Forbidden, "not theirs to do")
		}
		s.add("a")
		s.run(1, 1)
		if s.nextDue() != 0 {
			t.Error("it is tried again")
		}
	})
}

func TestFaultSaysHowLongToWait(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) {
			f := social.Faultf(social.Unavailable, "come back later")
			f.After = 3 * time.Hour
			return "", f
		}
		s.add("a")
		s.run(1, 1)
		if got := s.nextDue(); got < 3*time.Hour-time.Minute {
			t.Errorf("tried again in %v, want 3h", got)
		}
	})
}

// A panic counts as a failed attempt: one bad item must not stop the rest.
func TestPanicOfOneItemStopsNobodyElse(t *testing.T) {
	onShop(t, func(s *shop) {
		var mu sync.Mutex
		good := 0
		s.do = func(_ context.Context, j store.Job) (string, error) {
			if j.Once == "bad" {
				panic("a nil map")
			}
			mu.Lock()
			defer mu.Unlock()
			good++
			return "", nil
		}
		s.add("bad", "a", "b")
		s.run(1, 3)
		if good != 2 || s.nextDue() <= 0 {
			t.Errorf("%d good items were done and the bad one is due in %v; want 2, and later", good, s.nextDue())
		}
	})
}

// What a stop cuts off is neither finished nor failed: its lease is released and
// another process does it.
func TestWhatAStopCutsOffIsDoneByTheNextProcess(t *testing.T) {
	onShop(t, func(s *shop) {
		begun := make(chan struct{})
		s.do = func(ctx context.Context, _ store.Job) (string, error) {
			close(begun)
			<-ctx.Done()
			return "", ctx.Err()
		}
		s.add("a")
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() { stopped <- queue.New(s.lane(1), s.db, s.bus, "first", slog.New(slog.DiscardHandler)).Run(ctx) }()
		<-begun
		stop()
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if err := s.db.InTx(t.Context(), func(tx *store.Tx) error { return tx.ReleaseLeases(t.Context(), "first") }); err != nil {
			t.Fatal(err)
		}
		s.do = func(_ context.Context, j store.Job) (string, error) {
			if j.Attempts != 0 {
				t.Errorf("the cut-off attempt counts: %d", j.Attempts)
			}
			return "", nil
		}
		s.run(1, 2)
	})
}

// A database that was away for a moment costs a moment, and not a lease.
func TestWorkWhoseEndCouldNotBeRecordedIsGivenBack(t *testing.T) {
	onShop(t, func(s *shop) {
		s.add("a")
		s.do = func(context.Context, store.Job) (string, error) { return "done", nil }
		lane, first := s.lane(1), true
		work := lane.Work
		lane.Work = func(ctx context.Context, all []store.Job) (time.Time, error) {
			if first {
				first = false
				return time.Time{}, social.Faultf(social.Unavailable, "the database is away")
			}
			return work(ctx, all)
		}
		s.runLane(lane, 1) // has half a minute; the lease has a whole one
	})
}

// A crash is a lease that runs out.
func TestItemOfACrashedProcessIsDoneWhenItsLeaseEnds(t *testing.T) {
	onShop(t, func(s *shop) {
		s.do = func(context.Context, store.Job) (string, error) { return "", nil }
		s.add("a")
		err := s.db.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.ClaimJobs(t.Context(), "fetch", store.Lease{By: "crashed", Now: s.clock.Now(), Until: s.clock.Now().Add(time.Minute)}, nil, 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if due := s.nextDue(); due < 59*time.Second {
			t.Errorf("due in %v, want when the lease ends", due)
		}
		s.clock.Advance(2 * time.Minute)
		s.run(1, 1)
	})
}

package bus_test

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"skerry/internal/bus"
	"skerry/internal/testkit"
)

// onBoth runs a test on each bus. open gives the bus of one more process; those
// of one test are one server's.
func onBoth(t *testing.T, test func(t *testing.T, clock *testkit.Clock, open func() bus.Bus)) {
	t.Helper()
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		clock := new(testkit.Clock)
		one := bus.NewLocal(clock.Now)
		test(t, clock, func() bus.Bus { return one })
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		clock := new(testkit.Clock)
		address, prefix := testkit.Redis(t)
		n := 0
		test(t, clock, func() bus.Bus {
			n++
			return openRedis(t, clock, address, prefix, fmt.Sprint("process", n))
		})
	})
}

func openRedis(t *testing.T, clock *testkit.Clock, address, prefix, me string) *bus.Redis {
	t.Helper()
	return open(t, bus.Options{URL: address, Prefix: prefix, Now: clock.Now, Log: slog.New(slog.DiscardHandler)}, me)
}

func open(t *testing.T, o bus.Options, me string) *bus.Redis {
	t.Helper()
	b, err := bus.OpenRedis(o, me)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// within gives what comes out of a channel in time.
func within[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came in time")
	}
	return v
}

func TestRingsThatNobodyTookBecomeOne(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		b := open()
		rings, stop := b.Listen("deliver")
		defer stop()
		for range 3 {
			b.Ring("deliver")
		}
		within(t, rings)
		select {
		case <-rings:
			t.Error("a second wake-up came; want one for all rings")
		default:
		}
	})
}

func TestEveryListenerOfABellIsWoken(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		one, two := open(), open()
		first, stopFirst := one.Listen("deliver")
		defer stopFirst()
		second, stopSecond := two.Listen("deliver")
		defer stopSecond()
		other, stopOther := two.Listen("ingest")
		defer stopOther()
		heard(t, one, second)
		one.Ring("deliver")
		within(t, first)
		within(t, second)
		select {
		case <-other:
			t.Error("another bell rang too")
		default:
		}
	})
}

// heard rings until a listener in another process hears: a subscription takes a
// moment to stand.
func heard(t *testing.T, b bus.Bus, rings <-chan struct{}) {
	t.Helper()
	for range 1000 {
		b.Ring("deliver")
		select {
		case <-rings:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("the other process does not hear")
}

func TestStoppedListenerHearsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		b := open()
		rings, stop := b.Listen("deliver")
		stop()
		b.Ring("deliver")
		select {
		case <-rings:
			t.Error("a stopped listener was woken")
		default:
		}
	})
}

// takeAll takes until n items came.
func takeAll(t *testing.T, b bus.Bus, lane string, n int) (all []string) {
	t.Helper()
	rings, stop := b.Listen(lane)
	defer stop()
	for end := time.After(10 * time.Second); len(all) < n; {
		items, _ := b.Take(t.Context(), lane, 100)
		if all = append(all, items...); len(items) > 0 {
			continue
		}
		select {
		case <-rings:
		case <-time.After(5 * time.Millisecond): // rung before we listened
		case <-end:
			t.Fatalf("%d of %d items came in time", len(all), n)
		}
	}
	return all
}

func TestReadyItemIsTakenByOne(t *testing.T) {
	onBoth(t, func(t *testing.T, clock *testkit.Clock, open func() bus.Bus) {
		one, two := open(), open()
		var want []string
		for i := range 1000 {
			want = append(want, fmt.Sprintf("host%04d.example", i))
		}
		one.Ready("deliver", clock.Now(), want...)
		var mu sync.Mutex
		var got []string
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				b := []bus.Bus{one, two}[i%2]
				for range 10_000 {
					items, _ := b.Take(t.Context(), "deliver", 7)
					mu.Lock()
					got = append(got, items...)
					done := len(got) >= len(want)
					mu.Unlock()
					if done {
						return
					}
				}
			})
		}
		all.Wait()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%d items were taken, want each of %d once", len(got), len(want))
		}
	})
}

func TestItemIsThereOnceAtTheEarlierTime(t *testing.T) {
	onBoth(t, func(t *testing.T, clock *testkit.Clock, open func() bus.Bus) {
		b, now := open(), clock.Now()
		b.Ready("deliver", now.Add(time.Hour), "a", "b")
		b.Ready("deliver", now, "a")
		b.Ready("deliver", now.Add(2*time.Hour), "a")
		if got := takeAll(t, b, "deliver", 1); !slices.Equal(got, []string{"a"}) {
			t.Errorf("got %q, want a alone", got)
		}
		// The third call may come after the take; then a is there again, later.
		_, next := b.Take(t.Context(), "deliver", 10)
		if d := next.Sub(now); d < time.Hour-time.Second || d > time.Hour+time.Second {
			t.Errorf("the next is due in %v, want an hour", d)
		}
		clock.Advance(61 * time.Minute)
		if got := takeAll(t, b, "deliver", 1); !slices.Equal(got, []string{"b"}) {
			t.Errorf("got %q, want b", got)
		}
	})
}

func TestReadyRingsTheLanesBell(t *testing.T) {
	onBoth(t, func(t *testing.T, clock *testkit.Clock, open func() bus.Bus) {
		one, two := open(), open()
		rings, stop := two.Listen("deliver")
		defer stop()
		heard(t, one, rings)
		one.Ready("deliver", clock.Now(), "a")
		within(t, rings)
		if got, _ := two.Take(t.Context(), "deliver", 10); !slices.Equal(got, []string{"a"}) {
			t.Errorf("got %q after the bell, want a", got)
		}
	})
}

func TestUseBeyondTheLimitWaitsForTheWindow(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		one, two := open(), open()
		for i := range 6 {
			wait := []bus.Bus{one, two}[i%2].Allow(t.Context(), "login 192.0.2.1", 4, time.Minute)
			if late := i >= 4; (wait > 0) != late || wait > time.Minute {
				t.Errorf("use %d: wait %v, want none for the first four and less than a minute then", i+1, wait)
			}
		}
		if wait := one.Allow(t.Context(), "login 192.0.2.2", 4, time.Minute); wait != 0 {
			t.Errorf("another key waits %v", wait)
		}
		one.Allow(t.Context(), "brief", 1, time.Millisecond)
		for n := 0; one.Allow(t.Context(), "brief", 1, time.Millisecond) > 0; n++ {
			if n > 1_000_000 {
				t.Fatal("the window does not end")
			}
		}
	})
}

func TestEventIsHeardByAllWhoHearItsTopic(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		one, two := open(), open()
		rings, stopBell := two.Listen("deliver")
		defer stopBell()
		here, stopHere := one.Hear("home")
		defer stopHere()
		there, stopThere := two.Hear("home")
		defer stopThere()
		other, stopOther := two.Hear("notifications")
		defer stopOther()
		heard(t, one, rings)
		one.Tell("home", []byte(`{"id": "1"}`))
		for _, c := range []<-chan []byte{here, there} {
			if got := string(within(t, c)); got != `{"id": "1"}` {
				t.Errorf("got %q", got)
			}
		}
		select {
		case got := <-other:
			t.Errorf("another topic heard %q", got)
		default:
		}
	})
}

// A slow hearer misses events and holds up nobody.
func TestWhoDoesNotTakeEventsHoldsUpNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, _ *testkit.Clock, open func() bus.Bus) {
		b := open()
		slow, stop := b.Hear("home")
		defer stop()
		for range 10_000 {
			b.Tell("home", []byte("x"))
		}
		if got := string(within(t, slow)); got != "x" {
			t.Errorf("got %q", got)
		}
	})
}

func TestReadyIsBounded(t *testing.T) {
	onBoth(t, func(t *testing.T, clock *testkit.Clock, open func() bus.Bus) {
		b := open()
		for from := range 110 {
			items := make([]string, 1000)
			for i := range items {
				items[i] = fmt.Sprint(from, " ", i)
			}
			b.Ready("deliver", clock.Now().Add(time.Duration(from)*time.Millisecond), items...)
		}
		clock.Advance(time.Hour)
		b.Ready("other", clock.Now(), "a")
		takeAll(t, b, "other", 1) // all that was sent before it is there
		n := 0
		for {
			items, _ := b.Take(t.Context(), "deliver", 1000)
			if n += len(items); len(items) == 0 {
				break
			}
		}
		if n != 100_000 {
			t.Errorf("%d items were kept, want 100000", n)
		}
	})
}

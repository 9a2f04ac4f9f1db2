package bus_test

import (
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"skerry/internal/bus"
	"skerry/internal/testkit"
)

// cabled opens a bus on Redis over a cable.
func cabled(t *testing.T, clock *testkit.Clock) (*bus.Redis, *testkit.Cable) {
	t.Helper()
	address, prefix := testkit.Redis(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	cable := testkit.NewCable(t, u.Host)
	u.Host = cable.Address
	return openRedis(t, clock, u.String(), prefix, "me"), cable
}

// Others offer Redis behind TLS, to a user with a password and no keys but its own.
func TestRedisBehindTLSAndPassword(t *testing.T) {
	t.Parallel()
	address, prefix := testkit.Redis(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ca, clock := testkit.NewCA(t), new(testkit.Clock)
	testkit.RedisUser(t, prefix, prefix+"user", "s3cret/+?")
	u.Scheme, u.Host, u.User = "rediss", testkit.NewTLSCable(t, u.Host, ca).Address, url.UserPassword(prefix+"user", "s3cret/+?")
	o := bus.Options{URL: u.String(), Prefix: prefix, Roots: ca.Trust().RootCAs, Now: clock.Now, Log: slog.New(slog.DiscardHandler)}
	one, other := open(t, o, "one"), open(t, o, "other")
	if one.Away() != nil || other.Away() != nil {
		t.Fatalf("away: %v, %v", one.Away(), other.Away())
	}
	rings, stop := other.Listen("deliver")
	defer stop()
	heard(t, one, rings)
	one.Ready("deliver", clock.Now(), "a")
	if got := takeAll(t, other, "deliver", 1); !slices.Equal(got, []string{"a"}) {
		t.Errorf("got %q, want what the other made ready", got)
	}
	one.Allow(t.Context(), "key", 1, time.Minute)
	if wait := other.Allow(t.Context(), "key", 1, time.Minute); wait == 0 {
		t.Error("what one allowed is not counted by the other")
	}
	if one.Away() != nil || other.Away() != nil {
		t.Errorf("away in the end: %v, %v", one.Away(), other.Away())
	}
}

// until waits until Redis is away, or back.
func until(t *testing.T, b *bus.Redis, away bool) {
	t.Helper()
	for range 2000 {
		b.Take(t.Context(), "deliver", 1) // notices that Redis went away
		if (b.Away() != nil) == away {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("Redis is away: %v, want %t", b.Away(), away)
}

func TestWorkGoesOnInThisProcessWhileRedisIsAway(t *testing.T) {
	t.Parallel()
	clock := new(testkit.Clock)
	b, cable := cabled(t, clock)
	rings, stop := b.Listen("deliver")
	defer stop()
	b.Ready("deliver", clock.Now(), "before")
	if got := takeAll(t, b, "deliver", 1); !slices.Equal(got, []string{"before"}) {
		t.Errorf("got %q", got)
	}
	cable.Cut()
	until(t, b, true)
	b.Ready("deliver", clock.Now(), "during")
	within(t, rings)
	if got := takeAll(t, b, "deliver", 1); !slices.Equal(got, []string{"during"}) {
		t.Errorf("got %q, want what became ready here", got)
	}
	if wait := b.Allow(t.Context(), "key", 1, time.Minute); wait != 0 {
		t.Errorf("the first use waits %v", wait)
	}
	if wait := b.Allow(t.Context(), "key", 1, time.Minute); wait == 0 {
		t.Error("the second use does not wait: nobody counts")
	}
	b.Ready("deliver", clock.Now().Add(time.Hour), "kept")
	cable.Mend()
	until(t, b, false)
	clock.Advance(2 * time.Hour)
	b.Ready("deliver", clock.Now(), "after")
	got := takeAll(t, b, "deliver", 2)
	if slices.Sort(got); !slices.Equal(got, []string{"after", "kept"}) {
		t.Errorf("got %q, want what became ready while Redis was away too", got)
	}
}

func TestRedisMayComeAfterTheStart(t *testing.T) {
	t.Parallel()
	clock := new(testkit.Clock)
	address, prefix := testkit.Redis(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	cable := testkit.NewCable(t, u.Host)
	cable.Cut()
	u.Host = cable.Address
	b := openRedis(t, clock, u.String(), prefix, "me")
	if b.Away() == nil {
		t.Fatal("Redis is there, want it away")
	}
	cable.Mend()
	until(t, b, false)
	other := openRedis(t, clock, address, prefix, "other")
	rings, stop := b.Listen("deliver")
	defer stop()
	heard(t, other, rings)
}

func TestFlushedRedisLosesHintsOnly(t *testing.T) {
	t.Parallel()
	clock := new(testkit.Clock)
	address, prefix := testkit.Redis(t)
	b := openRedis(t, clock, address, prefix, "me")
	b.Ready("deliver", clock.Now(), "a")
	takeAll(t, b, "deliver", 1)
	if items, next := b.Take(t.Context(), "deliver", 1); len(items) != 0 || !next.IsZero() || b.Away() != nil {
		t.Errorf("an empty Redis gives %q, %v, %v", items, next, b.Away())
	}
}

func TestWhatIsWrongWithTheAddressIsSaid(t *testing.T) {
	t.Parallel()
	address, _ := testkit.Redis(t)
	strange := testkit.NewTLSPeer(t, testkit.NewCA(t))
	for name, c := range map[string]struct{ url, want string }{
		"no address":    {"localhost:6379", "of the form redis://"},
		"another thing": {"https://localhost", "of the form redis://"},
		"a password":    {strings.Replace(address, "redis://", "redis://nobody:wrong@", 1), "check user and password"},
		"a database":    {strings.TrimSuffix(address, "/0") + "/999", "check the number of the database"},
		"no TLS there":  {strings.Replace(address, "redis://", "rediss://", 1), "it speaks no TLS (write redis:// instead of rediss://)"},
		"TLS there":     {strings.Replace(strange.Origin, "https://", "redis://", 1), "it speaks TLS (write rediss:// instead of redis://)"},
		"a certificate": {strings.Replace(strange.Origin, "https://", "rediss://", 1), "let this machine trust its authority"},
		"no Redis":      {strings.Replace(testkit.NewPeer(t).Origin, "http://", "redis://", 1), "what answers there is no Redis"},
	} {
		b, err := bus.OpenRedis(bus.Options{URL: c.url, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, "me")
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "REDIS_URL") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want REDIS_URL and %q", name, err, c.want)
		}
	}
}

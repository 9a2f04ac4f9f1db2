package inbox

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"skerry/internal/social"
)

// counted is a crowd over a database that holds this.
func counted(waiting map[string]int) (*crowd, *time.Time) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return &crowd{
		now:   func() time.Time { return now },
		count: func(context.Context) (map[string]int, error) { return waiting, nil },
	}, &now
}

// enter is what the door does with an activity of a host.
func enter(t *testing.T, c *crowd, host string, limited bool) error {
	t.Helper()
	if err := c.full(t.Context()); err != nil {
		return err
	}
	return c.admit(host, limited)
}

func wantRefused(t *testing.T, err error) {
	t.Helper()
	var f *social.Fault
	if !errors.As(err, &f) || f.Kind != social.Unavailable || f.After != comeAgain {
		t.Errorf("got %v, want a refusal for now that says when to come again", err)
	}
}

func TestHostWithTooMuchWaitingIsRefusedAndOthersAreNot(t *testing.T) {
	t.Parallel()
	c, _ := counted(map[string]int{"https://a.example/users/a": 1000, "https://a.example/users/b": 999})
	if err := enter(t, c, "a.example", true); err != nil {
		t.Errorf("the last one that has room: %v", err)
	}
	wantRefused(t, enter(t, c, "a.example", true))
	if err := enter(t, c, "b.example", true); err != nil {
		t.Errorf("another host: %v", err)
	}
	if err := enter(t, c, "a.example", false); err != nil {
		t.Errorf("a host that the operator trusts: %v", err)
	}
}

func TestNobodyIsTakenInWhenThereIsNoRoom(t *testing.T) {
	t.Parallel()
	waiting := map[string]int{}
	for i := range 25 {
		waiting[fmt.Sprintf("https://h%d.example/a", i)] = mostOfAll / 25
	}
	c, now := counted(waiting)
	wantRefused(t, enter(t, c, "new.example", false))
	delete(waiting, "https://h0.example/a") // acted on
	wantRefused(t, enter(t, c, "new.example", false))
	*now = now.Add(countEvery)
	if err := enter(t, c, "new.example", false); err != nil {
		t.Errorf("after the next count: %v", err)
	}
}

func TestDatabaseIsAskedNowAndThen(t *testing.T) {
	t.Parallel()
	c, now := counted(nil)
	asked := 0
	c.count = func(context.Context) (map[string]int, error) {
		asked++
		return nil, nil
	}
	for range 100 {
		if err := enter(t, c, "a.example", true); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(100 * time.Millisecond)
	}
	if asked != 2 {
		t.Errorf("asked %d times in ten seconds, want 2", asked)
	}
}

// The last count stays while the database is away: it refuses by itself then.
func TestCountThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	c, now := counted(map[string]int{"https://a.example/a": mostOfHost})
	wantRefused(t, enter(t, c, "a.example", true))
	c.count = func(context.Context) (map[string]int, error) { return nil, errors.New("away") }
	*now = now.Add(countEvery)
	wantRefused(t, enter(t, c, "a.example", true))
	if err := enter(t, c, "b.example", true); err != nil {
		t.Errorf("another host: %v", err)
	}
}

func BenchmarkCrowd(b *testing.B) {
	c, _ := counted(nil)
	for b.Loop() {
		_ = c.full(b.Context())
		_ = c.admit("a.example", false)
	}
}

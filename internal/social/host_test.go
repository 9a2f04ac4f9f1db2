package social

import (
	"testing"
	"time"
)

var monday = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// failing is a host that failed n times, evenly within a span of time.
func failing(n int, within time.Duration) Host {
	var h Host
	for i := range n {
		h.Failed(monday.Add(within*time.Duration(i)/time.Duration(max(n-1, 1))), "answered 503", 0)
	}
	return h
}

func TestBreakerOpensOnFailuresThatAreSpreadOverTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failures int
		within   time.Duration
		want     time.Duration // until the first probe; 0: the breaker is closed
	}{
		"one":                       {1, 0, 0},
		"a burst":                   {200, 9 * time.Minute, 0},
		"four in an hour":           {4, time.Hour, 0},
		"five in ten minutes":       {5, 10 * time.Minute, time.Minute},
		"a week":                    {5, 7 * 24 * time.Hour, 24 * time.Hour},
		"a week less a millisecond": {5, 7*24*time.Hour - time.Millisecond, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := failing(c.failures, c.within)
			got := time.Duration(0)
			if !h.OpenUntil.IsZero() {
				got = h.OpenUntil.Sub(monday.Add(c.within))
			}
			if got != c.want || h.Failures != c.failures || !h.FailingSince.Equal(monday) {
				t.Errorf("open for %v after %d failures since %v; want %v", got, h.Failures, h.FailingSince, c.want)
			}
		})
	}
}

// However many deliveries had failed at once, the first probe is after a minute.
func TestProbesGrowRare(t *testing.T) {
	t.Parallel()
	h := failing(200, 9*time.Minute)
	at := monday.Add(10 * time.Minute)
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		h.Failed(at, "answered 503", 0)
		if got := h.OpenUntil.Sub(at).Round(time.Second); got != want*time.Minute {
			t.Errorf("probe %d is after %v, want %v", i+1, got, want*time.Minute)
		}
		h.Failed(at.Add(time.Millisecond), "answered 503", 0) // beside it
		at = h.OpenUntil
	}
	h.Answered(at, true)
	if h.State(at) != HostHealthy || !h.OpenUntil.IsZero() || h.Failures != 0 {
		t.Errorf("after an answer: %+v; want it as new", h)
	}
}

func TestProbeThatWasHurriedLeavesAClosedBreakerClosed(t *testing.T) {
	t.Parallel()
	h := failing(2, time.Minute)
	h.OpenUntil = monday.Add(2 * time.Minute) // somebody wanted it probed then
	h.Failed(monday.Add(2*time.Minute), "answered 503", 0)
	if !h.OpenUntil.IsZero() {
		t.Errorf("open until %v after three failures, want closed", h.OpenUntil)
	}
}

func TestHostIsLeftAloneAsLongAsItWants(t *testing.T) {
	t.Parallel()
	var h Host
	h.Failed(monday, "answered 429", 3*time.Hour)
	h.Failed(monday, "answered 429", time.Hour) // another delivery beside it
	if want := monday.Add(3 * time.Hour); !h.OpenUntil.Equal(want) {
		t.Errorf("open until %v, want %v", h.OpenUntil, want)
	}
}

func TestHostTellsHowItStands(t *testing.T) {
	t.Parallel()
	since := monday.Add(-time.Hour)
	for name, c := range map[string]struct {
		host Host
		want HostState
	}{
		"new":                  {Host{}, HostHealthy},
		"slow":                 {Host{SlowUntil: monday.Add(time.Second)}, HostSlow},
		"slow once":            {Host{SlowUntil: monday}, HostHealthy},
		"failing":              {Host{FailingSince: since}, HostFailing},
		"failing slowly":       {Host{FailingSince: since, SlowUntil: monday.Add(time.Second)}, HostFailing},
		"failing for days":     {Host{FailingSince: monday.Add(time.Second - DormantAge)}, HostFailing},
		"failing for too long": {Host{FailingSince: monday.Add(-DormantAge)}, HostDormant},
		"paused":               {Host{Paused: true, FailingSince: since}, HostPaused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.host.State(monday); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnswerEndsAFailureOnceAndRefusalIsNothingTaken(t *testing.T) {
	t.Parallel()
	h := failing(3, time.Minute)
	if revived := h.Answered(monday.Add(time.Hour), false); !revived || !h.OKAt.IsZero() {
		t.Errorf("refused after failures: revived %v, taken at %v; want revived and nothing taken", revived, h.OKAt)
	}
	if revived := h.Answered(monday.Add(2*time.Hour), true); revived || !h.OKAt.Equal(monday.Add(2*time.Hour)) {
		t.Errorf("taken: revived %v, taken at %v", revived, h.OKAt)
	}
}

func TestSlowAnswerIsRememberedForAnHourOrUntilAFastOne(t *testing.T) {
	t.Parallel()
	var h Host
	h.Took(monday, SlowAnswer)
	if h.State(monday.Add(59*time.Minute)) != HostSlow || h.State(monday.Add(time.Hour)) != HostHealthy {
		t.Errorf("slow until %v, want for an hour", h.SlowUntil)
	}
	h.Took(monday, SlowAnswer-time.Millisecond)
	if h.State(monday) != HostHealthy {
		t.Error("slow after a fast answer")
	}
}

func TestNewerSignatureIsRememberedForAWeek(t *testing.T) {
	t.Parallel()
	h := Host{NewerAt: monday}
	if !h.Newer(monday.Add(7*24*time.Hour-time.Second)) || h.Newer(monday.Add(7*24*time.Hour)) {
		t.Error("want it tried first for seven days")
	}
	if (Host{}).Newer(monday) {
		t.Error("want the older signature tried first on a new host")
	}
}

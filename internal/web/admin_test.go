package web

import (
	"testing"
	"time"

	"skerry/internal/store"
)

func TestMomentsAreToldFromNow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for want, got := range map[string]when{
		"":           ago(now, time.Time{}),
		"0 s ago":    ago(now, now.Add(time.Minute)), // another process's clock
		"59 s ago":   ago(now, now.Add(-59*time.Second)),
		"1 min ago":  ago(now, now.Add(-119*time.Second)),
		"47 h ago":   ago(now, now.Add(-47*time.Hour)),
		"2 days ago": ago(now, now.Add(-48*time.Hour)),
		"now":        in(now, now),
		"in 5 min":   in(now, now.Add(5*time.Minute)),
	} {
		if got.Words != want {
			t.Errorf("got %q, want %q", got.Words, want)
		}
	}
	for want, at := range map[string]time.Time{
		"0 s": now.Add(time.Minute), "5 min": now.Add(-5 * time.Minute), "6 days": now.Add(-7*24*time.Hour + time.Second),
		"25 February": now.Add(-7 * 24 * time.Hour), "31 December 2025": now.Add(-63 * 24 * time.Hour),
	} {
		if got := lately(now, at); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := in(now, time.Time{}); got != (when{}) {
		t.Errorf("no moment is told as %+v", got)
	}
}

func TestWayBackLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"/admin/queue/host?name=a.example%3A80": "/admin/queue/host?name=a.example%3A80",
		"/@anna/1":                              "/@anna/1",
		"":                                      "/otherwise",
		"admin":                                 "/otherwise",
		"//evil.example/":                       "/otherwise",
		"/\\evil.example":                       "/otherwise",
		"/\t/evil.example":                      "/otherwise",
		"https://evil.example/":                 "/otherwise",
		"javascript:alert(1)":                   "/otherwise",
		"/a\r\nSet-Cookie: b=c":                 "/otherwise",
	} {
		if got := wayBack(to, "/otherwise"); got != want {
			t.Errorf("%q: got %q, want %q", to, got, want)
		}
	}
}

func TestPlaceAmongDeliveriesComesBackFromAnAddress(t *testing.T) {
	t.Parallel()
	mark := store.DeliveryMark{State: store.Parked, Host: "a.example:80", ID: 3765594539926042624}
	if got := parseMark(markText(mark)); got != mark {
		t.Errorf("got %+v, want %+v", got, mark)
	}
	for _, text := range []string{"", "2", "2 3", "x 3 a", "2 x a", "2 3 a\x00"} {
		if got := parseMark(text); got != (store.DeliveryMark{}) {
			t.Errorf("%q: got %+v, want the beginning", text, got)
		}
	}
}

package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// adminPage is what every page of the owner's console shows.
type adminPage struct {
	layout
	Now  time.Time
	Tab  string // which part of the console
	Back string // the page itself: forms lead back to it
}

func (s *Site) adminPage(r *http.Request, title string) adminPage {
	tab, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/admin/"), "/")
	page := adminPage{layout: s.layout(r, title), Now: s.DB.Now(), Tab: tab, Back: r.URL.RequestURI()}
	page.Section = "admin"
	return page
}

// when is a moment, and how far it is from now in words; no words for none.
type when struct {
	At    time.Time
	Words string
}

// ago tells how long ago a moment was.
func ago(now, at time.Time) when {
	if at.IsZero() {
		return when{}
	}
	return when{at, span(now.Sub(at)) + " ago"}
}

// in tells how far away a moment is.
func in(now, at time.Time) when {
	switch {
	case at.IsZero():
		return when{}
	case !at.After(now):
		return when{at, "now"}
	}
	return when{at, "in " + span(at.Sub(now))}
}

// lately is how long ago a moment of the last days was, in as few words as can be; the
// day of an older one.
func lately(now, at time.Time) string {
	switch age := now.Sub(at); {
	case age < 7*24*time.Hour:
		return span(age)
	case at.Year() == now.Year():
		return at.UTC().Format("2 January")
	}
	return at.UTC().Format("2 January 2006")
}

// span is a length of time in its largest unit.
func span(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprint(int(d.Seconds()), " s")
	case d < time.Hour:
		return fmt.Sprint(int(d.Minutes()), " min")
	case d < 48*time.Hour:
		return fmt.Sprint(int(d.Hours()), " h")
	}
	return fmt.Sprint(int(d.Hours()/24), " days")
}

// button is a form of one button.
type button struct{ Verb, Name, Value, Say, Back string }

func newButton(verb, name, value, say, back string) button {
	return button{verb, name, value, say, back}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"skerry/internal/store"
)

// sheet prints tables, or the same as JSON.
type sheet struct {
	out   io.Writer
	now   time.Time
	table *tabwriter.Writer
}

// row adds a line of the table that is being written.
func (s *sheet) row(cells ...any) {
	if s.table == nil {
		s.table = tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	}
	words := make([]string, len(cells))
	for i, cell := range cells {
		words[i] = plain(fmt.Sprint(cell))
	}
	fmt.Fprintln(s.table, strings.Join(words, "\t"))
}

// gap ends a table and says what the next one is of.
func (s *sheet) gap(title string) {
	_ = s.end() // the next end tells
	fmt.Fprintln(s.out)
	if title != "" {
		fmt.Fprintln(s.out, title+":")
	}
}

// end writes what is left.
func (s *sheet) end() error {
	if s.table == nil {
		return nil
	}
	table := s.table
	s.table = nil
	return table.Flush()
}

func (s *sheet) json(v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// longest is how much of a text that others wrote is shown.
const longest = 100

// plain makes what others wrote fit for a terminal: no control characters, no
// column of its own, not too long, and never nothing.
func plain(text string) string {
	out := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text))
	switch {
	case len(out) == 0:
		return "-"
	case len(out) > longest:
		return string(out[:longest-1]) + "…"
	}
	return string(out)
}

// age says how long ago something was.
func (s *sheet) age(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return short(s.now.Sub(at))
}

// in says when something will be.
func (s *sheet) in(at time.Time) string {
	switch {
	case at.IsZero():
		return "-"
	case !at.After(s.now):
		return "now"
	}
	return short(at.Sub(s.now))
}

// short is a span of time in its largest unit.
func short(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprint(int(d.Seconds()), "s")
	case d < time.Hour:
		return fmt.Sprint(int(d.Minutes()), "m")
	case d < 48*time.Hour:
		return fmt.Sprint(int(d.Hours()), "h")
	}
	return fmt.Sprint(int(d.Hours()/24), "d")
}

func (s *sheet) lanes(all []store.LaneReport) {
	s.row("LANE", "WAITING", "DUE", "OLDEST", "PARKED", "IN/MIN", "DONE/MIN", "FAILED/MIN", "IN/H", "DONE/H", "FAILED/H")
	for _, l := range all {
		rate := func(n int) string { return fmt.Sprintf("%.1f", l.Lately.PerMinute(n)) }
		s.row(l.Lane, l.Waiting, l.Due, s.age(l.Oldest), l.Parked,
			rate(l.Lately.Accepted), rate(l.Lately.Done), rate(l.Lately.Failed), l.Hour.Accepted, l.Hour.Done, l.Hour.Failed)
	}
}

func (s *sheet) hosts(all []store.HostReport) {
	s.row("HOST", "STATE", "SINCE", "WAITING", "PARKED", "NEXT", "LAST_OK", "LAST_FAIL", "LAST_ERROR")
	for _, h := range all {
		s.row(h.Name, h.State(s.now), s.age(h.FailingSince), h.Waiting, h.Parked, s.in(h.Next), s.age(h.OKAt), s.age(h.FailedAt), h.LastError)
	}
}

func (s *sheet) items(all []store.Item) {
	s.row("ID", "LANE", "KIND", "STATE", "AGE", "TRIES", "NEXT", "PARTY", "REASON", "ABOUT")
	for _, i := range all {
		s.row(i.ID, i.Lane, i.Kind, i.State, s.age(i.Came), i.Attempts, s.in(i.Next), i.Party, i.Outcome, i.About)
	}
}

func (s *sheet) deliveries(said store.Activity, all []store.DeliveryReport) {
	fmt.Fprintf(s.out, "%s of %s\n", said.Kind, said.At.Format(time.RFC3339))
	s.row("ID", "HOST", "STATE", "TRIES", "NEXT", "ENDED", "REASON")
	for _, d := range all {
		s.row(d.ID, d.Host, d.State, d.Attempts, s.in(d.Next), s.age(d.Ended), d.Because())
	}
}

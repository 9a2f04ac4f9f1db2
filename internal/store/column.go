package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"skerry/internal/social"
)

// millis is how a moment is stored: milliseconds since 1970, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment scans what millis stored.
type moment struct{ at *time.Time }

// Scan implements sql.Scanner, which both drivers know.
func (m moment) Scan(v any) error {
	ms, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a moment is stored as a number, not %T", v)
	}
	*m.at = time.Time{}
	if ms != 0 {
		*m.at = time.UnixMilli(ms).UTC()
	}
	return nil
}

// document is a value stored as JSON text that SQL does not look into. The
// zero value of a list is stored as "" and comes back as nil.
func document(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types always marshal
	}
	if s := string(b); s != "null" && s != "[]" {
		return s
	}
	return ""
}

// parsed scans what document stored.
type parsed struct{ into any }

// Scan implements sql.Scanner.
func (p parsed) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("a document is stored as text, not %T", v)
	}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), p.into)
}

// marks gives "$from,$from+1,…" for n values.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// anys turns a list into arguments.
func anys[T any](list []T) []any {
	return each(list, func(v T) T { return v })
}

// each gives something of each item as arguments of a statement.
func each[T, V any](list []T, of func(T) V) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = of(v)
	}
	return out
}

// chunk is how many rows or values go into one statement: SQLite and Postgres
// allow 32766 and 65535 parameters, and short statements hold locks shortly.
const chunk = 500

// PageOf says which part of a list to read: newest first, never more than Limit.
type PageOf struct {
	Before social.ID // only older ones; 0: from the newest
	After  social.ID // only newer ones
	Oldest bool      // with After: the ones next to it rather than the newest
	Limit  int
}

// bounds gives the page's limits as arguments that are always in force.
func (p PageOf) bounds() (before, after int64, limit int) {
	before = int64(p.Before)
	if before == 0 {
		before = 1<<63 - 1
	}
	return before, int64(p.After), min(max(p.Limit, 1), 1000)
}

// order is the direction in which rows are taken.
func (p PageOf) order() string {
	if p.Oldest {
		return "ASC"
	}
	return "DESC"
}

// newestFirst undoes the direction of an Oldest page.
func newestFirst[T any](p PageOf, all []T) []T {
	if p.Oldest {
		for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
			all[i], all[j] = all[j], all[i]
		}
	}
	return all
}

// chunks cuts a list so that a statement stays small.
func chunks[T any](all []T) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			n := min(chunk, len(all))
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// comma stands before every item of a list but the first.
func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

package web

import "fmt"

// chart is columns that were drawn on the server, and the same figures as a table; the
// template "chart" of parts/chart.html shows it. Make one with newChart. It needs no
// script and no style attribute; text stands in HTML around the drawing, so that it is
// as large on a telephone as on a desk.
type chart struct {
	Title  string   // what is drawn
	Head   string   // what the columns are, for the table: "Day"
	Series []string // what is stacked in each column, from below
	Bars   []bar
	Top    string // the value at the upper edge, in words
	Limit  *limit // nil: none
	Width  int    // of the drawing, in its own units
	top    int64
}

// bar is a column of a chart.
type bar struct {
	Name   string // "3 March"
	Values []string
	Parts  []part
}

// part is a rectangle of a column: where it lies in the drawing.
type part struct{ Series, X, Y, Height int }

// limit is a line that the columns should stay below.
type limit struct {
	Name string
	Y    int
}

// column is what a chart is made of: a value of each series, none below zero.
type column struct {
	Name   string
	Values []int64
}

// The drawing's units; it is stretched to the width of the page.
const (
	barStep   = 10
	barHigh   = 100
	barsAtAll = 400 // more than that nobody can tell apart
)

// newChart draws columns, the oldest first. say writes a value in words.
func newChart(title, head string, say func(int64) string, series []string, columns ...column) chart {
	columns = columns[max(0, len(columns)-barsAtAll):]
	c := chart{Title: title, Head: head, Series: series, Width: max(1, len(columns)*barStep), top: 1}
	for _, column := range columns {
		c.top = max(c.top, column.sum())
	}
	c.Top = say(c.top)
	for i, column := range columns {
		c.Bars = append(c.Bars, column.bar(i*barStep, c.top, say))
	}
	return c
}

// under draws a line that the columns should stay below, when it lies in the picture.
func (c chart) under(name string, value int64) chart {
	if value <= c.top {
		c.Limit = &limit{name, barHigh - scaled(value, c.top)}
	}
	return c
}

func (c column) sum() (n int64) {
	for _, v := range c.Values {
		n += v
	}
	return n
}

// bar stacks a column. Heights are differences of places, so that nothing is left
// between two parts.
func (c column) bar(x int, top int64, say func(int64) string) bar {
	b := bar{Name: c.Name}
	var below int64
	for i, v := range c.Values {
		b.Values = append(b.Values, say(v))
		low, high := scaled(below, top), scaled(below+v, top)
		below += v
		if v > 0 {
			b.Parts = append(b.Parts, part{i + 1, x, barHigh - high, max(1, high-low)})
		}
	}
	return b
}

func scaled(v, top int64) int { return int(float64(v) / float64(top) * barHigh) }

// Last is the name of the newest column.
func (c chart) Last() string { return c.Bars[len(c.Bars)-1].Name }

// Key is the number under which the stylesheet colours a series.
func (c chart) Key(i int) int { return i + 1 }

// Whole says in one sentence what a chart shows, for those who do not see it.
func (c chart) Whole() string {
	if len(c.Bars) == 0 {
		return c.Title + ": nothing yet"
	}
	return fmt.Sprintf("%s, from %s to %s, at most %s. The figures stand below.", c.Title, c.Bars[0].Name, c.Last(), c.Top)
}

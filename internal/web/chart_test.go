package web

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func fruits(n int64) string { return fmt.Sprint(n, " fruits") }

func TestChartStacksItsColumns(t *testing.T) {
	t.Parallel()
	c := newChart("Fruits", "Day", fruits, []string{"Apples", "Pears"},
		column{"Monday", []int64{30, 10}}, column{"Tuesday", []int64{0, 80}}, column{"Wednesday", []int64{0, 0}}).under("Enough", 60)
	if c.Top != "80 fruits" || c.Last() != "Wednesday" || c.Limit == nil || c.Limit.Y != 25 {
		t.Errorf("the upper edge is %q, the last column %q, the limit %+v", c.Top, c.Last(), c.Limit)
	}
	for i, want := range [][]part{{{1, 0, 63, 37}, {2, 0, 50, 13}}, {{2, 10, 0, 100}}, nil} {
		if got := c.Bars[i].Parts; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("column %d: %v, want %v", i, got, want)
		}
	}
	if far := newChart("Fruits", "Day", fruits, []string{"Apples"}, column{"Monday", []int64{3}}).under("Enough", 60); far.Limit != nil {
		t.Errorf("a limit far above the columns is drawn at %+v", far.Limit)
	}
	if many := newChart("Fruits", "Day", fruits, []string{"Apples"}, make([]column, 1000)...); len(many.Bars) != barsAtAll || many.Width != barsAtAll*barStep {
		t.Errorf("of 1000 columns %d are drawn", len(many.Bars))
	}
}

func TestChartIsReadWithoutItsDrawing(t *testing.T) {
	t.Parallel()
	s := site(t)
	show := func(c chart) string {
		t.Helper()
		var b bytes.Buffer
		if err := s.pages["error.html"].ExecuteTemplate(&b, "chart", c); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if body := show(newChart(hostile, hostile, fruits, []string{hostile})); !strings.Contains(body, "Nothing yet") || strings.Contains(body, "<svg") {
		t.Errorf("a chart of nothing:\n%s", body)
	}
	body := show(newChart(hostile, hostile, fruits, []string{"Apples", hostile}, column{hostile, []int64{1, 2}}, column{"Tuesday", []int64{3, 4}}).under("Enough", 5))
	for _, want := range []string{`role="img"`, "at most 7 fruits", `<td data-label="Apples">1 fruits</td>`, `class="limit"`, "Tuesday: 3 fruits, 4 fruits"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing:\n%s", want, body)
		}
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if n.Data == "script" || handlers.MatchString(a.Key) {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
}

package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain makes the test binary a bare handler, when it is started as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestEveryLineIsMeasuredOnBothEngines runs the whole bench on a small scale.
func TestEveryLineIsMeasuredOnBothEngines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	small := scale{starts: 1, rate: 20 * time.Millisecond, posts: 2, friends: 2, notes: 10, unknown: 5, hosts: 10, hanging: 2, fanouts: 1, lines: 100}
	if err := run(t.Context(), &out, small); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| |") {
			continue
		}
		lines++
		cells := strings.Split(line, " | ")
		if len(cells) != 5 || cells[1] == "" || cells[3] == "" {
			t.Errorf("the line %q has an empty cell", line)
		}
	}
	if lines < 20 {
		t.Errorf("%d lines were measured, want all:\n%s", lines, out.String())
	}
}

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table has a line for each measure and two columns for each engine.
type table struct{ measures, engines, cells []string }

// put fills the cells of a measure and an engine. Lines and columns stand in the
// order in which they first came.
func (t *table) put(measure, engine, value, ratio string) {
	if !slices.Contains(t.engines, engine) {
		t.engines = append(t.engines, engine)
	}
	if !slices.Contains(t.measures, measure) {
		t.measures = append(t.measures, measure)
	}
	t.cells = append(t.cells, measure, engine, value, ratio)
}

func (t *table) String() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, e := range t.engines {
		b.WriteString(" " + e + " | of the limit |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|---|", len(t.engines)) + "\n")
	for _, m := range t.measures {
		b.WriteString("| " + m + " |")
		for _, e := range t.engines {
			value, ratio := t.cell(m, e)
			b.WriteString(" " + value + " | " + ratio + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (t *table) cell(measure, engine string) (value, ratio string) {
	for c := range slices.Chunk(t.cells, 4) {
		if c[0] == measure && c[1] == engine {
			return c[2], c[3]
		}
	}
	return "", ""
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func inMillis(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func ratio(of, limit float64) string { return fmt.Sprintf("%.0f %%", 100*of/limit) }

// quantile gives the value below which a part of all lies.
func quantile(all []time.Duration, part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

func median(all []time.Duration) time.Duration { return quantile(all, 0.5) }

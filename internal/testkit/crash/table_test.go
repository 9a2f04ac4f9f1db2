package crash

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// table holds what the tests measured, for docs/reliability.md.
var table struct {
	sync.Mutex
	lines []string
}

// measured adds a line to the table of what went well, and says it at once.
func (st *site) measured(format string, args ...any) {
	st.Helper()
	if st.Failed() {
		return
	}
	st.Logf(format, args...)
	test, _, _ := strings.Cut(st.Name(), "/")
	line := fmt.Sprintf("| %s | %s | %s |", test, st.shape.name, fmt.Sprintf(format, args...))
	table.Lock()
	defer table.Unlock()
	table.lines = append(table.lines, line)
}

// printTable prints it after a long run: a short one measures nothing worth
// keeping.
func printTable() {
	if !*long {
		return
	}
	slices.Sort(table.lines)
	fmt.Printf("\n| test | shape | measured |\n|---|---|---|\n%s\n\n", strings.Join(table.lines, "\n"))
}

// wantSoon wants that work went on in time. Only the long form, which has the
// machine for itself, is held to it.
func (st *site) wantSoon(took time.Duration) {
	st.Helper()
	if *long && took > st.shape.resumes {
		st.Errorf("work went on after %v, want it within %v", took, st.shape.resumes)
	}
}

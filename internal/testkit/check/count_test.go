package main

import (
	"strings"
	"testing"
)

// lines are what go test -json says, shortened to what is read of it.
const (
	passes  = `{"Action":"run","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"output","Package":"p","Test":"TestA","Output":"quiet\n"}` + "\n" + `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
	sqlite  = `{"Action":"pass","Package":"p","Test":"TestB/sqlite"}` + "\n"
	deeper  = `{"Action":"pass","Package":"p","Test":"TestB/sqlite/deeper"}` + "\n"
	pgsql   = `{"Action":"pass","Package":"p","Test":"TestB/postgres"}` + "\n"
	similar = `{"Action":"pass","Package":"p","Test":"TestB/sqlite_file"}` + "\n"
	fails   = `{"Action":"output","Package":"p","Test":"TestC","Output":"got 1; want 2\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestC"}` + "\n"
	skips   = `{"Action":"skip","Package":"p","Test":"TestD"}` + "\n"
	crashes = `{"Action":"run","Package":"p","Test":"TestE"}` + "\n" + `{"Action":"output","Package":"p","Test":"TestE","Output":"last words\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	broken  = `{"ImportPath":"p","Action":"build-output","Output":"p/a.go:2: syntax error\n"}` + "\n" + `{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	ends    = `{"Action":"output","Package":"p","Output":"PASS\n"}` + "\n" + `{"Action":"output","Package":"p","Output":"ok  \tp\t1s\n"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
	empty   = `{"Action":"output","Package":"q","Output":"?   \tq\t[no test files]\n"}` + "\n" + `{"Action":"skip","Package":"q"}` + "\n"
)

func TestTestsAreCountedAndFailuresPrinted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, lines string
		want        totals
		printed     string
	}{
		{"quiet when all is well", passes + ends, totals{passed: 1}, "ok  \tp\t1s\n"},
		{"each engine by an element of the path", sqlite + deeper + pgsql + similar, totals{passed: 4, sqlite: 2, postgres: 1}, ""},
		{"a failure with its output", passes + fails, totals{passed: 1, failed: 1}, "p\ngot 1; want 2\n"},
		{"a skip is a failure", skips, totals{skipped: 1, failed: 1}, "p TestD was skipped\n"},
		{"a test that was cut off is a failure", crashes, totals{failed: 1}, "p TestE did not end\nlast words\n"},
		{"a compiler's complaint", broken, totals{}, "p/a.go:2: syntax error\nFAIL\tp [build failed]\n"},
		{"a line that is not JSON", "go: no such thing\n", totals{}, "go: no such thing\n"},
		{"a package without tests", empty, totals{}, ""},
		{"a last line without an end", strings.TrimSuffix(sqlite, "\n"), totals{passed: 1, sqlite: 1}, ""},
		{"a very long line", `{"Action":"output","Package":"p","Test":"T","Output":"` + strings.Repeat("x", 1<<20) + `"}` + "\n" + pgsql, totals{passed: 1, postgres: 1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			got, err := read(strings.NewReader(c.lines), &out)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v; want %+v", got, err, c.want)
			}
			if out.String() != c.printed {
				t.Errorf("printed %q; want %q", out.String(), c.printed)
			}
		})
	}
}

func TestOnlyEqualEnginesWithoutFailuresAreGreen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total totals
		green bool
	}{
		{totals{passed: 4, sqlite: 2, postgres: 2}, true},
		{totals{passed: 3, sqlite: 2, postgres: 1}, false},
		{totals{passed: 3}, false},
		{totals{passed: 4, failed: 1, sqlite: 2, postgres: 2}, false},
		{totals{passed: 4, skipped: 1, failed: 1, sqlite: 2, postgres: 2}, false},
	} {
		if err := c.total.verdict(); (err == nil) != c.green {
			t.Errorf("%+v: %v; want green: %v", c.total, err, c.green)
		}
	}
}

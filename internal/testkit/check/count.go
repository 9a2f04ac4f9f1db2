package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output string
}

// test names one test, or with an empty name its package.
type test struct{ pkg, name string }

// totals counts tests that ended. Those of an engine are the ones with its name
// in their path; a test that was skipped or cut off counts as failed too.
type totals struct {
	passed, failed, skipped int
	sqlite, postgres        int
}

func (t totals) verdict() error {
	switch {
	case t.skipped > 0:
		return fmt.Errorf("%d tests were skipped: what cannot run must fail", t.skipped)
	case t.failed > 0:
		return fmt.Errorf("%d tests failed", t.failed)
	case t.sqlite != t.postgres:
		return errors.New("the engines ran different numbers of tests")
	case t.sqlite == 0:
		return errors.New("no test ran on a database")
	}
	return nil
}

// goTest runs go test -json and reads what it says.
func goTest(c *exec.Cmd, to io.Writer) (totals, error) {
	out, err := c.StdoutPipe()
	if err != nil {
		return totals{}, err
	}
	if err := c.Start(); err != nil {
		return totals{}, fmt.Errorf("run go test: %w", err)
	}
	t, err := read(out, to)
	if ended := c.Wait(); err == nil && ended != nil && t.failed == 0 {
		err = fmt.Errorf("go test: %w", ended)
	}
	return t, err
}

// reading is what is known halfway through the lines of go test -json: the
// output of every test that has begun and not ended.
type reading struct {
	totals
	to      io.Writer
	running map[test]*strings.Builder
}

// read counts tests and prints what compilers say, the output of tests that
// failed, and one line for each package that passed.
func read(from io.Reader, to io.Writer) (totals, error) {
	r := reading{to: to, running: map[test]*strings.Builder{}}
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			r.line(line)
		}
		if errors.Is(err, io.EOF) {
			return r.totals, nil
		}
		if err != nil {
			return r.totals, fmt.Errorf("read go test: %w", err)
		}
	}
}

func (r *reading) line(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		fmt.Fprint(r.to, line)
		return
	}
	key := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.to, e.Output)
	case "run":
		r.said(key)
	case "output":
		r.said(key).WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.packageEnded(key, e.Action)
		} else {
			r.testEnded(key, e.Action)
		}
	}
}

// said is where the output of a test gathers.
func (r *reading) said(key test) *strings.Builder {
	if r.running[key] == nil {
		r.running[key] = &strings.Builder{}
	}
	return r.running[key]
}

func (r *reading) testEnded(key test, how string) {
	output := r.said(key).String()
	delete(r.running, key)
	switch how {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		fmt.Fprintf(r.to, "%s\n%s", key.pkg, output)
	case "skip":
		r.skipped++
		r.failed++
		fmt.Fprintf(r.to, "%s %s was skipped\n%s", key.pkg, key.name, output)
	}
	path := strings.Split(key.name, "/")
	if slices.Contains(path, "sqlite") {
		r.sqlite++
	}
	if slices.Contains(path, "postgres") {
		r.postgres++
	}
}

// packageEnded also ends the tests that never said so themselves: those that a
// crash, a timeout or os.Exit cut off.
func (r *reading) packageEnded(key test, how string) {
	output := r.said(key).String()
	delete(r.running, key)
	for _, cut := range r.unended(key.pkg) {
		r.failed++
		fmt.Fprintf(r.to, "%s %s did not end\n%s", cut.pkg, cut.name, r.said(cut))
		delete(r.running, cut)
	}
	for line := range strings.Lines(output) {
		if how == "fail" || how == "pass" && strings.HasPrefix(line, "ok ") {
			fmt.Fprint(r.to, line)
		}
	}
}

func (r *reading) unended(pkg string) []test {
	var all []test
	for key := range r.running {
		if key.pkg == pkg {
			all = append(all, key)
		}
	}
	slices.SortFunc(all, func(a, b test) int { return strings.Compare(a.name, b.name) })
	return all
}

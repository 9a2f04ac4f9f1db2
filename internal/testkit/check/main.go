// Command check runs all tests against a private Postgres: it starts one on a
// free port, hands its address to the tests, prints what fails as it fails, and
// counts how many tests ran on each database engine. It ends with 1 when a test
// failed or was skipped, or when the engines ran different numbers of tests.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

// run runs the command given, or go test with these arguments, with Postgres up.
func run(ctx context.Context, args []string) error {
	pg, err := startPostgres(ctx)
	if err != nil {
		return err
	}
	defer pg.stop()
	if err := os.Setenv("SKERRY_TEST_POSTGRES", pg.dsn()); err != nil {
		return err
	}
	if len(args) > 0 && args[0] == "--" { // another program with the same Postgres
		return passOn(ctx, args[1:])
	}
	began := time.Now()
	total, err := goTest(ctx, args)
	fmt.Printf("tests on sqlite: %d, on postgres: %d (%.0f s)\n", total.sqlite, total.postgres, time.Since(began).Seconds())
	if err == nil {
		err = total.verdict()
	}
	fmt.Printf("%d passed, %d failed\n", total.passed, total.failed)
	return err
}

func passOn(ctx context.Context, command []string) error {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "DATABASE_URL="+os.Getenv("SKERRY_TEST_POSTGRES"))
	return c.Run()
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output string
}

// totals counts finished tests; those of an engine are the ones with its name in
// their path.
type totals struct {
	passed, failed, skipped int
	sqlite, postgres        int
}

func (t totals) verdict() error {
	switch {
	case t.failed > 0:
		return fmt.Errorf("%d tests failed", t.failed)
	case t.skipped > 0:
		return fmt.Errorf("%d tests were skipped: what cannot run must fail", t.skipped)
	case t.sqlite != t.postgres:
		return errors.New("the engines ran different numbers of tests")
	case t.sqlite == 0:
		return errors.New("no test ran on a database")
	}
	return nil
}

// goTest runs go test -json and reads what it says.
func goTest(ctx context.Context, args []string) (totals, error) {
	c := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, args...)...)
	c.Stderr = os.Stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	out, err := c.StdoutPipe()
	if err != nil {
		return totals{}, err
	}
	if err := c.Start(); err != nil {
		return totals{}, fmt.Errorf("run go test: %w", err)
	}
	t := read(out, os.Stdout)
	if err := c.Wait(); err != nil && t.failed == 0 {
		t.failed++ // a package that does not build has no test that could fail
		return t, fmt.Errorf("go test: %w", err)
	}
	return t, nil
}

// read counts tests and prints the output of those that failed, and of packages
// as they end.
func read(from io.Reader, to io.Writer) totals {
	var t totals
	output := map[string]*strings.Builder{}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(to, lines.Text()) // a compiler's complaint
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
		case "pass", "fail", "skip":
			t.count(e, to, output[key])
			delete(output, key)
		}
	}
	return t
}

func (t *totals) count(e event, to io.Writer, output *strings.Builder) {
	said := ""
	if output != nil {
		said = output.String()
	}
	if e.Test == "" {
		if e.Action != "skip" { // a package without tests
			fmt.Fprint(to, said)
		}
		return
	}
	switch e.Action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
		fmt.Fprintf(to, "%s\n%s", e.Package, said)
	case "skip":
		t.skipped++
		fmt.Fprintf(to, "%s %s was skipped\n%s", e.Package, e.Test, said)
	}
	path := "/" + e.Test + "/"
	if strings.Contains(path, "/sqlite/") {
		t.sqlite++
	}
	if strings.Contains(path, "/postgres/") {
		t.postgres++
	}
}

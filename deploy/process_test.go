package deploy

import (
	"context"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// patience ends a test that hangs; nothing takes that long.
const patience = time.Minute

// start runs a program that ends with the test, which shows what it said when it
// failed.
func start(t *testing.T, path string, environ []string, args ...string) *testkit.Process {
	t.Helper()
	p, err := testkit.Launch(path, t.TempDir(), environ, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s %s said:\n%s", path, args, p.Said())
		}
	})
	return p
}

// hear waits until a program has said something.
func hear(t *testing.T, p *testkit.Process, what string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := p.Hear(ctx, what); err != nil {
		t.Fatal(err)
	}
}

// until looks again and again until it is as it should be: what happens in another
// process rings no bell here.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("it did not happen that %s", what)
		}
	}
}

package blob_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"skerry/internal/blob"
	"skerry/internal/social"
)

func TestLinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "a"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "own")); err != nil {
		t.Fatal(err)
	}
	f := openFiles(t, dir)
	if o, err := f.Get(t.Context(), "own/a"); err == nil {
		o.Close()
		t.Error("it reads what is outside")
	}
	if err := f.Put(t.Context(), "own/b", "text/plain", strings.NewReader("x")); err == nil {
		t.Error("it writes outside")
	}
	if all, _ := os.ReadDir(outside); len(all) != 1 {
		t.Errorf("outside are %v", all)
	}
}

func TestStartRemovesWhatACrashLeftHalfWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openFiles(t, dir)
	now := time.Now()
	for name, age := range map[string]time.Duration{"old": 2 * time.Hour, "now": time.Minute} {
		path := filepath.Join(dir, ".partial", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	f := openFiles(t, dir)
	left, err := filepath.Glob(filepath.Join(dir, ".partial", "*"))
	if err != nil || !slices.Equal(left, []string{filepath.Join(dir, ".partial", "now")}) { // another process may write it
		t.Errorf("left are %q, %v", left, err)
	}
	if got := keys(t, f, ""); got != nil {
		t.Errorf("listed: %q", got)
	}
}

func TestFilesAreForNobodyElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, openFiles(t, dir), "own/deep/a", "x")
	for name, want := range map[string]os.FileMode{"own": 0o700 | os.ModeDir, "own/deep": 0o700 | os.ModeDir, "own/deep/a": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode() != want {
			t.Errorf("%s: got %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
}

func TestFolderThatCannotBeMadeIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := blob.OpenFiles(filepath.Join(path, "media"), time.Now()); err == nil {
		f.Close()
		t.Error("got no error")
	}
}

// A disk that fails is our failure, and is not taken for a medium that is gone.
func TestFailureIsNotAbsence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFiles(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "own"), nil, 0o600); err != nil { // where a folder should be
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "own/a", "text/plain", strings.NewReader("x")); err == nil || social.Is(err, social.NotFound) {
		t.Errorf("got %v, want a failure", err)
	}
}

package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/blob"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// onBoth runs a test on each store. folder is where the store keeps its bytes.
func onBoth(t *testing.T, test func(t *testing.T, s blob.Store, folder string)) {
	t.Helper()
	t.Parallel()
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		test(t, openFiles(t, dir), dir)
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		b := testkit.S3(t)
		test(t, newS3(b), b.Folder)
	})
}

func openFiles(t *testing.T, dir string) *blob.Files {
	t.Helper()
	f, err := blob.OpenFiles(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func newS3(b testkit.Bucket) *blob.S3 { return blob.NewS3(options(b)) }

func options(b testkit.Bucket) blob.S3Options {
	return blob.S3Options{
		Endpoint: b.Endpoint, Region: "us-east-1", Bucket: b.Name, AccessKeyID: b.Key, SecretAccessKey: b.Secret, Log: slog.New(slog.DiscardHandler),
	}
}

func put(t *testing.T, s blob.Store, key, text string) {
	t.Helper()
	if err := s.Put(t.Context(), key, "text/plain", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
}

// get gives what is under a key, "" when there is nothing.
func get(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	o, err := s.Get(t.Context(), key)
	if social.Is(err, social.NotFound) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	text, err := io.ReadAll(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func keys(t *testing.T, s blob.Store, folder string) (all []string) {
	t.Helper()
	for info, err := range s.List(t.Context(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.Key)
	}
	return all
}

func TestWhatWasPutComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		for key, text := range map[string]string{"own/a.png": "first", "own/deep/er/b": strings.Repeat("0123456789", 100_000), "own/empty": ""} {
			put(t, s, key, text)
			if got := get(t, s, key); got != text {
				t.Errorf("%s: got %d bytes, want %d", key, len(got), len(text))
			}
			info, err := s.Head(t.Context(), key)
			if age := time.Since(info.Modified); err != nil || info.Key != key || info.Size != int64(len(text)) || age < -time.Minute || age > time.Minute {
				t.Errorf("%s: got %+v, %v", key, info, err)
			}
		}
		put(t, s, "own/a.png", "second, longer")
		if got := get(t, s, "own/a.png"); got != "second, longer" {
			t.Errorf("got %q, want what was put last", got)
		}
	})
}

func TestObjectIsReadFromAnyPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		put(t, s, "own/a", "0123456789")
		o, err := s.Get(t.Context(), "own/a")
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		read := func(offset int64, whence, n int) string {
			if _, err := o.Seek(offset, whence); err != nil {
				t.Error(err)
			}
			p := make([]byte, n)
			if _, err := io.ReadFull(o, p); err != nil {
				t.Error(err)
			}
			return string(p)
		}
		got := []string{read(7, io.SeekStart, 3), read(-9, io.SeekEnd, 2), read(2, io.SeekCurrent, 1), read(0, io.SeekStart, 10)}
		if diff := cmp.Diff([]string{"789", "12", "5", "0123456789"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if n, err := o.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("at the end: got %d, %v", n, err)
		}
		if _, err := o.Seek(-1, io.SeekStart); err == nil {
			t.Error("it seeks before the first byte")
		}
	})
}

func TestObjectAnswersRangeRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		put(t, s, "own/a", "0123456789")
		for ask, want := range map[string]string{
			"": "200 0123456789", "bytes=0-0": "206 0", "bytes=8-": "206 89", "bytes=-3": "206 789", "bytes=20-": "416 ",
		} {
			o, err := s.Get(t.Context(), "own/a")
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Range", ask)
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", "image/png")
			http.ServeContent(w, r, "", o.Modified, o)
			o.Close()
			if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, want) {
				t.Errorf("%q: got %s, want %s", ask, got, want)
			}
		}
	})
}

func TestAbsentIsNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		put(t, s, "own/a/b", "x")
		for _, key := range []string{"own/none", "none/a", "own/a", "own"} { // the last two are folders
			if _, err := s.Get(t.Context(), key); !social.Is(err, social.NotFound) {
				t.Errorf("get %s: got %v, want not found", key, err)
			}
			if _, err := s.Head(t.Context(), key); !social.Is(err, social.NotFound) {
				t.Errorf("head %s: got %v, want not found", key, err)
			}
		}
		if err := s.Delete(t.Context(), "own/none"); err != nil {
			t.Errorf("delete one: got %v, want no error", err)
		}
		if err := s.Delete(t.Context(), "own/none", "own/nothing"); err != nil {
			t.Errorf("delete two: got %v, want no error", err)
		}
		if got := keys(t, s, "none/"); got != nil {
			t.Errorf("list: got %q", got)
		}
	})
}

func TestListGivesAFolderInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		for _, key := range []string{"own/c", "own/a", "own/b/1", "owned/x", "remote/r"} {
			put(t, s, key, "x")
		}
		if diff := cmp.Diff([]string{"own/a", "own/b/1", "own/c"}, keys(t, s, "own/")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for info, err := range s.List(t.Context(), "own/") { // and may be left
			if err != nil || info.Size != 1 {
				t.Errorf("got %+v, %v", info, err)
			}
			break
		}
	})
}

// S3 gives a thousand keys at once, and takes as many.
func TestThousandsAreListedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, folder string) {
		put(t, s, "own/first", "x") // so that the folder is there
		var want []string
		for i := range 1100 {
			name := fmt.Sprintf("own/many-%04d", i)
			if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			want = append(want, name)
		}
		got := keys(t, s, "own/")
		if diff := cmp.Diff(append([]string{"own/first"}, want...), got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		if err := s.Delete(t.Context(), want...); err != nil {
			t.Fatal(err)
		}
		if left := keys(t, s, "own/"); !slices.Equal(left, []string{"own/first"}) {
			t.Errorf("%d are left", len(left))
		}
	})
}

func TestNoKeyLeadsAnywhereElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, folder string) {
		outside := filepath.Join(filepath.Dir(folder), "outside-"+filepath.Base(folder))
		if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(outside) })
		for _, key := range []string{
			"../" + filepath.Base(outside), "own/../../" + filepath.Base(outside), outside, "", "/", "own//a", "own/", ".partial/a", "own/.hidden",
			"OWN/A", "own/a b", "own/ä", "own/a\x00b", "own\\a", "own/%2e%2e/a", "own/" + strings.Repeat("a", 300),
		} {
			if _, err := s.Get(t.Context(), key); !social.Is(err, social.NotFound) {
				t.Errorf("get %q: got %v, want not found", key, err)
			}
			if _, err := s.Head(t.Context(), key); !social.Is(err, social.NotFound) {
				t.Errorf("head %q: got %v, want not found", key, err)
			}
			if err := s.Put(t.Context(), key, "text/plain", strings.NewReader("x")); !social.Is(err, social.NotFound) {
				t.Errorf("put %q: got %v, want not found", key, err)
			}
		}
		if text, err := os.ReadFile(outside); err != nil || string(text) != "secret" {
			t.Errorf("outside is %q, %v", text, err)
		}
	})
}

// breaking is a body that cannot be read to its end.
type breaking struct{ io.ReadSeeker }

func (b breaking) Read(p []byte) (int, error) {
	if at, _ := b.Seek(0, io.SeekCurrent); at >= 50 {
		return 0, errors.New("broken")
	}
	return b.ReadSeeker.Read(p[:min(len(p), 10)])
}

func TestBodyThatBreaksLeavesWhatWasThere(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, folder string) {
		put(t, s, "own/a", "whole")
		for _, key := range []string{"own/a", "own/new"} {
			if err := s.Put(t.Context(), key, "text/plain", breaking{bytes.NewReader(make([]byte, 100))}); err == nil {
				t.Errorf("put %s: got no error, want one", key)
			}
		}
		if got := get(t, s, "own/a"); got != "whole" {
			t.Errorf("got %q, want what was there", got)
		}
		if got := get(t, s, "own/new"); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, ".partial", "*")); left != nil {
			t.Errorf("left behind: %q", left)
		}
	})
}

func TestRequestThatIsGivenUpKeepsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(ctx, "own/a", "text/plain", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was given up", err)
		}
		if got := get(t, s, "own/a"); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
		if err := s.Away(t.Context()); err != nil {
			t.Errorf("the store counts as away: %v", err)
		}
	})
}

func TestPlaceThatWorksPassesTheCheckAndKeepsNothingOfIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s blob.Store, _ string) {
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("got %v", err)
		}
		if left := keys(t, s, "probe/"); left != nil {
			t.Errorf("left behind: %q", left)
		}
	})
}

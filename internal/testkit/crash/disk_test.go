package crash

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFullDiskIsAnswered503AndRecovers fills the disk of the embedded database
// while notes come, and makes room again. The server is not started anew.
func TestFullDiskIsAnswered503AndRecovers(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	st := onSQLite.openAt(t, friends, disk, "", "")
	st.must(st.Befriend(st.ctx, st.world, friends))
	n := size(400, 4000)
	letters := st.notes(n, "n")
	st.world.Insist(st.ctx, letters[:n/4], 4, func() {})
	ballast := fill(t, disk)
	refused := 0
	for _, a := range st.world.Send(st.ctx, letters[n/4:], 4) { // what SQLite has room for within its files is still taken
		switch a.Status {
		case http.StatusAccepted:
		case http.StatusServiceUnavailable:
			refused++
		default:
			t.Errorf("on a full disk a note is answered %d, %v; want 503", a.Status, a.Err)
		}
	}
	if refused == 0 {
		t.Error("no note was refused, though the disk is full")
	}
	st.must(os.Remove(ballast))
	st.world.Insist(st.ctx, letters, 4, func() {})
	st.must(st.Drained(st.ctx))
	st.wantToldOnce(letters)
	st.wantAlive()
	st.must(st.Sound(st.ctx))
	st.measured("%d notes, %d of them refused with 503 while the disk was full: each took effect once in the end, the database is sound", n, refused)
}

// smallDisk mounts a disk of a few megabytes.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m,mode=700")
	if errors.Is(err, syscall.EPERM) {
		t.Fatal("the disk that gets full is a small tmpfs, and only root may mount one: run this test as root, in a container for instance")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
	})
	return dir
}

// fill writes a file until the disk has no room left.
func fill(t *testing.T, disk string) (path string) {
	t.Helper()
	path = filepath.Join(disk, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
	return path
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

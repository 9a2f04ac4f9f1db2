package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"skerry/internal/social"
)

// partial is the folder of files that are being written. Their names are no keys.
const partial = ".partial"

// abandoned is the age at which nobody writes to a partial file any more.
const abandoned = time.Hour

// Files is a Store in a folder. No path leads out of it, whatever a key or a link
// says.
type Files struct{ root *os.Root }

// OpenFiles opens a folder, which is made if it is not there, and removes what a
// crash left half written in it.
func OpenFiles(dir string, now time.Time) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of media: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of media: %w", err)
	}
	f := &Files{root}
	if err := f.clean(now); err != nil {
		root.Close()
		return nil, fmt.Errorf("clean the folder of media: %w", err)
	}
	return f, nil
}

// Close lets go of the folder.
func (f *Files) Close() error { return f.root.Close() }

func (f *Files) clean(now time.Time) error {
	if err := f.root.MkdirAll(partial, 0o700); err != nil {
		return err
	}
	all, err := fs.ReadDir(f.root.FS(), partial)
	if err != nil {
		return err
	}
	for _, e := range all {
		// Another process may write to it now, or have finished it just now.
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		if err := f.root.Remove(path.Join(partial, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put implements Store. The file gets its name when all of it is on disk.
func (f *Files) Put(ctx context.Context, key, _ string, body io.ReadSeeker) error {
	if err := checkKey(key); err != nil {
		return err
	}
	draft := path.Join(partial, rand.Text())
	err := f.write(ctx, draft, body)
	if err == nil {
		err = f.root.MkdirAll(path.Dir(key), 0o700)
	}
	if err == nil {
		err = f.root.Rename(draft, key)
	}
	if err != nil {
		_ = f.root.Remove(draft) // not there when it was not made; else the next start cleans it
		return fault("keep "+key, err)
	}
	return fault("keep "+key, f.sync(path.Dir(key)))
}

func (f *Files) write(ctx context.Context, name string, body io.Reader) error {
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.Copy(file, body); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// sync puts the names in a folder, and the folder's own, on disk.
func (f *Files) sync(dir string) error {
	for {
		d, err := f.root.Open(dir)
		if err != nil {
			return err
		}
		err = d.Sync()
		d.Close()
		if err != nil || dir == "." {
			return err
		}
		dir = path.Dir(dir)
	}
}

// Get implements Store.
func (f *Files) Get(_ context.Context, key string) (*Object, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, fault("open "+key, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, fault("open "+key, err)
	}
	return &Object{Info{Key: key, Size: info.Size(), Modified: info.ModTime()}, file}, nil
}

// Head implements Store.
func (f *Files) Head(_ context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	info, err := f.root.Stat(key)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, fault("look at "+key, err)
	}
	return Info{Key: key, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Delete implements Store.
func (f *Files) Delete(_ context.Context, keys ...string) error {
	for _, key := range keys {
		if checkKey(key) != nil {
			continue // nothing is under it
		}
		if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault("delete "+key, err)
		}
	}
	return nil
}

// List implements Store.
func (f *Files) List(ctx context.Context, folder string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		err := fs.WalkDir(f.root.FS(), path.Clean(folder), func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // deleted while we read, or nothing was ever put there
			}
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			if d.IsDir() || checkKey(name) != nil {
				return nil
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && !yield(Info{Key: name, Size: info.Size(), Modified: info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			yield(Info{}, fault("list "+strings.TrimSuffix(folder, "/"), err))
		}
	}
}

// Public implements Store: files are served by us.
func (f *Files) Public(string) string { return "" }

// Check implements Store: who could open the folder could write to it.
func (f *Files) Check(context.Context) error { return nil }

// Away implements Store: a disk does not go away.
func (f *Files) Away(context.Context) error { return nil }

// fault names the errors that callers tell apart.
func fault(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return notFound().Because(fmt.Errorf("%s: %w", doing, err))
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return social.Faultf(social.Unavailable, "there is no room left for media").Because(fmt.Errorf("%s: %w", doing, err))
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Package blob keeps bytes under keys: in a folder of this machine, or in a bucket
// of a store that speaks S3.
//
// Keys and bytes come in; bytes and Faults go out: NotFound for what is not there,
// Unavailable when the store is away or full. It knows nothing of what the bytes
// are, whose they are or how long they are kept: the database does. A key is of our
// own making, never a name that a stranger chose.
package blob

import (
	"context"
	"io"
	"iter"
	"strings"
	"time"

	"skerry/internal/social"
)

// Store keeps bytes under keys. It is safe to use at once, also by several
// processes.
type Store interface {
	// Put keeps all of body under a key, in place of what was there. When it returns
	// nil the bytes are on disk. Readers see the former bytes or the new ones, whole.
	Put(ctx context.Context, key, mediaType string, body io.ReadSeeker) error
	// Get gives what is under a key. It must be closed.
	Get(ctx context.Context, key string) (*Object, error)
	// Head tells what is under a key.
	Head(ctx context.Context, key string) (Info, error)
	// Delete removes what is under these keys; what is not there is no error.
	Delete(ctx context.Context, keys ...string) error
	// List tells of everything in a folder such as "own/", in the order of keys. An
	// error ends it.
	List(ctx context.Context, folder string) iter.Seq2[Info, error]
	// Public is the address at which everybody can read a key; "" when there is none.
	Public(key string) string
	// Check says in a line for the operator what is wrong with where the store is;
	// nil when it can be used, or is only away for now.
	Check(ctx context.Context) error
	// Away says why the store cannot be used now; nil when it can.
	Away(ctx context.Context) error
}

// Info tells of the bytes under a key.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
}

// Object is what is under a key, to be read from any place.
type Object struct {
	Info
	io.ReadSeekCloser
}

const maxKey = 200 // bytes

// checkKey says NotFound of what is no key: there is nothing under it.
func checkKey(key string) error {
	if key == "" || len(key) > maxKey {
		return notFound()
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
			return notFound()
		}
	}
	return nil
}

func notFound() *social.Fault { return social.Faultf(social.NotFound, "there is no such medium") }

// away is what those hear who need a store that cannot be used now.
func away(err error) *social.Fault {
	f := social.Faultf(social.Unavailable, "the media store is away, try again soon").Because(err)
	f.After = 30 * time.Second
	return f
}

package media

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/media/prepare"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

const (
	remote    = "remote/"       // the folder of strangers' media
	headSize  = 512             // bytes that say what a file is
	fetchTime = 2 * time.Minute // for all of a stranger's medium
	usedEvery = time.Hour       // how exactly it is known when a medium was last shown
)

// serveRemote answers with a stranger's medium, as the mode says.
func (l *Library) serveRemote(w http.ResponseWriter, r *http.Request) error {
	from, err := l.signed(chi.URLParam(r, "signature"), chi.URLParam(r, "address"))
	if err != nil {
		return err
	}
	switch l.Mode {
	case Proxy:
		return l.pass(w, r, from)
	case Cache:
		return l.serveKept(w, r, from)
	}
	http.Redirect(w, r, from, http.StatusFound) // an address that was given in another mode
	return nil
}

// serveKept answers with what is kept of an address, which is fetched when nothing
// is. While the store is away, or the budget has no room, it is passed on.
func (l *Library) serveKept(w http.ResponseWriter, r *http.Request, from string) error {
	m, err := l.kept(r.Context(), from)
	if errors.Is(err, errNoRoom) {
		return l.pass(w, r, from)
	}
	if err == nil {
		err = l.serve(w, r, m.Key, m.MediaType, week)
	}
	if social.Is(err, social.NotFound) && m.Key != "" { // a row without its bytes: they were removed by hand, or by a lifecycle rule
		if m, err = l.fetch(r.Context(), from, m); err == nil {
			err = l.serve(w, r, m.Key, m.MediaType, week)
		}
	}
	if social.Is(err, social.Unavailable) {
		return l.pass(w, r, from)
	}
	return err
}

// errNoRoom is that there is no room for more of strangers' media.
var errNoRoom = errors.New("there is no room to keep it")

func (l *Library) full(ctx context.Context) (bool, error) {
	s, err := l.DB.Storage(ctx)
	return s.Pressure == social.Over, err
}

// kept gives what is kept of an address.
func (l *Library) kept(ctx context.Context, from string) (social.RemoteMedium, error) {
	m, err := l.DB.RemoteMedium(ctx, from)
	if social.Is(err, social.NotFound) {
		if full, err := l.full(ctx); err != nil || full {
			return m, cmp.Or(err, errNoRoom)
		}
		return l.fetch(ctx, from, m)
	}
	now := l.DB.Now()
	if err != nil || now.Sub(m.UsedAt) < usedEvery {
		return m, err
	}
	return m, l.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.UseRemoteMedium(ctx, from, now) })
}

// fetch fetches an address and keeps what it gives, once for all who ask at the
// same time; it goes on when the first of them leaves. had is what the caller found
// kept: when there is something newer, somebody else has just fetched it.
func (l *Library) fetch(ctx context.Context, from string, had social.RemoteMedium) (social.RemoteMedium, error) {
	m, err, _ := l.flight.Do(from, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		leave, err := enter(ctx, l.fetches)
		if err != nil {
			return social.RemoteMedium{}, err
		}
		defer leave()
		m, err := l.DB.RemoteMedium(ctx, from)
		if social.Is(err, social.NotFound) || err == nil && m.FetchedAt.Equal(had.FetchedAt) {
			return l.download(ctx, from)
		}
		return m, err
	})
	return m.(social.RemoteMedium), err
}

// download keeps what an address gives under the hash of its bytes. Until the hash
// is known they lie in a file without a name.
func (l *Library) download(ctx context.Context, from string) (social.RemoteMedium, error) {
	m := social.RemoteMedium{URL: from, FetchedAt: l.DB.Now(), UsedAt: l.DB.Now()}
	s, err := l.open(ctx, from)
	if err != nil {
		return m, err
	}
	defer s.Close()
	f, err := os.CreateTemp("", "skerry-")
	if err != nil {
		return m, fmt.Errorf("make a file for a download: %w", err)
	}
	defer f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return m, fmt.Errorf("hide the file of a download: %w", err)
	}
	hash := sha256.New()
	if m.Size, err = io.Copy(io.MultiWriter(f, hash), s); err != nil {
		return m, unreachable(from, err)
	}
	m.Key, m.MediaType = remote+hex.EncodeToString(hash.Sum(nil)), s.mediaType
	if err := l.Blobs.Put(ctx, m.Key, m.MediaType, io.NewSectionReader(f, 0, m.Size)); err != nil {
		return m, err
	}
	return m, l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.PutRemoteMedium(ctx, m) })
}

// pass answers with what an address gives, and keeps nothing.
func (l *Library) pass(w http.ResponseWriter, r *http.Request, from string) error {
	leave, err := enter(r.Context(), l.fetches)
	if err != nil {
		return err
	}
	defer leave()
	s, err := l.open(r.Context(), from)
	if err != nil {
		return err
	}
	defer s.Close()
	begin(w, s.mediaType, week)
	if s.size >= 0 {
		http.ServeContent(w, r, "", time.Time{}, &onward{stream: s})
		return nil
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(w, s); err != nil {
		return unreachable(from, err)
	}
	return nil
}

// stream is a stranger's medium, of which the first bytes have told the type.
type stream struct {
	io.Reader
	io.Closer
	mediaType string
	size      int64 // -1: not told
}

// open begins to read a stranger's medium.
func (l *Library) open(ctx context.Context, from string) (*stream, error) {
	s, err := l.Client.Stream(ctx, from, transport.Get{
		Accept: "image/*, video/*, audio/*", MaxBytes: prepare.MaxVideo, Timeout: fetchTime, Unsigned: true,
	})
	if err != nil {
		return nil, unreachable(from, err)
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(s, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // all of it
	}
	mediaType, known := prepare.Identify(head[:n])
	switch {
	case s.Status == http.StatusNotFound || s.Status == http.StatusGone:
		err = social.Faultf(social.NotFound, "%s has this medium no more", hostOf(from))
	case s.Status != http.StatusOK:
		err = social.Faultf(social.Upstream, "%s answers %d for this medium", hostOf(from), s.Status)
	case err != nil:
		err = unreachable(from, err)
	case !known:
		err = social.Faultf(social.Upstream, "what %s gives is no picture, video or sound that is shown here", hostOf(from))
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return &stream{Reader: io.MultiReader(bytes.NewReader(head[:n]), s), Closer: s, mediaType: mediaType, size: s.Size}, nil
}

// onward is a stream of known size that goes forward only, for answers with a part
// of it: what lies before the part is read and dropped. Players ask for parts, and
// some play nothing without.
type onward struct {
	*stream
	at, want int64
}

var errBackward = errors.New("a stream goes forward only")

// Seek implements io.Seeker: it says from where to read.
func (o *onward) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.want
	case io.SeekEnd:
		offset += o.size
	}
	o.want = offset
	return offset, nil
}

// Read implements io.Reader.
func (o *onward) Read(p []byte) (int, error) {
	if o.want < o.at {
		return 0, errBackward
	}
	skipped, err := io.CopyN(io.Discard, o.stream, o.want-o.at)
	o.at += skipped
	if err != nil {
		return 0, err
	}
	n, err := o.stream.Read(p)
	o.at += int64(n)
	o.want = o.at
	return n, err
}

// unreachable is what those hear who look at a medium that cannot be had.
func unreachable(from string, err error) error {
	if errors.Is(err, context.Canceled) || social.Is(err, social.Limited) {
		return err
	}
	return social.Faultf(social.Upstream, "this medium cannot be had from %s: %s", hostOf(from), transport.Reason(err)).Because(err)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the other server"
	}
	return u.Host
}

// Package media keeps what is seen and heard: the owner's uploads, and what posts
// and profiles of strangers show.
//
// Files and addresses come in; rows of package store, bytes of package blob and
// answers to browsers go out. Bytes are kept before the row that names them, and
// the row goes before its bytes: a crash leaves bytes that nobody names, which are
// found and removed, and never a post without its picture. What a file is, its
// bytes alone say; nothing is ever served as a page or as ActivityPub.
package media

import (
	"context"
	"log/slog"

	"golang.org/x/sync/singleflight"

	"skerry/internal/activitypub"
	"skerry/internal/blob"
	"skerry/internal/store"
	"skerry/internal/transport"
)

// Mode is how media that lie on other servers are treated.
type Mode string

// The modes, in the words of the setting.
const (
	Off   Mode = "off"   // a link to there
	Proxy Mode = "proxy" // passed on, nothing is kept
	Cache Mode = "cache" // kept for a while
)

// Options is what the library needs.
type Options struct {
	DB     *store.DB
	Blobs  blob.Store
	Client *transport.Client
	URLs   activitypub.URLs
	Secret []byte // signs the addresses of strangers' media
	Mode   Mode
	Log    *slog.Logger
}

// How much is done at once.
const (
	uploadsAtOnce = 2 // each may hold two decoded pictures
	fetchesAtOnce = 8
)

// Library is all media. It is safe to use at once, also by several processes.
type Library struct {
	Options
	uploads, fetches chan struct{}
	flight           singleflight.Group
}

// New makes the library.
func New(o Options) *Library {
	return &Library{Options: o, uploads: make(chan struct{}, uploadsAtOnce), fetches: make(chan struct{}, fetchesAtOnce)}
}

// enter waits until one of those who are at work is done; leave must be called.
func enter(ctx context.Context, room chan struct{}) (leave func(), err error) {
	select {
	case room <- struct{}{}:
		return func() { <-room }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

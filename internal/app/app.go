// Package app builds every part of the server, mounts every route, and starts
// and stops the workers. The settings come in; a handler and a Run go out. Tests
// start whole servers with it.
//
// It is the only place that knows all rooms; it holds wiring and no rules.
package app

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"skerry/internal/access"
	"skerry/internal/activitypub"
	"skerry/internal/blob"
	"skerry/internal/bus"
	"skerry/internal/config"
	"skerry/internal/inbox"
	"skerry/internal/mastodon"
	"skerry/internal/media"
	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/relay"
	"skerry/internal/remote"
	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
	"skerry/internal/web"
	"skerry/internal/webfinger"
)

// Options are what the settings do not say.
type Options struct {
	Version string
	Log     *slog.Logger
	Now     func() time.Time // nil: the clock of the machine
	Roles   Roles            // none: all

	// For tests, which start many servers: gives RSA keys. nil: new ones.
	MakeRSA func() (*rsa.PrivateKey, error)
	// For tests of TLS=auto: where the authority is, and what listens instead of port 80.
	ACME       string
	Challenges net.Listener
}

// App is a whole server.
type App struct {
	DB        *store.DB
	Bus       bus.Bus
	Blobs     blob.Store
	Library   *media.Library
	Finder    *remote.Finder
	Scout     *remote.Scout
	Identity  *outbox.Identity
	Publisher *outbox.Publisher
	Sweeper   *retention.Sweeper
	Foreman   *queue.Foreman
	Relays    *relay.Keeper
	Site      *web.Site
	Passwords *access.Passwords
	Server    social.Actor // the server's own actor

	cfg       config.Config
	o         Options
	by        string      // names this process in leases
	holdsDuty atomic.Bool // the scheduler's duty is ours
	urls      activitypub.URLs
	client    *transport.Client
	documents *outbox.Documents
	receiver  *inbox.Receiver
	worker    *inbox.Worker
	deliverer *outbox.Deliverer
	api       *mastodon.API
	handler   http.Handler
}

// New opens the database and builds the parts. Nothing runs yet; Close ends it.
func New(ctx context.Context, cfg config.Config, o Options) (*App, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MakeRSA == nil {
		o.MakeRSA = outbox.NewRSAKey
	}
	if o.Roles == (Roles{}) {
		o.Roles = AllRoles
	}
	if err := o.Roles.Check(cfg); err != nil {
		return nil, err
	}
	db, err := OpenStore(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	a := &App{
		DB: db, Passwords: access.NewPasswords(), cfg: cfg, o: o, by: rand.Text(),
		urls: activitypub.URLs{Origin: cfg.Origin(), Domain: cfg.Domain, AccountDomain: cfg.AccountDomain},
	}
	if a.Bus, err = openBus(cfg, o, a.by); err == nil {
		a.Blobs, err = openBlobs(cfg, o)
	}
	if err == nil {
		err = a.build(ctx)
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// openBus joins the processes of one server. Several servers may share a Redis.
func openBus(cfg config.Config, o Options, me string) (bus.Bus, error) {
	if cfg.RedisURL == "" {
		return bus.NewLocal(o.Now), nil
	}
	return bus.OpenRedis(bus.Options{URL: cfg.RedisURL, Prefix: "skerry:" + cfg.Domain + ":", Now: o.Now, Log: o.Log}, me)
}

// Migrate makes the database of these settings where there is none, and brings its schema
// up to date.
func Migrate(ctx context.Context, cfg config.Config) error {
	if err := makeDataDir(cfg); err != nil {
		return err
	}
	return store.Migrate(ctx, store.Options{URL: cfg.DatabaseURL, Path: databaseFile(cfg)})
}

func makeDataDir(cfg config.Config) error {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("DATA_DIR: %w (make the folder, or choose another)", err)
	}
	return nil
}

// databaseFile is where the embedded database is.
func databaseFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "skerry.db") }

// OpenStore opens the database of these settings.
func OpenStore(ctx context.Context, cfg config.Config, o Options) (*store.DB, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := makeDataDir(cfg); err != nil {
		return nil, err
	}
	secret, err := secretKey(cfg)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Path: databaseFile(cfg), Secret: secret, Closed: cfg.Allowlist, Now: o.Now, Log: o.Log,
	})
}

func (a *App) build(ctx context.Context) error {
	if err := a.settleNames(ctx); err != nil {
		return err
	}
	var err error
	a.client, err = transport.New(transport.Options{
		UserAgent: "Skerry/" + a.o.Version + " (+" + a.urls.Origin + "/)", OwnHosts: []string{a.cfg.Domain},
		Refuse: a.refuse, AllowPrivate: a.cfg.AllowPrivatePeers, Proxy: a.cfg.OutboundProxy, Now: a.o.Now,
	})
	if err != nil {
		return err
	}
	a.Identity = outbox.NewIdentity(a.DB, a.urls, a.o.MakeRSA)
	if a.Server, err = a.Identity.Server(ctx); err != nil {
		return fmt.Errorf("make the server's own actor: %w", err)
	}
	a.client.SetKey(a.Identity.ServerKey)
	asker := a.asker()
	a.Finder = remote.New(a.DB, a.client, asker, a.urls, a.o.Log)
	a.Scout = remote.NewScout(a.Finder, a.Bus, a.o.Log)
	verifier := remote.NewVerifier(a.Finder, []string{a.urls.Origin})
	a.documents = outbox.NewDocuments(a.DB, a.Identity, verifier, a.urls)
	a.Publisher = outbox.New(a.DB, a.Identity, a.Finder, a.urls, a.Bus, a.o.Log)
	a.Foreman = queue.NewForeman(a.DB, a.Bus)
	a.Relays = relay.New(relay.Options{
		DB: a.DB, Publisher: a.Publisher, Finder: a.Finder, Asker: asker, Client: a.client, URLs: a.urls, Oldest: a.oldestRelayed, Log: a.o.Log,
	})
	a.deliverer = outbox.NewDeliverer(a.DB, a.Identity, a.client, a.Finder, a.Bus, a.o.Log)
	a.receiver = inbox.NewReceiver(a.DB, verifier, a.urls, a.Bus, a.privatePeer, a.o.Log)
	a.worker = inbox.NewWorker(a.DB, a.Finder, a.Publisher, a.urls, a.Bus, a.o.Log)
	if a.Library, err = a.newLibrary(); err != nil {
		return err
	}
	a.Sweeper = retention.New(retention.Options{DB: a.DB, Library: a.Library, Start: a.retention(), Disk: diskOf(a.cfg)})
	a.api = mastodon.New(a.DB, a.Publisher, a.Finder, a.Library, a.urls, a.o.Version, a.o.Log)
	a.Site, err = web.New(web.Options{
		DB: a.DB, Bus: a.Bus, Foreman: a.Foreman, Relays: a.Relays, Sweeper: a.Sweeper, Finder: a.Finder, Scout: a.Scout, Identity: a.Identity, Publisher: a.Publisher, Documents: a.documents, Library: a.Library, URLs: a.urls,
		Passwords: a.Passwords, Version: a.o.Version, Secure: a.cfg.Secure(), MediaFrom: a.cfg.S3.PublicOrigin(), Log: a.o.Log,
	})
	if err != nil {
		return err
	}
	if err := a.headlessOwner(ctx); err != nil {
		return err
	}
	a.handler = a.routes()
	return nil
}

// refuse says that nothing is fetched from a host that is suspended.
func (a *App) refuse(ctx context.Context, host string) error {
	f, err := a.DB.Federation(ctx)
	if err == nil && f.Suspended(host) {
		err = social.Faultf(social.Forbidden, "nothing is fetched from %s: it is blocked, or not among those who are allowed", host)
	}
	return err
}

// asker asks WebFinger questions through transport.
func (a *App) asker() *webfinger.Asker {
	get := func(ctx context.Context, url, accept string, maxBytes int64) (int, string, []byte, error) {
		res, err := a.client.Get(ctx, url, transport.Get{Accept: accept, MaxBytes: maxBytes, Unsigned: true, Fresh: true})
		if err != nil {
			return 0, "", nil, err
		}
		return res.Status, res.Header.Get("Content-Type"), res.Body, nil
	}
	return webfinger.NewAsker(get, a.privatePeer)
}

// headlessOwner creates the owner that the settings name, at the first start.
func (a *App) headlessOwner(ctx context.Context) error {
	if a.cfg.OwnerUsername == "" {
		return nil
	}
	o, err := a.DB.Owner(ctx)
	switch {
	case err == nil && o.Actor.Username != a.cfg.OwnerUsername:
		return fmt.Errorf("OWNER_USERNAME is %q but the owner of this server is %q, which cannot change: "+
			"it is part of every address others know (remove OWNER_USERNAME, or give the old name)", a.cfg.OwnerUsername, o.Actor.Username)
	case err == nil || !social.Is(err, social.NotFound):
		return err
	case a.cfg.OwnerPassword == "":
		return errors.New("OWNER_USERNAME is set and OWNER_PASSWORD is not: set it, or OWNER_PASSWORD_FILE, or remove both and create the owner in the browser")
	}
	_, err = a.CreateOwner(ctx, a.cfg.OwnerUsername, a.cfg.OwnerPassword)
	return err
}

// CreateOwner creates the owner with a password.
func (a *App) CreateOwner(ctx context.Context, username, password string) (social.Actor, error) {
	if err := social.CheckPassword(password); err != nil {
		return social.Actor{}, err
	}
	return a.Identity.CreateOwner(ctx, username, a.Passwords.Hash(password), outbox.NewProfile(username))
}

// Handler answers every request.
func (a *App) Handler() http.Handler { return a.handler }

// URLs is the server's address scheme.
func (a *App) URLs() activitypub.URLs { return a.urls }

// Close closes media store, bus and database. Run must have returned.
func (a *App) Close() {
	a.closeBlobs()
	if a.Bus != nil {
		a.Bus.Close()
	}
	a.DB.Close()
}

// ingestWorkers is how many signers are acted for at once. They wait more than they
// work, for fetches and for the commit that they share: the more, the fewer commits.
const ingestWorkers = 32

// fetchWorkers is how many jobs of looking something up are done at once.
const fetchWorkers = 4

// hintWorkers is how many hosts are asked at once about what relays name, each of them
// counted as often as it is asked at once.
const hintWorkers = 16

// fetches says who does which job of looking something up.
func (a *App) fetches() map[string]func(context.Context, store.Job) (string, error) {
	return map[string]func(context.Context, store.Job) (string, error){
		remote.JobQuote: a.Finder.DoQuote, remote.JobLinks: a.Finder.DoLinks,
		outbox.JobPoll: a.Publisher.DoPoll, outbox.JobPollEnd: a.Publisher.DoPoll,
	}
}

// lanes gives the Run of every queue.
func (a *App) lanes() []func(context.Context) error {
	return []func(context.Context) error{
		queue.New(a.worker.Lane(ingestWorkers), a.DB, a.Bus, a.by, a.o.Log).Run,
		queue.New(a.deliverer.Lane(), a.DB, a.Bus, a.by, a.o.Log).Run,
		queue.New(a.deliverer.SlowLane(), a.DB, a.Bus, a.by, a.o.Log).Run,
		queue.New(a.Relays.Lane(hintWorkers), a.DB, a.Bus, a.by, a.o.Log).Run,
		queue.New(queue.Fetches(a.DB, a.o.Log, fetchWorkers, a.fetches()), a.DB, a.Bus, a.by, a.o.Log).Run,
	}
}

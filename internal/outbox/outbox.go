// Package outbox is all we say: the owner's verbs, the deliveries they lead to,
// and what others may GET from us.
//
// What the owner wants comes in as nouns of package social; out go activities,
// each stored with one delivery for every distinct inbox in the transaction that
// makes the change, so that neither exists without the other. It never acts on
// what strangers say: that is inbox.
package outbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/bus"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Lane is the queue of deliveries. Its keys are hosts.
const Lane = store.LaneDeliver

// Publisher says what the owner and the server want to say.
type Publisher struct {
	db       *store.DB
	identity *Identity
	finder   *remote.Finder
	build    activitypub.Builder
	bus      bus.Bus
	log      *slog.Logger
}

// New makes a publisher.
func New(db *store.DB, identity *Identity, finder *remote.Finder, urls activitypub.URLs, b bus.Bus, log *slog.Logger) *Publisher {
	return &Publisher{db: db, identity: identity, finder: finder, build: activitypub.Builder{URLs: urls}, bus: b, log: log}
}

// statement is something one of our actors says, and to whom.
type statement struct {
	iri        string
	kind       string
	by         social.Actor
	object     string // what it is about: deliveries about one thing keep their order
	post       social.ID
	listed     bool // shown in the outbox collection
	visibility social.Visibility
	document   activitypub.Object
	targets    []store.Target
}

// say stores a statement and a delivery for each target, and names the hosts to
// the deliverers when that is on disk.
func (p *Publisher) say(ctx context.Context, tx *store.Tx, s statement) error {
	if err := p.sign(ctx, tx, s); err != nil {
		return err
	}
	body, err := json.Marshal(s.document)
	if err != nil {
		return fmt.Errorf("write %s: %w", s.kind, err)
	}
	now := p.db.Now()
	a := store.Activity{
		ID: p.db.IDs().New(), IRI: s.iri, Kind: s.kind, Actor: s.by.ID, Object: s.object, Post: s.post,
		Listed: s.listed, Visibility: s.visibility, Document: string(body), At: now,
	}
	if err := tx.AddActivity(ctx, a); err != nil {
		return err
	}
	if s.targets, err = heard(ctx, tx, s); err != nil || len(s.targets) == 0 {
		return err
	}
	tx.Afterwards(func() { p.bus.Ready(Lane, now, hostsOf(s.targets)...) })
	return tx.AddDeliveries(ctx, a.ID, s.object, s.targets, now)
}

// heard gives those of a statement's targets that may hear it.
func heard(ctx context.Context, tx *store.Tx, s statement) ([]store.Target, error) {
	if len(s.targets) == 0 || slices.Contains(parting, s.kind) {
		return s.targets, nil
	}
	f, err := tx.Federation(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(s.targets), func(t store.Target) bool { return t.Suspended || f.Suspended(t.Host) }), nil
}

func hostsOf(targets []store.Target) []string {
	hosts := make([]string, len(targets))
	for i, t := range targets {
		hosts[i] = t.Host
	}
	return hosts
}

// activityIRI makes the id of a new activity of an actor of ours: 128 random bits.
func (p *Publisher) activityIRI(by social.Actor) string {
	token := strings.ToLower(rand.Text())
	if by.Kind == social.Application {
		return p.build.URLs.ServerActivity(token)
	}
	return p.build.URLs.Activity(by.Username, token)
}

// owner gives the owner, who must exist before anything can be said.
func (p *Publisher) owner(ctx context.Context) (social.Actor, error) {
	o, err := p.db.Owner(ctx)
	if social.Is(err, social.NotFound) {
		return social.Actor{}, social.Faultf(social.Conflict, "this server has no owner yet: finish the first start")
	}
	return o.Actor, err
}

// to gives the inbox of one actor as a target; none for our own.
func to(actors ...social.Actor) []store.Target {
	var out []store.Target
	for _, a := range actors {
		if !a.Local && a.Inbox != "" && a.GoneAt.IsZero() {
			out = append(out, targetOf(a, a.Inbox))
		}
	}
	return distinct(out)
}

// targetOf is an inbox in which one actor is meant.
func targetOf(a social.Actor, inbox string) store.Target {
	t := target(inbox)
	t.Suspended = a.Limited == social.Suspended
	return t
}

func target(inbox string) store.Target {
	return store.Target{Inbox: inbox, Host: activitypub.Host(inbox)}
}

// distinct leaves out targets that are there already.
func distinct(all []store.Target) []store.Target {
	seen := make(map[string]bool, len(all))
	out := all[:0]
	for _, t := range all {
		if !seen[t.Inbox] {
			seen[t.Inbox] = true
			out = append(out, t)
		}
	}
	return out
}

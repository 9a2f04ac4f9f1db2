// Package inbox is all we are told: it verifies, refuses or keeps what strangers
// send, and acts on what it kept.
//
// Signed requests come in at the door (Receiver), which writes one durable row
// before it answers 202. A worker (Actor) takes the row, looks at origin and
// ownership, and changes state; what the owner should know becomes a
// notification, what must be answered goes through outbox. Nothing is acted on
// that was not verified: the worker's functions take a Verified, and only a row
// that the door wrote becomes one.
package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/bus"
	"skerry/internal/httpsig"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Lane is the queue of accepted activities. Its keys are signers.
const Lane = store.LaneIngest

// maxBody is the largest activity that is read, in bytes.
const maxBody = 1 << 20

// perHost is how many activities a verified host may send in a minute.
const perHost = 600

// Receiver is the door: it answers POSTs to the inboxes.
type Receiver struct {
	db       *store.DB
	verifier *remote.Verifier
	bus      bus.Bus
	log      *slog.Logger
	exempt   func(host string) bool
	accepted store.Gatherer[store.Inbound] // many that come at once share a commit
	hints    store.Gatherer[hint]          // what relays name
	urls     activitypub.URLs
	crowd    crowd
}

// keepTime is how long one commit of accepted activities may take.
const keepTime = 10 * time.Second

// NewReceiver makes the door. exempt names hosts without rate limits.
func NewReceiver(db *store.DB, v *remote.Verifier, urls activitypub.URLs, b bus.Bus, exempt func(host string) bool, log *slog.Logger) *Receiver {
	r := &Receiver{db: db, verifier: v, urls: urls, bus: b, log: log, exempt: exempt, crowd: crowd{now: db.Now, count: db.WaitingBySigner}}
	r.accepted.Write = func(ctx context.Context, all []store.Inbound) error {
		ctx, cancel := context.WithTimeout(ctx, keepTime)
		defer cancel()
		return db.Bookkeep(ctx, func(tx *store.Tx) error { return tx.AddInbound(ctx, all...) })
	}
	r.hints.Write = r.keepHints
	return r
}

// Receive answers a POST to an inbox; name is whose, "" for the shared one. It
// answers 202 when the activity is on disk, and every earlier return has written
// nothing. [AP 5.2]
func (r *Receiver) Receive(w http.ResponseWriter, req *http.Request, name string) error {
	w.Header().Set("Cache-Control", "private, no-store")
	body, err := readBody(w, req)
	if err != nil {
		return err
	}
	doc, docErr := activitypub.Decode(body)
	if docErr == nil && r.uninteresting(req.Context(), doc) {
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	if err := r.crowd.full(req.Context()); err != nil {
		return err
	}
	signer, err := r.verifier.Verify(req.Context(), httpsig.FromRequest(req, body))
	if social.Is(err, social.Gone) {
		// Quirk(mastodon): the Delete of an account is signed by a key that by now
		// answers 410. It cannot be checked; there is nothing left to do for it.
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	if err != nil {
		return err
	}
	if docErr != nil {
		return docErr
	}
	if err := r.accept(req.Context(), signer, doc, body, name); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// accept keeps what a proven signer sent.
func (r *Receiver) accept(ctx context.Context, signer remote.Signer, doc activitypub.Object, body []byte, name string) error {
	host := activitypub.Host(signer.Actor())
	limited := !r.exempt(host)
	if limited {
		if wait := r.bus.Allow(ctx, "activities of "+host, perHost, time.Minute); wait > 0 {
			f := social.Faultf(social.Limited, "%s sends more than %d activities a minute", host, perHost)
			f.After = wait
			return f
		}
	}
	a, err := activitypub.ParseActivity(doc)
	if err != nil {
		return err
	}
	if relay, err := r.relayOf(ctx, signer); err != nil {
		return away(err)
	} else if relay.Left() { // it goes on sending for a while, and is not told why nothing comes of it
		return nil
	} else if relay.ID != 0 && !r.speaks(a, relay) {
		h, err := r.wanted(ctx, r.hintOf(a, relay))
		if err != nil {
			return away(err)
		}
		return away(r.hints.Do(ctx, h))
	}
	if err := bind(a, signer); err != nil {
		return err
	}
	if err := r.welcome(ctx, signer, name); err != nil {
		return err
	}
	if err := r.crowd.admit(host, limited); err != nil {
		return err
	}
	row := store.Inbound{
		ID: r.db.IDs().New(), Fingerprint: signer.Fingerprint(), Signer: signer.Actor(), Key: signer.Key(),
		Activity: a.ID, Kind: a.Type, Object: a.ObjectIRI, Inbox: name, Body: bytes.Clone(body), ReceivedAt: r.db.Now(),
	}
	// A replay is answered as the first was, and has no effect.
	if err := r.accepted.Do(ctx, row); err != nil {
		return away(err)
	}
	r.bus.Ready(Lane, row.ReceivedAt, row.Signer)
	return nil
}

// bind refuses an activity of another actor than the one who signed. What
// carries a signature of its own was forwarded: it is kept as a hint to look at
// its origin, never as content. [AP 7.1.2]
func bind(a activitypub.Activity, signer remote.Signer) error {
	if a.Actor == signer.Actor() {
		if a.ID != "" && !activitypub.SameOrigin(a.ID, a.Actor) {
			return social.Faultf(social.Invalid, "the activity's id %s is not on its actor's host", a.ID)
		}
		return nil
	}
	if forwarded(a) {
		return nil
	}
	return social.Faultf(social.Unauthorized, "the activity is of %s and the signature of %s", a.Actor, signer.Actor())
}

// forwarded reports whether an activity carries a signature of its own.
func forwarded(a activitypub.Activity) bool {
	return a.Raw.Obj("signature") != nil || len(a.Raw.Objs("proof")) > 0
}

// welcome refuses whom the owner blocks, and inboxes that are not there.
func (r *Receiver) welcome(ctx context.Context, signer remote.Signer, name string) error {
	owner, err := r.db.Owner(ctx)
	if social.Is(err, social.NotFound) {
		return social.Faultf(social.NotFound, "no such inbox")
	}
	if err != nil {
		return away(err)
	}
	if name != "" && name != owner.Actor.Username && name != serverInbox {
		return social.Faultf(social.NotFound, "no such inbox")
	}
	actor, err := r.db.ActorByIRI(ctx, signer.Actor())
	if err != nil {
		return away(err)
	}
	ties, err := r.db.Ties(ctx, owner.Actor.ID, actor.ID)
	if err == nil && ties.Blocks {
		err = social.Faultf(social.Forbidden, "you are blocked").Because(fmt.Errorf("the owner blocks %s", signer.Actor()))
	}
	return err
}

// serverInbox is the name under which the server's own inbox is received; no
// username can be it.
const serverInbox = "/actor"

// ServerInbox is the name for Receive of the server actor's inbox.
func ServerInbox() string { return serverInbox }

// uninteresting reports whether this is the Delete or Update of an actor that we
// never met: it is dropped before any key is fetched. When an account is deleted
// every server of the fediverse hears of it.
func (r *Receiver) uninteresting(ctx context.Context, doc activitypub.Object) bool {
	a, err := activitypub.ParseActivity(doc)
	if err != nil || a.Type != "Delete" && a.Type != "Update" || a.Actor == "" || a.ObjectIRI != a.Actor {
		return false
	}
	_, err = r.db.ActorByIRI(ctx, a.Actor)
	return social.Is(err, social.NotFound)
}

// readBody reads an activity's bytes within the limit.
func readBody(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	t, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || t != "application/activity+json" && t != "application/ld+json" {
		return nil, social.Faultf(social.Unsupported, "send application/activity+json or application/ld+json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, social.Faultf(social.TooLarge, "an activity has at most %d bytes", maxBody)
	case err != nil:
		return nil, social.Faultf(social.Invalid, "the body could not be read").Because(err)
	}
	return body, nil
}

// away makes a failure of our own database one that the sender tries again.
func away(err error) error {
	if err == nil || social.KindOf(err) != social.Internal {
		return err
	}
	f := social.Faultf(social.Unavailable, "could not keep the activity, send it again").Because(err)
	f.After = 10 * time.Second
	return f
}

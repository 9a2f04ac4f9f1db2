// Package relay follows relays and leaves them, and looks at what they name.
//
// Addresses that the owner pastes come in, and hints that the inbox has kept; out go
// relays with a state in words, Follows of the server's actor, and posts as their own
// origins serve them. A relay is never believed: it only says where to look. Nothing
// that it brings is boosted or told, and only a hashtag that the owner follows brings
// it home.
package relay

import (
	"context"
	"log/slog"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/outbox"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
	"skerry/internal/webfinger"
)

// Options is what a keeper needs.
type Options struct {
	DB        *store.DB
	Publisher *outbox.Publisher
	Finder    *remote.Finder
	Asker     *webfinger.Asker
	Client    *transport.Client
	URLs      activitypub.URLs
	Oldest    func(context.Context) (time.Duration, error) // age beyond which a post is not taken: it would go at once
	Log       *slog.Logger
}

// Keeper keeps the relays that the server follows.
type Keeper struct {
	Options
	crowded time.Time // since when more is named than is looked at; zero: it is not
}

// New makes a keeper.
func New(o Options) *Keeper { return &Keeper{Options: o} }

// Follow asks the relay at an address to send. style is how, "" for what fits. The
// relay is on disk before it hears of us: its answer may come before that of our own
// request. One that was left or refused us is asked anew.
func (k *Keeper) Follow(ctx context.Context, address string, style social.RelayStyle) (social.Relay, error) {
	found, err := k.Look(ctx, address)
	if err != nil {
		return social.Relay{}, err
	}
	r := found.Relay
	if style != "" {
		r.Style = style
	}
	if r.Style == social.RelayLitePub && r.Actor == "" {
		return r, social.Faultf(social.Unprocessable, "%s does not say which actor it belongs to, so it can only be followed in Mastodon's way", r.Inbox)
	}
	err = k.DB.InTx(ctx, func(tx *store.Tx) error {
		if r.ID == 0 {
			r.ID, r.AddedAt = k.DB.IDs().New(), k.DB.Now()
			if err := k.Publisher.AskRelay(ctx, tx, &r); err != nil {
				return err
			}
			return tx.AddRelay(ctx, r)
		}
		had, err := tx.TakeRelay(ctx, r.ID)
		if err != nil {
			return err
		}
		if !had.Left() && had.State != social.RelayRejected {
			return social.Faultf(social.Conflict, "this relay is followed already: %s", had.Says())
		}
		had.URL, had.Actor, had.Name, had.Software, had.Style = r.URL, r.Actor, r.Name, r.Software, r.Style
		r = had
		if err := k.Publisher.AskRelay(ctx, tx, &r); err != nil {
			return err
		}
		return tx.PutRelay(ctx, r)
	})
	if social.Is(err, social.Conflict) && r.ID != 0 && found.Relay.ID == 0 {
		err = social.Faultf(social.Conflict, "this relay is followed already").Because(err)
	}
	return r, err
}

// change takes a relay and stores what do makes of it.
func (k *Keeper) change(ctx context.Context, id social.ID, do func(tx *store.Tx, r *social.Relay) error) (r social.Relay, err error) {
	err = k.DB.InTx(ctx, func(tx *store.Tx) error {
		if r, err = tx.TakeRelay(ctx, id); err != nil {
			return err
		}
		if err := do(tx, &r); err != nil {
			return err
		}
		return tx.PutRelay(ctx, r)
	})
	return r, err
}

// Ask asks a relay once more, with a new Follow.
func (k *Keeper) Ask(ctx context.Context, id social.ID) (social.Relay, error) {
	return k.change(ctx, id, func(tx *store.Tx, r *social.Relay) error {
		switch {
		case r.State == social.RelayPaused:
			return social.Faultf(social.Conflict, "this relay is paused: resume it first")
		case r.Left():
			return social.Faultf(social.Conflict, "this relay was left: follow it anew with its address, %s", r.URL)
		}
		return k.Publisher.AskRelay(ctx, tx, r)
	})
}

// Pause takes nothing of a relay until Resume. It goes on sending.
func (k *Keeper) Pause(ctx context.Context, id social.ID) (social.Relay, error) {
	return k.change(ctx, id, func(_ *store.Tx, r *social.Relay) error { return r.Pause("") })
}

// Resume ends a pause.
func (k *Keeper) Resume(ctx context.Context, id social.ID) (social.Relay, error) {
	return k.change(ctx, id, func(_ *store.Tx, r *social.Relay) error { return r.Resume(k.DB.Now()) })
}

// Publish sends the owner's public posts to a relay from now on, or no more. What it was
// sent before it hears of when that is changed or deleted.
func (k *Keeper) Publish(ctx context.Context, id social.ID, on bool) (social.Relay, error) {
	return k.change(ctx, id, func(_ *store.Tx, r *social.Relay) error {
		if on && r.Left() {
			return social.Faultf(social.Conflict, "this relay was left: follow it anew with its address, %s", r.URL)
		}
		r.Publishes = on
		return nil
	})
}

// Leave stops following a relay: it is told so, and what it sends from now on is
// dropped. What it has brought stays. Leaving twice is no error.
func (k *Keeper) Leave(ctx context.Context, id social.ID) (social.Relay, error) {
	return k.change(ctx, id, func(tx *store.Tx, r *social.Relay) error {
		if r.Left() {
			return nil
		}
		r.Leave("")
		return k.Publisher.LeaveRelay(ctx, tx, *r)
	})
}

// Keep notes what time shows of relays: those that fell silent are asked once more, the
// one that crowds out all others is paused, and those that know that we left are gone.
// ours says whether this process still has the duty; it changes nothing when it has not.
// One goroutine calls it, again and again.
func (k *Keeper) Keep(ctx context.Context, ours func(ctx context.Context, tx *store.Tx) (bool, error)) error {
	all, err := k.DB.Reader.Relays(ctx)
	if err != nil {
		return err
	}
	for _, r := range all {
		left := false
		if r.State == social.RelayLeaving {
			if left, err = k.Publisher.RelayLeft(ctx, r); err != nil {
				return err
			}
		}
		changed, again := r.Overdue(k.DB.Now())
		if !left && !changed && !again {
			continue
		}
		if err := k.age(ctx, r.ID, ours); err != nil {
			return err
		}
	}
	if err := k.relieve(ctx, all, ours); err != nil {
		return err
	}
	return k.DB.Bookkeep(ctx, func(tx *store.Tx) error {
		if mine, err := ours(ctx, tx); err != nil || !mine {
			return err
		}
		return tx.TidyRelays(ctx, k.DB.Now())
	})
}

// age does with a relay, as it is now, what its time has come for.
func (k *Keeper) age(ctx context.Context, id social.ID, ours func(ctx context.Context, tx *store.Tx) (bool, error)) error {
	_, err := k.change(ctx, id, func(tx *store.Tx, r *social.Relay) error {
		if mine, err := ours(ctx, tx); err != nil || !mine {
			return err
		}
		if r.State == social.RelayLeaving {
			r.State = social.RelayGone
			return nil
		}
		changed, again := r.Overdue(k.DB.Now())
		if changed {
			k.Log.Info("a relay is silent", "host", activitypub.Host(r.Inbox), "again", again)
		}
		if !again {
			return nil
		}
		return k.Publisher.AskRelay(ctx, tx, r)
	})
	return err
}

// Report is a relay as it stands, and what it brought in a day.
type Report struct {
	social.Relay
	Trouble string                    // why our last request has not reached it, "" when it has
	Day     map[social.RelayCount]int // what was counted in the last 24 hours
}

// PerHour is how much the relay named in an hour of the last day.
func (r Report) PerHour() float64 { return float64(r.Day[social.RelayReceived]) / 24 }

// Stored is how many posts it brought in the last day.
func (r Report) Stored() int { return r.Day[social.RelayStored] }

// Pace is how many posts of it were kept in an hour of the last day, or would have been.
func (r Report) Pace(now time.Time) float64 {
	heard := min(max(now.Sub(r.AddedAt).Hours(), 1), 24)
	return float64(r.Day[social.RelayStored]+r.Day[social.RelayTrial]) / heard
}

// Tenth is how many an hour a tenth of its pace is.
func (r Report) Tenth(now time.Time) int { return social.Tenth(r.Pace(now)) }

// Report tells of one relay that was not left.
func (k *Keeper) Report(ctx context.Context, id social.ID) (Report, error) {
	all, err := k.Reports(ctx)
	for _, r := range all {
		if r.ID == id {
			return r, err
		}
	}
	if err == nil {
		err = social.Faultf(social.NotFound, "no such relay is followed")
	}
	return Report{}, err
}

// noRoom is why nothing of a relay is kept for now, whatever its rules are.
const noRoom = "Nothing new is looked at while the budget or the disk has no room for it; it goes on by itself when there is"

// Reports tells of all relays that were not left.
func (k *Keeper) Reports(ctx context.Context) ([]Report, error) {
	all, err := k.DB.Reader.Relays(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := k.DB.RelayCounts(ctx, firstHour(k.DB.Now()))
	if err != nil {
		return nil, err
	}
	stored, err := k.DB.Storage(ctx)
	if err != nil {
		return nil, err
	}
	var out []Report
	for _, r := range all {
		if r.State == social.RelayGone {
			continue
		}
		trouble, err := k.trouble(ctx, r)
		if err != nil {
			return nil, err
		}
		if stored.Pressure == social.Over && r.Believed() {
			trouble = noRoom
		}
		out = append(out, Report{r, trouble, counts[r.ID]})
	}
	return out, nil
}

// trouble says why a relay has not heard our last request, "" when it has.
func (k *Keeper) trouble(ctx context.Context, r social.Relay) (string, error) {
	if r.State != social.RelayAsked && r.State != social.RelaySilent {
		return "", nil
	}
	asked, err := k.DB.ActivityByIRI(ctx, r.Follow)
	if social.Is(err, social.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	all, err := k.DB.DeliveriesOf(ctx, store.FatesOf{Activity: asked.ID, Limit: 1})
	if err != nil || len(all) == 0 || all[0].State == store.Done {
		return "", err
	}
	return "Our request has not arrived: " + all[0].Because(), nil
}

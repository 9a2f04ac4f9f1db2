package relay

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	crowd      = store.MostHints / 10 * 9 // so many wait when more is named than is looked at
	crowdedFor = 10 * time.Minute         // a rush is over by then
)

// relieve pauses the relay of which most waits, when too much has been waiting for too
// long: what it names pushes out what others do. What waits of paused relays is dropped
// as soon as its turn comes, and does not count.
func (k *Keeper) relieve(ctx context.Context, all []social.Relay, ours func(ctx context.Context, tx *store.Tx) (bool, error)) error {
	waits, err := k.DB.WaitingHints(ctx)
	if err != nil {
		return err
	}
	sum := 0
	var most social.Relay
	for _, r := range all {
		if !r.Believed() {
			continue
		}
		if sum += waits[r.ID]; waits[r.ID] > waits[most.ID] {
			most = r
		}
	}
	now := k.DB.Now()
	switch {
	case sum < crowd:
		k.crowded = time.Time{}
		return nil
	case k.crowded.IsZero():
		k.crowded = now
		return nil
	case now.Sub(k.crowded) < crowdedFor:
		return nil
	}
	k.crowded = time.Time{}
	_, err = k.change(ctx, most.ID, func(tx *store.Tx, r *social.Relay) error {
		if mine, err := ours(ctx, tx); err != nil || !mine || !r.Believed() {
			return err
		}
		k.Log.Warn("paused a relay: for minutes it named more than can be looked at", "host", activitypub.Host(r.Inbox), "waiting", waits[r.ID])
		return r.Pause(fmt.Sprintf("by itself on %s, since for %d minutes it named more than can be looked at; cut it to a tenth or give it rules, then resume",
			now.UTC().Format("2 January 2006"), int(crowdedFor.Minutes())))
	})
	return err
}

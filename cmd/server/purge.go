package main

import (
	"context"
	"fmt"

	"skerry/internal/app"
	"skerry/internal/social"
	"skerry/internal/store"
)

// purged names what is to go at once.
type purged struct{ domain, relay, account string }

func (u purged) any() bool { return u != (purged{}) }

// purgeJSON is what a purge would do. These names are kept: scripts read them.
type purgeJSON struct {
	Go   social.Amount `json:"would_go"`
	Stay social.Amount `json:"stay"`
}

// purge removes all that came from somewhere, after saying how much that is.
func (p program) purge(ctx context.Context, u purged, yes, asJSON bool) error {
	set := 0
	for _, name := range []string{u.domain, u.relay, u.account} {
		if name != "" {
			set++
		}
	}
	if set > 1 {
		return usagef("prune: give one of --domain, --relay and --account")
	}
	return p.withApp(ctx, func(a *app.App) error {
		meant, err := u.find(ctx, a)
		if err != nil {
			return err
		}
		all, kept, err := a.DB.CountPurge(ctx, meant)
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if !yes {
			going := social.Amount{N: all.N - kept.N, Bytes: all.Bytes - kept.Bytes}
			if asJSON {
				return sheet.json(purgeJSON{going, kept})
			}
			sheet.row("would go: posts, with their media", going.N, about(going))
			sheet.row("stay, since you touched them or what is below", kept.N, about(kept))
			if err := sheet.end(); err != nil {
				return err
			}
			fmt.Fprintln(p.out, "nothing is removed yet: say it again with --yes")
			return nil
		}
		done, err := a.Sweeper.Purge(ctx, meant)
		if err != nil {
			return err
		}
		return sheet.swept(done, asJSON)
	})
}

// find looks up what is named.
func (u purged) find(ctx context.Context, a *app.App) (store.Purge, error) {
	switch {
	case u.relay != "":
		id, err := social.ParseID(u.relay)
		if err == nil {
			_, err = a.DB.Relay(ctx, id) // one that was left has its id too
		} else {
			id, err = named(ctx, a, u.relay)
		}
		return store.Purge{Relay: id}, err
	case u.account != "":
		return a.Sweeper.Account(ctx, u.account)
	}
	host, err := social.CleanDomain(u.domain)
	if err != nil {
		err = usagef("prune: %v", err)
	}
	return store.Purge{Host: host}, err
}

package retention

import (
	"context"
	"strings"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/webfinger"
)

// Ask notes what the owner wants to be gone: who has the scheduler's duty begins within
// seconds, and ends it after a restart too. A zero Purge asks for a round.
func (s *Sweeper) Ask(ctx context.Context, u store.Purge) error {
	return s.DB.InTx(ctx, func(tx *store.Tx) error { return tx.AskPrune(ctx, u) })
}

// DoAsked removes what was asked for.
func (s *Sweeper) DoAsked(ctx context.Context) (done social.Cleared, err error) {
	all, err := s.DB.AskedPrunes(ctx)
	for _, asked := range all {
		if err != nil {
			break
		}
		var gone social.Cleared
		if asked == (store.Purge{}) {
			gone, err = s.Sweep(ctx)
		} else {
			gone, err = s.Purge(ctx, asked)
		}
		done.Add(gone)
		if err == nil {
			err = s.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.EndPrune(ctx, asked) })
		}
	}
	return done, err
}

// Named finds what a purge is typed as: a domain with all below it, or an account by its
// handle or its id. A domain need not be known; an account must be, and not be ours.
func (s *Sweeper) Named(ctx context.Context, typed string) (store.Purge, error) {
	typed = strings.TrimSpace(typed)
	name, host, err := webfinger.ParseHandle(typed)
	var who social.Actor
	switch {
	case err == nil:
		who, err = s.DB.ActorByHandle(ctx, name, host)
	case strings.Contains(typed, "://"):
		who, err = s.DB.Reader.ActorByIRI(ctx, typed)
	default:
		host, err := social.CleanDomain(typed)
		return store.Purge{Host: host}, err
	}
	if social.Is(err, social.NotFound) {
		return store.Purge{}, social.Faultf(social.Unprocessable, "Nobody %.200s is known here. Write a handle such as @name@example.org, or the id of the account.", typed)
	}
	if err == nil && who.Local {
		return store.Purge{}, social.Faultf(social.Unprocessable, "%.200s is of this server: its posts are deleted one by one.", typed)
	}
	return store.Purge{Actor: who.ID}, err
}

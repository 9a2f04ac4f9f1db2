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

// Named finds what a purge is typed as: a domain with all below it, which need not be
// known, or an account.
func (s *Sweeper) Named(ctx context.Context, typed string) (store.Purge, error) {
	if _, _, no := webfinger.ParseHandle(typed); no == nil || strings.Contains(typed, "://") {
		return s.Account(ctx, typed)
	}
	host, err := social.CleanDomain(typed)
	return store.Purge{Host: host}, err
}

// Account finds an account that is known here and is not ours, by its handle or its id.
func (s *Sweeper) Account(ctx context.Context, typed string) (store.Purge, error) {
	typed = strings.TrimSpace(typed)
	if !social.Storable(typed) {
		return store.Purge{}, social.Faultf(social.Unprocessable, "that is the name of nobody: write a handle such as @name@example.org, or the id of the account")
	}
	who, err := s.DB.Reader.ActorByIRI(ctx, typed)
	if name, host, no := webfinger.ParseHandle(typed); no == nil && social.Is(err, social.NotFound) {
		who, err = s.DB.ActorByHandle(ctx, name, host)
	}
	if social.Is(err, social.NotFound) {
		return store.Purge{}, social.Faultf(social.Unprocessable, "nobody %.200s is known here: write a handle such as @name@example.org, or the id of the account", typed)
	}
	if err == nil && who.Local {
		return store.Purge{}, social.Faultf(social.Unprocessable, "%.200s is of this server: its posts are deleted one by one", typed)
	}
	return store.Purge{Actor: who.ID}, err
}

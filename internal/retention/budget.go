package retention

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// least is the smallest amount of room for which is measured again while posts go:
// measuring costs more than removing so little.
const least = 256 << 10

// met is how long somebody stays whom the server has met: what refers to them may be
// about to be written.
const met = time.Hour

// fit removes what nobody touched when nine tenths of the budget are used, the oldest
// first and what is fetched again most cheaply before the rest, until it fits again.
// What a row takes is an estimate and what all take is measured: of each kind half of
// what is too much goes, then is measured again. Never more goes than what was too much
// by the estimate, so a wrong one makes a round short, and another follows.
func (s *Sweeper) fit(ctx context.Context, budget int64) (done social.Cleared, err error) {
	room, err := s.DB.Room(ctx)
	if err != nil || social.Judge(room.Used(), budget) == social.Fits {
		return done, err
	}
	goal := int64(social.RoomShare * float64(budget))
	allowed := room.Used() - goal
	for _, take := range s.takers() {
		for wanted := min(room.Used()-goal, allowed-done.Bytes()); wanted > 0; wanted = min(room.Used()-goal, allowed-done.Bytes()) {
			gone, err := take(ctx, max(wanted/2, min(wanted, least)))
			done.Add(gone)
			if err != nil {
				return done, err
			}
			if gone == (social.Cleared{}) {
				break // nothing of this kind is left
			}
			if room, err = s.DB.Room(ctx); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// takers remove one kind each, in the order in which they are tried.
func (s *Sweeper) takers() []func(context.Context, int64) (social.Cleared, error) {
	all := []func(context.Context, int64) (social.Cleared, error){
		func(ctx context.Context, wanted int64) (c social.Cleared, err error) {
			c.Media, err = s.forgetMedia(ctx, s.DB.Now(), wanted)
			return c, err
		},
	}
	for r := range ranks {
		all = append(all, func(ctx context.Context, wanted int64) (c social.Cleared, err error) {
			c.Posts, err = s.dropLoose(ctx, s.DB.Now(), wanted, func(p store.Loose) bool { return rank(p) <= r })
			return c, err
		})
	}
	return append(all, func(ctx context.Context, wanted int64) (c social.Cleared, err error) {
		c.Profiles, err = s.forgetStrangers(ctx, s.DB.Now().Add(-met), wanted)
		return c, err
	})
}

// ranks is how many ranks there are.
const ranks = 3

// rank says how late a post goes for lack of room, of those that nothing keeps: first what
// relays brought, then what is of nobody whom the owner follows and not at home, then all.
func rank(p store.Loose) int {
	switch {
	case p.Followed || !p.Home.IsZero():
		return 2
	case p.Relayed:
		return 0
	}
	return 1
}

// Weigh measures how the budget stands and notes it, for those who take things in.
func (s *Sweeper) Weigh(ctx context.Context) (social.Storage, error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return social.Storage{}, err
	}
	return s.note(ctx, rules.Budget, social.Cleared{})
}

// note writes down how the budget stands, and what was removed.
func (s *Sweeper) note(ctx context.Context, budget int64, done social.Cleared) (now social.Storage, err error) {
	room, err := s.DB.Room(ctx)
	if err != nil {
		return now, err
	}
	now = social.Storage{At: s.DB.Now(), Used: room.Used(), Spare: room.Spare, Budget: budget}
	if err := s.judge(&now); err != nil {
		return now, err
	}
	return now, s.DB.Bookkeep(ctx, func(tx *store.Tx) error {
		was, err := tx.Storage(ctx)
		if err != nil {
			return err
		}
		now.PrunedAt, now.Pruned = was.PrunedAt, was.Pruned
		if done != (social.Cleared{}) {
			now.PrunedAt, now.Pruned = now.At, done
		}
		return tx.SetStorage(ctx, now)
	})
}

// leastFree is the part of a disk, and the most bytes of it, that are left to those who
// must write: what is accepted, the database's own log, and whatever else lives there.
const (
	leastFree     = 0.05
	mostLeastFree = 500e6
)

// judge says how the budget stands and why. A disk that is nearly full is no room, however
// large the budget is; but nothing is removed for it: somebody else may have filled it.
func (s *Sweeper) judge(now *social.Storage) error {
	const until = ": until there is room, pictures of others are passed on and not kept, and nothing is taken of relays"
	used := fmt.Sprintf("%s of %s are used", social.Bytes(now.Used), social.Bytes(now.Budget))
	switch now.Pressure = social.Judge(now.Used, now.Budget); now.Pressure {
	case social.Near:
		now.Reason = used + ": the oldest goes first of what you did not touch"
	case social.Over:
		now.Reason = used + until
	}
	if s.Disk == nil {
		return nil
	}
	free, size, err := s.Disk()
	if err == nil && float64(free) < min(leastFree*float64(size), mostLeastFree) {
		now.Pressure, now.Reason = social.Over, fmt.Sprintf("only %s of the disk are free", social.Bytes(free))+until
	}
	return err
}

// Record measures what each kind takes and keeps it for the day. It reads all of an
// embedded database: once in an hour is enough.
func (s *Sweeper) Record(ctx context.Context) error {
	sizes, err := s.DB.Sizes(ctx)
	if err != nil {
		return err
	}
	return s.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.PutStorageDay(ctx, s.DB.Now(), sizes) })
}

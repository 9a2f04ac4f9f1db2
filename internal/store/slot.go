package store

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"sync"
	"time"

	"skerry/internal/social"
)

// slot is this process's number among those that make ids: a leased row, so
// that no two processes have the same.
type slot struct {
	db     *DB
	number int
	holder string
	stop   context.CancelFunc
	done   sync.WaitGroup
}

const (
	slotLease = time.Hour
	slotRenew = 10 * time.Minute
)

// takeSlot leases a free number: a random one, so that processes which start
// together seldom want the same.
func (db *DB) takeSlot(ctx context.Context) (*slot, error) {
	s := &slot{db: db, holder: rand.Text()}
	for range 64 {
		n, err := rand.Int(rand.Reader, big.NewInt(social.Processes))
		if err != nil {
			return nil, err
		}
		took, err := s.take(ctx, int(n.Int64()))
		if err != nil {
			return nil, err
		}
		if took {
			s.number = int(n.Int64())
			ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
			s.stop = stop
			s.done.Go(func() { s.renew(ctx) })
			return s, nil
		}
	}
	return nil, errors.New("no free process number: too many processes use this database")
}

func (s *slot) take(ctx context.Context, n int) (took bool, err error) {
	now := s.db.now()
	err = s.db.Bookkeep(ctx, func(tx *Tx) error {
		rows, err := tx.exec(ctx, "take process number", `
			INSERT INTO process_slots (slot, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (slot) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE process_slots.until < $4`, n, s.holder, millis(now.Add(slotLease)), millis(now))
		took = rows == 1
		return err
	})
	return took, err
}

// renew keeps the lease while the process lives. A miss is repeated long before
// the lease ends.
func (s *slot) renew(ctx context.Context) {
	tick := time.NewTicker(slotRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err := s.db.Bookkeep(ctx, func(tx *Tx) error {
				_, err := tx.exec(ctx, "renew process number", `UPDATE process_slots SET until = $1 WHERE slot = $2 AND holder = $3`,
					millis(s.db.now().Add(slotLease)), s.number, s.holder)
				return err
			})
			if err != nil && ctx.Err() == nil {
				s.db.log.Warn("could not renew the process number, will try again", "err", err)
			}
		}
	}
}

func (s *slot) release() {
	s.stop()
	s.done.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = s.db.Bookkeep(ctx, func(tx *Tx) error { // when it fails the lease runs out by itself
		_, err := tx.exec(ctx, "release process number", `DELETE FROM process_slots WHERE slot = $1 AND holder = $2`, s.number, s.holder)
		return err
	})
}

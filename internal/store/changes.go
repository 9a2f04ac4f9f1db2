package store

import "sync/atomic"

// changes counts what this process knows to have changed.
type changes struct {
	number atomic.Uint64
	owner  atomic.Bool   // we changed the owner since it was last asked
	ours   chan struct{} // holds one when we changed something since it was last taken
}

func newChanges() *changes { return &changes{ours: make(chan struct{}, 1)} }

// rise tells a change of this process.
func (c *changes) rise() {
	c.number.Add(1)
	select {
	case c.ours <- struct{}{}:
	default:
	}
}

// riseOwner tells that this process changed the owner. The number rises again:
// answers may have been built of the old one since it rose at the commit.
func (c *changes) riseOwner() {
	c.owner.Store(true)
	c.rise()
}

// Changes is a number that rises when a transaction of this process is on disk, or
// another process is heard to have changed something: what was read at another
// number may be stale.
func (db *DB) Changes() uint64 { return db.changes.number.Load() }

// Changed holds a value when this process changed something since it was last
// taken, for telling other processes.
func (db *DB) Changed() <-chan struct{} { return db.changes.ours }

// ChangedOwner reports whether this process changed the owner since it was last
// asked.
func (db *DB) ChangedOwner() bool { return db.changes.owner.Swap(false) }

// Stale says that another process changed something.
func (db *DB) Stale() { db.changes.number.Add(1) }

// StaleOwner says that another process changed the owner too.
func (db *DB) StaleOwner() {
	db.cache.forget((*cache).dropOwner)
	db.Stale()
}

package store

import "context"

// Compact gives all spare room back to the disk, table by table, and tells of each
// before it begins. Whoever writes meanwhile waits, for minutes perhaps: it is for when
// no server runs. While it works it needs as much room again as Compacted says.
func (db *DB) Compact(ctx context.Context, tell func(what string)) error {
	return db.fault("compact the database", db.engine.compact(ctx, tell))
}

// Compacted says what compacting frees, and how much room it needs while it works.
func (db *DB) Compacted(ctx context.Context) (frees, needs int64, err error) {
	room, err := db.Room(ctx)
	if err != nil {
		return 0, 0, err
	}
	all, err := db.engine.tables(ctx, db.engine)
	if err != nil {
		return 0, 0, db.fault("measure the tables", err)
	}
	for _, t := range all {
		needs = max(needs, t.rows+t.indexes)
	}
	if db.engine.whole() {
		needs = 2 * room.Database // a copy, and what is written back of it
	}
	return room.Spare, needs, nil
}

package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Room is what everything takes, in bytes.
type Room struct {
	Database    int64 // what is in it
	Spare       int64 // room that the database has and will use before it grows
	Own, Remote int64 // media
}

// Used is what counts against the budget.
func (r Room) Used() int64 { return r.Database + r.Own + r.Remote }

// tableSize is what a table takes, in bytes: its rows, and its indexes.
type tableSize struct {
	table         string
	rows, indexes int64
}

// Room measures what everything takes. It may be asked every minute.
func (r Reader) Room(ctx context.Context) (room Room, err error) {
	if room.Database, room.Spare, err = r.eng.room(ctx, r.q); err != nil {
		return room, r.fault("measure the database", err)
	}
	room.Own, room.Remote, err = r.mediaRoom(ctx)
	return room, err
}

// mediaRoom sums what media take; bytes that several addresses share count once.
func (r Reader) mediaRoom(ctx context.Context) (own, remote int64, err error) {
	if own, err = one(ctx, r, "measure uploads", value[int64], `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM media`); err != nil {
		return 0, 0, err
	}
	remote, err = one(ctx, r, "measure remote media", value[int64], `
		SELECT CAST(COALESCE(SUM(m.size), 0) AS BIGINT) FROM (SELECT MAX(o.size) AS size FROM remote_media o GROUP BY o.key) m`)
	return own, remote, err
}

// stuffOf says of which kind the rows of a table are; what is not named is "other".
var stuffOf = map[string]social.Stuff{
	"posts": social.StuffPosts, "post_mentions": social.StuffPosts, "post_tags": social.StuffPosts, "post_edits": social.StuffPosts, "articles": social.StuffPosts,
	"quotes": social.StuffPosts, "likes": social.StuffPosts, "boosts": social.StuffPosts, "votes": social.StuffPosts, "home": social.StuffPosts,
	"kept_media": social.StuffPosts, "bookmarks": social.StuffPosts, "pins": social.StuffPosts,
	"actors": social.StuffProfiles, "actor_keys": social.StuffProfiles, "follows": social.StuffProfiles, "blocks": social.StuffProfiles, "mutes": social.StuffProfiles,
	"inbound": social.StuffQueue, "deliveries": social.StuffQueue, "activities": social.StuffQueue, "jobs": social.StuffQueue, "hosts": social.StuffQueue,
}

// Sizes measures what each kind takes. On SQLite it reads all of the file: it is for
// whoever remembers what it gave.
func (r Reader) Sizes(ctx context.Context) (social.Sizes, error) {
	all, err := r.eng.tables(ctx, r.q)
	if err != nil {
		return nil, r.fault("measure the tables", err)
	}
	sizes := social.Sizes{}
	for _, t := range all {
		stuff, known := stuffOf[t.table]
		if !known {
			stuff = social.StuffOther
		}
		sizes[stuff] += t.rows
		sizes[social.StuffIndexes] += t.indexes
	}
	sizes[social.StuffOwn], sizes[social.StuffRemote], err = r.mediaRoom(ctx)
	return sizes, err
}

// Shrink gives room back to the disk that the database does not need soon, in small
// steps with a pause after each. On Postgres it does nothing.
func (db *DB) Shrink(ctx context.Context) error {
	const pages = 500
	for {
		began := time.Now()
		more, err := db.engine.shrink(ctx, pages)
		if err != nil || !more {
			return db.fault("shrink the database", err)
		}
		select {
		case <-time.After(time.Since(began)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

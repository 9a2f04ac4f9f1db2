-- What only the owner sees of their own doing: the posts they keep, and how far they have read. New tables.
-- +goose Up

-- bookmarks: posts that an actor of ours keeps. Nobody is told.
CREATE TABLE bookmarks (
	id         ${ID},
	post_id    BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	CONSTRAINT bookmarks_once UNIQUE (post_id, actor_id)
);
CREATE INDEX bookmarks_actor ON bookmarks (actor_id, id);

-- seen: the newest line of a list that the owner has seen. last_id only rises; version counts how often it did.
CREATE TABLE seen (
	list    TEXT   NOT NULL PRIMARY KEY,
	last_id BIGINT NOT NULL,
	version BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);

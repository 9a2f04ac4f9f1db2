-- votes: who chose which answer of a poll, by its number; of strangers' polls only what the owner chose. New table.
-- +goose Up
CREATE TABLE votes (
	id         ${ID},
	post_id    BIGINT  NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	actor_id   BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	choice     INTEGER NOT NULL CHECK (choice >= 0),
	created_at BIGINT  NOT NULL,
	CONSTRAINT votes_once UNIQUE (post_id, actor_id, choice)
);
CREATE INDEX votes_actor ON votes (actor_id, post_id);

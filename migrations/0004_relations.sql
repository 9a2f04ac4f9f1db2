-- Who follows whom, who wants nothing of whom, and what the owner is told.
-- +goose Up

-- follows: state 0 asked, 1 accepted, 2 rejected.
CREATE TABLE follows (
	id          ${ID},
	iri         TEXT    NOT NULL,
	follower_id BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	followee_id BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	state       INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
	created_at  BIGINT  NOT NULL,
	CONSTRAINT follows_once UNIQUE (follower_id, followee_id)
);
CREATE INDEX follows_followee ON follows (followee_id, state, id);
CREATE INDEX follows_follower ON follows (follower_id, state, id);
CREATE INDEX follows_iri ON follows (iri);

CREATE TABLE blocks (
	id         ${ID},
	iri        TEXT   NOT NULL,
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	target_id  BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	CONSTRAINT blocks_once UNIQUE (actor_id, target_id)
);
CREATE INDEX blocks_target ON blocks (target_id);
CREATE INDEX blocks_iri ON blocks (iri);

-- notifications: one row for each thing that somebody did to the owner, once.
CREATE TABLE notifications (
	id         ${ID},
	kind       TEXT   NOT NULL,
	from_id    BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	post_id    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT notifications_once UNIQUE (kind, from_id, post_id)
);
CREATE INDEX notifications_post ON notifications (post_id) WHERE post_id <> 0;

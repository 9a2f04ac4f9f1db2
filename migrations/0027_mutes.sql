-- Of whom and of what the owner does not want to hear: a new table, and a word more about follows and conversations, of which
-- there are few.
-- +goose Up

-- mutes: people whom the owner mutes. Nobody is told. until_at is 0 for good; else the scheduler ends it then.
CREATE TABLE mutes (
	id            ${ID},
	target_id     BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	notifications BOOLEAN NOT NULL,
	until_at      BIGINT  NOT NULL,
	created_at    BIGINT  NOT NULL,
	CONSTRAINT mutes_once UNIQUE (target_id)
);
CREATE INDEX mutes_until ON mutes (until_at) WHERE until_at <> 0;

-- hide_boosts: the owner follows, and does not want to see what the followed boosts.
ALTER TABLE follows ADD COLUMN hide_boosts BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX follows_hide_boosts ON follows (followee_id) WHERE hide_boosts;

-- muted: the owner is told of nothing that happens in the conversation, whoever reads it.
ALTER TABLE conversations ADD COLUMN muted BOOLEAN NOT NULL DEFAULT FALSE;

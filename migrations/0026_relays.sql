-- Relays: servers that pass on what many others publish, what they cost, and what they brought. New tables; the columns added
-- to large tables have a fixed default, which rewrites neither.
-- +goose Up

-- relays: one that was left keeps its row, so that what it still sends is known and dropped. actor is '' until its Accept tells.
-- state: 0 asked, 1 accepted, 2 rejected, 3 silent, 4 paused, 5 leaving, 6 gone. reason is why, in words.
-- follow_iri: our last Follow. answered_at: when it last said yes; retried_at: when it was last asked again without the owner.
CREATE TABLE relays (
	id          ${ID},
	url         TEXT    NOT NULL,
	actor       TEXT    NOT NULL,
	inbox       TEXT    NOT NULL CONSTRAINT relays_inbox UNIQUE,
	name        TEXT    NOT NULL,
	software    TEXT    NOT NULL,
	style       TEXT    NOT NULL CHECK (style IN ('mastodon', 'litepub')),
	follow_iri  TEXT    NOT NULL,
	state       INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3, 4, 5, 6)),
	reason      TEXT    NOT NULL,
	asks        INTEGER NOT NULL,
	added_at    BIGINT  NOT NULL,
	asked_at    BIGINT  NOT NULL,
	answered_at BIGINT  NOT NULL,
	heard_at    BIGINT  NOT NULL,
	retried_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX relays_actor ON relays (actor) WHERE actor <> '';

-- relay_counts: the ledger. hour is its beginning.
CREATE TABLE relay_counts (
	relay_id BIGINT NOT NULL REFERENCES relays (id) ON DELETE CASCADE,
	hour     BIGINT NOT NULL,
	what     TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (relay_id, hour, what)
);

-- relay_seen: what a relay named not long ago, whatever came of it, and when its origin was or will be asked.
CREATE TABLE relay_seen (
	iri TEXT   NOT NULL PRIMARY KEY,
	at  BIGINT NOT NULL
);
CREATE INDEX relay_seen_at ON relay_seen (at);

-- via_relay: the relay through which a post came first; 0 for none.
ALTER TABLE posts ADD COLUMN via_relay BIGINT NOT NULL DEFAULT 0;

-- party: jobs of one party are done one after the other; '' for those that need not be.
ALTER TABLE jobs ADD COLUMN party TEXT NOT NULL DEFAULT '';
INSERT INTO lanes (name, fence) VALUES ('relay', 0);

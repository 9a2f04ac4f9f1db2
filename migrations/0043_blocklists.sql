-- Blocklists that the owner subscribes to. A new table.
-- +goose Up

-- blocklists: mild: who is suspended by it is silenced here. tried_at and read_at: when it was last asked for, and last read.
CREATE TABLE blocklists (
	id         ${ID},
	url        TEXT    NOT NULL CONSTRAINT blocklists_once UNIQUE,
	mild       BOOLEAN NOT NULL,
	trouble    TEXT    NOT NULL,
	tried_at   BIGINT  NOT NULL,
	read_at    BIGINT  NOT NULL,
	created_at BIGINT  NOT NULL
);

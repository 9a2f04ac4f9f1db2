-- What is wrong with somebody: what the owner tells another server of one of its people, and what others tell us of the owner.
-- A new table.
-- +goose Up

-- reports: local ones are the owner's, said by the server's actor. Of others' the store keeps the newest few of each actor and
-- the newest of all. posts: their addresses.
CREATE TABLE reports (
	id         ${ID},
	iri        TEXT    NOT NULL CONSTRAINT reports_iri UNIQUE,
	local      BOOLEAN NOT NULL,
	from_id    BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	target_id  BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	category   TEXT    NOT NULL,
	comment    TEXT    NOT NULL,
	posts      TEXT    NOT NULL,
	forwarded  BOOLEAN NOT NULL,
	created_at BIGINT  NOT NULL
);
CREATE INDEX reports_from ON reports (from_id, id);
CREATE INDEX reports_target ON reports (target_id);

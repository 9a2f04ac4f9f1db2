-- quotes: the other post that a post shows within itself, by its address; stamp is the address of the document in which the
-- quoted author allows it, '' when none is told. legacy: said in one of the ways that know no consent.
-- state: 0 not known yet, 1 may be shown, 2 not allowed, 3 was allowed once. New table.
-- +goose Up
CREATE TABLE quotes (
	post_id    BIGINT  NOT NULL PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
	iri        TEXT    NOT NULL,
	stamp      TEXT    NOT NULL,
	legacy     BOOLEAN NOT NULL,
	state      INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
	checked_at BIGINT  NOT NULL
);
CREATE INDEX quotes_iri ON quotes (iri);
CREATE INDEX quotes_stamp ON quotes (stamp) WHERE stamp <> '';

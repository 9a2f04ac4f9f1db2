-- Whole servers of which the owner wants less, or nothing, and those that alone are let in where federation is limited. Adds a
-- column with a default to the actors (no rewrite), and an index of those few that it names.
-- +goose Up

-- actors.limited: what holds for the actor's server: 0 nothing, 1 silenced, 2 suspended. It follows from the tables below, and
-- stands here so that timelines need not ask them.
ALTER TABLE actors ADD COLUMN limited INTEGER NOT NULL DEFAULT 0;
CREATE INDEX actors_limited ON actors (limited, id) WHERE limited <> 0;

-- domain_blocks: domains with all below them. list_id: the list that names it, 0 where the owner does; what the owner says of a
-- domain holds before what lists say. held: a list names it and the owner must agree first. severity: as above.
CREATE TABLE domain_blocks (
	id              ${ID},
	domain          TEXT    NOT NULL,
	list_id         BIGINT  NOT NULL,
	severity        INTEGER NOT NULL,
	reject_media    BOOLEAN NOT NULL,
	reject_reports  BOOLEAN NOT NULL,
	reject_relayed  BOOLEAN NOT NULL,
	public_comment  TEXT    NOT NULL,
	private_comment TEXT    NOT NULL,
	obfuscate       BOOLEAN NOT NULL,
	imported        BOOLEAN NOT NULL,
	held            BOOLEAN NOT NULL,
	created_at      BIGINT  NOT NULL,
	CONSTRAINT domain_blocks_once UNIQUE (domain, list_id)
);
CREATE INDEX domain_blocks_list ON domain_blocks (list_id, id);

-- allowed_domains: who is let in where federation is limited, each with all below it.
CREATE TABLE allowed_domains (
	id         ${ID},
	domain     TEXT   NOT NULL CONSTRAINT allowed_domains_once UNIQUE,
	created_at BIGINT NOT NULL
);

-- Rises with each change of them: who remembers them knows by it whether they are as they were.
INSERT INTO counters (name, n) VALUES ('federation', 0);

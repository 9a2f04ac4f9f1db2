-- Everybody who acts: the owner, the server itself, strangers.
-- +goose Up

-- actors: addresses as the actor's own document gives them; summary and field values are safe HTML.
CREATE TABLE actors (
	id            ${ID},
	iri           TEXT    NOT NULL CONSTRAINT actors_iri UNIQUE,
	kind          TEXT    NOT NULL,
	local         BOOLEAN NOT NULL,
	username      TEXT    NOT NULL,
	username_fold TEXT    NOT NULL,
	domain        TEXT    NOT NULL,
	host          TEXT    NOT NULL,
	name          TEXT    NOT NULL,
	summary       TEXT    NOT NULL,
	url           TEXT    NOT NULL,
	inbox         TEXT    NOT NULL,
	shared_inbox  TEXT    NOT NULL,
	outbox        TEXT    NOT NULL,
	followers     TEXT    NOT NULL,
	following     TEXT    NOT NULL,
	featured      TEXT    NOT NULL,
	featured_tags TEXT    NOT NULL,
	icon          TEXT    NOT NULL,
	header        TEXT    NOT NULL,
	fields        TEXT    NOT NULL,
	emojis        TEXT    NOT NULL,
	also_known_as TEXT    NOT NULL,
	moved_to      TEXT    NOT NULL,
	locked        BOOLEAN NOT NULL,
	discoverable  BOOLEAN NOT NULL,
	indexable     BOOLEAN NOT NULL,
	published_at  BIGINT  NOT NULL,
	updated_at    BIGINT  NOT NULL,
	fetched_at    BIGINT  NOT NULL,
	gone_at       BIGINT  NOT NULL
);
CREATE INDEX actors_handle ON actors (username_fold, domain);
CREATE INDEX actors_host ON actors (host);
CREATE INDEX actors_followers ON actors (followers);

-- actor_keys: public keys that the actor's own document lists.
CREATE TABLE actor_keys (
	iri        TEXT   NOT NULL PRIMARY KEY,
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	pem        TEXT   NOT NULL,
	multikey   TEXT   NOT NULL,
	fetched_at BIGINT NOT NULL
);
CREATE INDEX actor_keys_actor ON actor_keys (actor_id);

-- own_keys: private keys of our two actors, sealed with the secret key.
CREATE TABLE own_keys (
	iri        TEXT   NOT NULL PRIMARY KEY,
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	algorithm  TEXT   NOT NULL,
	sealed     BYTEA  NOT NULL,
	created_at BIGINT NOT NULL
);

-- owner: the one person. id is always 1.
CREATE TABLE owner (
	id            BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
	actor_id      BIGINT NOT NULL REFERENCES actors (id),
	password_hash TEXT   NOT NULL,
	profile       TEXT   NOT NULL,
	created_at    BIGINT NOT NULL
);

-- tombstones: what was deleted, so that it answers 410 and does not come back by a late Create.
-- Those of strangers' things go after a while; ours stay.
CREATE TABLE tombstones (
	iri         TEXT    NOT NULL PRIMARY KEY,
	former_type TEXT    NOT NULL,
	actor_iri   TEXT    NOT NULL,
	local       BOOLEAN NOT NULL,
	at          BIGINT  NOT NULL
);
CREATE INDEX tombstones_at ON tombstones (at);

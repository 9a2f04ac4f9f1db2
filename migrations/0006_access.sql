-- Who may come in: browser sessions and API tokens, stored hashed.
-- +goose Up

CREATE TABLE sessions (
	hash       TEXT   NOT NULL PRIMARY KEY,
	agent      TEXT   NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE TABLE tokens (
	id         ${ID},
	hash       TEXT   NOT NULL CONSTRAINT tokens_hash UNIQUE,
	name       TEXT   NOT NULL,
	scopes     TEXT   NOT NULL,
	created_at BIGINT NOT NULL,
	used_at    BIGINT NOT NULL
);

-- idempotency: what a request with that key made, so that a repeat makes nothing.
CREATE TABLE idempotency (
	token_id   BIGINT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
	key        TEXT   NOT NULL,
	post_id    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (token_id, key)
);

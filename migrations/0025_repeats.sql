-- What a repeated request made is remembered for the owner's browser too, which has no token: its rows have token 0. What is
-- copied are the keys of an hour.
-- +goose Up
CREATE TABLE repeats (
	token_id   BIGINT NOT NULL,
	key        TEXT   NOT NULL,
	post_id    BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (token_id, key)
);
CREATE INDEX repeats_created ON repeats (created_at);
INSERT INTO repeats (token_id, key, post_id, created_at) SELECT token_id, key, post_id, created_at FROM idempotency;
DROP TABLE idempotency;

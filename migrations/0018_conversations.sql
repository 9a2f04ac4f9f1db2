-- Conversations are read off the direct posts: new indexes over those few rows, and a new table. Direct posts without a
-- conversation get one of their own; no large table is rewritten.
-- +goose Up
CREATE INDEX posts_direct ON posts (id) WHERE visibility = 3;
CREATE INDEX posts_direct_context ON posts (context, id) WHERE visibility = 3;
UPDATE posts SET context = iri WHERE visibility = 3 AND context = '';

-- conversations: what the owner did about one. All up to read_id is read, and the conversation is not listed as long as it
-- has nothing after hidden_id. Strangers make no rows here.
CREATE TABLE conversations (
	context   TEXT   NOT NULL PRIMARY KEY,
	read_id   BIGINT NOT NULL,
	hidden_id BIGINT NOT NULL
);

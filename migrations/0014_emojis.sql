-- emojis: the pictures that the owner offers under a shortcode. media_key names the upload, which is never let go: posts here
-- and elsewhere show it also when retired_at, 0 before, says that it is offered no more. New table.
-- +goose Up
CREATE TABLE emojis (
	id         ${ID},
	shortcode  TEXT   NOT NULL,
	media_key  TEXT   NOT NULL CONSTRAINT emojis_media REFERENCES media (key),
	media_type TEXT   NOT NULL,
	created_at BIGINT NOT NULL,
	retired_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX emojis_offered ON emojis (shortcode) WHERE retired_at = 0;

-- The owner's uploads, and what is kept of strangers' media. New tables.
-- +goose Up

-- media: one row for each upload. Its bytes have lain under key, those of its small copy under preview_key ('' for none),
-- since before the row. loose_since is 0 while a post (post_id) or the profile (post_id 0) refers to it.
CREATE TABLE media (
	id          ${ID},
	key         TEXT   NOT NULL CONSTRAINT media_key UNIQUE,
	preview_key TEXT   NOT NULL,
	size        BIGINT NOT NULL,
	post_id     BIGINT NOT NULL,
	loose_since BIGINT NOT NULL,
	shown       TEXT   NOT NULL
);
CREATE INDEX media_post ON media (post_id) WHERE post_id <> 0;
CREATE INDEX media_loose ON media (loose_since) WHERE loose_since <> 0;

-- remote_media: the bytes that a stranger's address gave, under a key that is their hash: several addresses may share one.
CREATE TABLE remote_media (
	url        TEXT   NOT NULL PRIMARY KEY,
	key        TEXT   NOT NULL,
	media_type TEXT   NOT NULL,
	size       BIGINT NOT NULL,
	fetched_at BIGINT NOT NULL,
	used_at    BIGINT NOT NULL
);
CREATE INDEX remote_media_key ON remote_media (key);
CREATE INDEX remote_media_used ON remote_media (used_at);

-- Hashtags can be followed, and what is used much can be found. New tables, and an index over the public posts.
-- +goose Up

-- posts_language: the timeline of one language. Postgres and SQLite write it once over the posts that are there.
CREATE INDEX posts_language ON posts (language, id) WHERE visibility = 0;

-- followed_tags: hashtags of which the owner has the public posts in home. tag is folded, name as it was written.
CREATE TABLE followed_tags (
	id         ${ID},
	tag        TEXT   NOT NULL CONSTRAINT followed_tags_once UNIQUE,
	name       TEXT   NOT NULL,
	created_at BIGINT NOT NULL
);

-- tag_days: how much a hashtag was used in public posts on a day (in days since 1970, UTC). Only the most used ones of
-- each day have a row, and the rows are counted anew while the day lasts.
CREATE TABLE tag_days (
	day    INTEGER NOT NULL,
	tag    TEXT    NOT NULL,
	posts  INTEGER NOT NULL,
	people INTEGER NOT NULL,
	PRIMARY KEY (day, tag)
);
CREATE INDEX tag_days_tag ON tag_days (tag, day);

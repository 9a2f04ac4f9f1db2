-- articles: the whole text of a post that is shown by its title and how it begins, as safe HTML. It is read with the post alone,
-- never in lists. New table; articles that are here already get it when they are edited.
-- +goose Up
CREATE TABLE articles (
	post_id BIGINT NOT NULL PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
	content TEXT   NOT NULL
);

-- How the owner likes to post, where a post does not say it: JSON that SQL does not
-- look into, as the profile is. One row, so nothing large is rewritten.
-- +goose Up
ALTER TABLE owner ADD COLUMN preferences TEXT NOT NULL DEFAULT '';

-- From where a browser came that has logged in, so that the owner can tell theirs from a stranger's. The table has a row for each
-- browser, so nothing large is rewritten.
-- +goose Up
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

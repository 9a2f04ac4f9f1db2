-- What a post showed before each edit is kept whole: pictures with their descriptions, poll options and emojis too. Columns with
-- a default, of a table that has a row for each edit; nothing is rewritten.
-- +goose Up
ALTER TABLE post_edits ADD COLUMN emojis TEXT NOT NULL DEFAULT '';
ALTER TABLE post_edits ADD COLUMN attachments TEXT NOT NULL DEFAULT '';
ALTER TABLE post_edits ADD COLUMN poll TEXT NOT NULL DEFAULT '';

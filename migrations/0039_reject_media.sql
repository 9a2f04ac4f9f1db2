-- Servers whose pictures and files are not wanted, in the rows of their actors, as with what else holds for them. Adds a column with
-- a default (no rewrite).
-- +goose Up

-- actors.reject_media: nothing that they show is fetched; their files are links.
ALTER TABLE actors ADD COLUMN reject_media BOOLEAN NOT NULL DEFAULT FALSE;

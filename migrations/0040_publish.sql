-- Relays to which the owner's public posts go: none, until the owner says so of one. A column with a default, of a table that has a
-- row for each relay.
-- +goose Up
ALTER TABLE relays ADD COLUMN publishes BOOLEAN NOT NULL DEFAULT FALSE;

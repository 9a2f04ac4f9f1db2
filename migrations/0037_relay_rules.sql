-- What is kept of the posts that relays name, and how many of each relay in an hour. A new table; the columns have a fixed default,
-- which rewrites nothing.
-- +goose Up

-- relay_rules: relay_id is 0 for the rules that hold for each relay beside its own. rules is JSON.
CREATE TABLE relay_rules (
	relay_id BIGINT NOT NULL PRIMARY KEY,
	rules    TEXT   NOT NULL
);

-- turn_at: where only so many posts of a relay are kept in an hour, when the next may be.
ALTER TABLE relays ADD COLUMN turn_at BIGINT NOT NULL DEFAULT 0;

-- relay_id: nothing came of it because of the rules of this relay alone, so that others may still name it; 0: for any relay.
ALTER TABLE relay_seen ADD COLUMN relay_id BIGINT NOT NULL DEFAULT 0;

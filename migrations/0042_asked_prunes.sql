-- What the owner wants to be gone at once, until it is. A new table.
-- +goose Up

-- asked_prunes: one of host, relay_id and actor_id is set, or none: then it is what has had its time.
CREATE TABLE asked_prunes (
	host     TEXT   NOT NULL,
	relay_id BIGINT NOT NULL,
	actor_id BIGINT NOT NULL,
	PRIMARY KEY (host, relay_id, actor_id)
);

-- What the breaker, the slow lane, the owner's pause and the second knock remember of a host. Small table, no rewrite.
-- +goose Up
ALTER TABLE hosts ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN open_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN slow_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN newer_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX hosts_failing ON hosts (failing_since) WHERE failing_since <> 0;

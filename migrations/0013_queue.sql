-- What the owner asks of the queues is found by indexes: what was given up, and what ended of late. Indexes only, no rewrite.
-- +goose Up
CREATE INDEX inbound_parked ON inbound (id) WHERE state = 2;
CREATE INDEX deliveries_parked ON deliveries (id) WHERE state = 2;
CREATE INDEX deliveries_parked_host ON deliveries (host, id) WHERE state = 2;
CREATE INDEX jobs_parked ON jobs (id) WHERE state = 2;
DROP INDEX inbound_finished;
DROP INDEX deliveries_finished;
DROP INDEX jobs_finished;
CREATE INDEX inbound_ended ON inbound (finished_at, state) WHERE finished_at <> 0;
CREATE INDEX deliveries_ended ON deliveries (finished_at, state, host) WHERE finished_at <> 0;
CREATE INDEX jobs_ended ON jobs (finished_at, state, lane) WHERE finished_at <> 0;

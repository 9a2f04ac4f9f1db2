-- processes: who does work now, beside others or alone. beats rises while a process lives: what one that went silent
-- had leased is free again long before its leases run out. New table.
-- +goose Up
CREATE TABLE processes (
	name  TEXT   NOT NULL PRIMARY KEY,
	beats BIGINT NOT NULL
);

-- One index finds what waits for a host, and what waits for what. With several, a planner whose statistics were taken while
-- nothing waited held all of them for empty, took any, and compared each delivery of a fan-out with every other.
-- +goose Up
DROP INDEX deliveries_due;
DROP INDEX deliveries_order;
DROP INDEX deliveries_object;
CREATE INDEX deliveries_waiting ON deliveries (host, inbox, object, id) WHERE state = 0;

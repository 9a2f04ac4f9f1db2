-- What waits of a signer is found by one index, for the reason that 0015 gives. Leases are in none, so that taking one writes to none.
-- +goose Up
DROP INDEX inbound_due;
DROP INDEX inbound_leased;

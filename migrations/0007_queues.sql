-- A deleted post leaves the outbox, and what was not sent of it is cancelled; what one signer sent is claimed
-- in its order. Indexes only, no rewrite.
-- +goose Up
CREATE INDEX activities_post ON activities (post_id) WHERE post_id <> 0;
CREATE INDEX inbound_signer ON inbound (signer, next_at, id) WHERE state = 0;
CREATE INDEX actors_url ON actors (url);
CREATE INDEX deliveries_object ON deliveries (object) WHERE state = 0;

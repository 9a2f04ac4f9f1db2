-- The timeline of what came through one relay. An index over the posts that came through one; no table is rewritten.
-- +goose Up
CREATE INDEX posts_via_relay ON posts (via_relay, id) WHERE via_relay <> 0;

-- A budget that holds by itself is measured and remembered. A new table; the index of shared media carries their sizes, so that
-- they are summed without their rows; strangers are found by age, and what refers to them without looking at every notification.
-- Indexes are built over actors, notifications and remote media: seconds for a hundred thousand of them; nothing is rewritten.
-- +goose Up

-- storage_days: what each kind of things took when it was last measured on a day (in days since 1970, UTC).
CREATE TABLE storage_days (
	day   BIGINT NOT NULL,
	kind  TEXT   NOT NULL,
	bytes BIGINT NOT NULL,
	PRIMARY KEY (day, kind)
);

DROP INDEX remote_media_key;
CREATE INDEX remote_media_key ON remote_media (key, size);
CREATE INDEX actors_fetched ON actors (fetched_at, id);
CREATE INDEX notifications_from ON notifications (from_id);

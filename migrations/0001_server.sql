-- What the server knows of itself. Small tables, no rewrite.
-- +goose Up

-- settings: one row for each thing that must survive a restart and is not data of the owner.
CREATE TABLE settings (
	name  TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- counters: sequences whose numbers are made in the transaction that uses them.
CREATE TABLE counters (
	name TEXT   NOT NULL PRIMARY KEY,
	n    BIGINT NOT NULL
);
INSERT INTO counters (name, n) VALUES ('notification', 0);

-- lanes: whoever claims work of a lane updates its row first, so that claims of one lane follow each other.
CREATE TABLE lanes (
	name  TEXT   NOT NULL PRIMARY KEY,
	fence BIGINT NOT NULL
);
INSERT INTO lanes (name, fence) VALUES ('ingest', 0), ('deliver', 0), ('fetch', 0);

-- process_slots: the numbers of the processes that make ids now.
CREATE TABLE process_slots (
	slot      BIGINT NOT NULL PRIMARY KEY,
	holder    TEXT   NOT NULL,
	until     BIGINT NOT NULL
);

-- What relays named of late, so that new rules can be tried on it; and relays on trial. A new table; the column has a fixed default.
-- +goose Up

-- relay_samples: what the rules had to judge, of a day and only so much of each ten minutes. outcome is what it was counted as.
-- facts is JSON, '' where its origin was not asked.
CREATE TABLE relay_samples (
	id       ${ID},
	relay_id BIGINT NOT NULL REFERENCES relays (id) ON DELETE CASCADE,
	iri      TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	outcome  TEXT   NOT NULL,
	facts    TEXT   NOT NULL
);
CREATE INDEX relay_samples_of ON relay_samples (relay_id, at);
CREATE INDEX relay_samples_at ON relay_samples (at);

-- trial: what the relay names is judged and counted, and nothing of it is kept.
ALTER TABLE relays ADD COLUMN trial BOOLEAN NOT NULL DEFAULT FALSE;

-- What is still to be done: activities that came in, activities that go out, jobs.
-- state: 0 waiting, 1 done, 2 parked (gave up; the error says why), 3 cancelled.
-- +goose Up

-- inbound: an accepted activity as it came, and who signed it. Written before the 202.
CREATE TABLE inbound (
	id          ${ID},
	fingerprint TEXT    NOT NULL CONSTRAINT inbound_once UNIQUE,
	signer      TEXT    NOT NULL,
	key_iri     TEXT    NOT NULL,
	activity    TEXT    NOT NULL,
	kind        TEXT    NOT NULL,
	object      TEXT    NOT NULL,
	inbox       TEXT    NOT NULL,
	body        BYTEA   NOT NULL,
	state       INTEGER NOT NULL,
	outcome     TEXT    NOT NULL,
	attempts    INTEGER NOT NULL,
	next_at     BIGINT  NOT NULL,
	lease_until BIGINT  NOT NULL,
	lease_by    TEXT    NOT NULL,
	received_at BIGINT  NOT NULL,
	finished_at BIGINT  NOT NULL
);
CREATE INDEX inbound_due ON inbound (next_at, id) WHERE state = 0;
CREATE INDEX inbound_leased ON inbound (signer, lease_until) WHERE state = 0;
CREATE INDEX inbound_activity ON inbound (activity);
CREATE INDEX inbound_finished ON inbound (finished_at);

-- activities: what our actors said, as it was said. Served under its iri.
CREATE TABLE activities (
	id         ${ID},
	iri        TEXT    NOT NULL CONSTRAINT activities_iri UNIQUE,
	kind       TEXT    NOT NULL,
	actor_id   BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	object     TEXT    NOT NULL,
	post_id    BIGINT  NOT NULL,
	listed     BOOLEAN NOT NULL,
	visibility INTEGER NOT NULL,
	document   TEXT    NOT NULL,
	created_at BIGINT  NOT NULL
);
CREATE INDEX activities_outbox ON activities (actor_id, id) WHERE listed;
CREATE INDEX activities_object ON activities (object);

-- deliveries: one activity to one inbox. Taken by whoever holds the lease of its host.
CREATE TABLE deliveries (
	id          ${ID},
	activity_id BIGINT  NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
	inbox       TEXT    NOT NULL,
	host        TEXT    NOT NULL,
	object      TEXT    NOT NULL,
	state       INTEGER NOT NULL,
	attempts    INTEGER NOT NULL,
	next_at     BIGINT  NOT NULL,
	status      INTEGER NOT NULL,
	outcome     TEXT    NOT NULL,
	created_at  BIGINT  NOT NULL,
	finished_at BIGINT  NOT NULL,
	CONSTRAINT deliveries_once UNIQUE (activity_id, inbox)
);
CREATE INDEX deliveries_due ON deliveries (host, next_at) WHERE state = 0;
CREATE INDEX deliveries_order ON deliveries (inbox, object, id) WHERE state = 0;
CREATE INDEX deliveries_finished ON deliveries (finished_at);

-- hosts: what we know of delivering to a host. next_at is when its earliest delivery is due, 0 when none waits.
-- fence rises with each lease, so that a holder who lost it cannot write.
CREATE TABLE hosts (
	host          TEXT   NOT NULL PRIMARY KEY,
	next_at       BIGINT NOT NULL,
	lease_until   BIGINT NOT NULL,
	lease_by      TEXT   NOT NULL,
	fence         BIGINT NOT NULL,
	failing_since BIGINT NOT NULL,
	ok_at         BIGINT NOT NULL,
	failed_at     BIGINT NOT NULL,
	last_error    TEXT   NOT NULL
);
CREATE INDEX hosts_due ON hosts (next_at) WHERE next_at <> 0;

-- jobs: other durable work. once: two waiting jobs of one lane never have the same.
CREATE TABLE jobs (
	id          ${ID},
	lane        TEXT    NOT NULL,
	kind        TEXT    NOT NULL,
	once        TEXT    NOT NULL,
	payload     TEXT    NOT NULL,
	state       INTEGER NOT NULL,
	outcome     TEXT    NOT NULL,
	attempts    INTEGER NOT NULL,
	next_at     BIGINT  NOT NULL,
	lease_until BIGINT  NOT NULL,
	lease_by    TEXT    NOT NULL,
	created_at  BIGINT  NOT NULL,
	finished_at BIGINT  NOT NULL
);
CREATE INDEX jobs_due ON jobs (lane, next_at, id) WHERE state = 0;
CREATE UNIQUE INDEX jobs_once ON jobs (lane, kind, once) WHERE state = 0;
CREATE INDEX jobs_finished ON jobs (finished_at);

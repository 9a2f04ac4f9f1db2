package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"skerry/internal/social"
)

// LaneRelay is the lane of jobs that look at what relays name.
const LaneRelay = "relay"

// MostHints is how many wait; beyond it the oldest go.
const MostHints = 2_000

// Hint is something that a relay named, to be looked at where it lives.
type Hint struct {
	ID       social.ID
	Relay    social.ID
	IRI      string
	Party    string // hints of one party are looked at one after the other
	Turn     bool   // it waits for its relay's turn
	Own      bool   // of what other relays may name beside it: the rules of its relay alone may keep that out
	Attempts int
	Due      time.Time
	Made     time.Time
}

// The kinds of hints. Those of a relay's own and those for its turn are named with the
// relay, so that several relays' hints of one thing wait beside each other.
const (
	kindHint = "hint"
	kindOwn  = "own"
	kindTurn = "turn"
)

func kindOf(kind string, relay social.ID) string { return kind + " " + relay.String() }

func (h Hint) kind() string {
	switch {
	case h.Turn:
		return kindOf(kindTurn, h.Relay)
	case h.Own:
		return kindOf(kindOwn, h.Relay)
	}
	return kindHint
}

// SeeHint notes when the origin of a thing was, or will be, asked because a relay
// named it. by is the relay whose rules alone may keep it out, 0 for none.
func (tx *Tx) SeeHint(ctx context.Context, iri string, at time.Time, by social.ID) error {
	_, err := tx.exec(ctx, "see hint", `
		INSERT INTO relay_seen (iri, at, relay_id) VALUES ($1, $2, $3)
		ON CONFLICT (iri) DO UPDATE SET at = excluded.at, relay_id = excluded.relay_id`, iri, millis(at), by)
	return err
}

// AddHint stores a hint to be looked at; the same one that waits is not stored twice.
func (tx *Tx) AddHint(ctx context.Context, h Hint, now time.Time) error {
	_, err := tx.exec(ctx, "add hint", `
		INSERT INTO jobs (id, lane, kind, once, payload, party, state, outcome, attempts, next_at, lease_until, lease_by, created_at, finished_at)
		VALUES ($1, $2, $8, $3, $4, $5, 0, '', 0, $6, 0, '', $7, 0)
		ON CONFLICT (lane, kind, once) WHERE state = 0 DO NOTHING`,
		h.ID, LaneRelay, h.IRI, h.Relay.String(), h.Party, millis(h.Due), millis(now), h.kind())
	return err
}

// CrowdedHints drops the oldest hints that nobody looks at, so that no more than most
// wait. It gives those that it dropped.
func (tx *Tx) CrowdedHints(ctx context.Context, most int, now time.Time) ([]Hint, error) {
	waiting, err := one(ctx, tx.Reader, "count hints", value[int], `SELECT COUNT(*) FROM jobs WHERE lane = $1 AND state = 0`, LaneRelay)
	if err != nil || waiting <= most {
		return nil, err
	}
	return list(ctx, tx.Reader, "drop hints", scanHint, `
		DELETE FROM jobs WHERE id IN (SELECT j.id FROM jobs j WHERE j.lane = $1 AND j.state = 0 AND j.lease_until < $2 ORDER BY j.id LIMIT $3)
			AND lease_until < $2 -- somebody may have just begun
		RETURNING `+hintColumns, LaneRelay, millis(now), waiting-most)
}

// WaitingHints counts what waits of each relay.
func (r Reader) WaitingHints(ctx context.Context) (map[social.ID]int, error) {
	out := map[social.ID]int{}
	_, err := list(ctx, r, "count hints of relays", func(r rows) (relay social.ID, err error) {
		var text string
		var n int
		if err = r.Scan(&text, &n); err == nil {
			if relay, err = social.ParseID(text); err == nil {
				out[relay] = n
			}
		}
		return relay, err
	}, `SELECT payload, COUNT(*) FROM jobs WHERE lane = $1 AND state = 0 GROUP BY payload`, LaneRelay)
	return out, err
}

const hintColumns = `id, payload, once, party, kind, attempts, next_at, created_at`

func scanHint(r rows) (h Hint, err error) {
	var relay, kind string
	if err = r.Scan(&h.ID, &relay, &h.IRI, &h.Party, &kind, &h.Attempts, moment{&h.Due}, moment{&h.Made}); err == nil {
		of, _, _ := strings.Cut(kind, " ")
		h.Turn, h.Own = of == kindTurn, of != kindHint
		h.Relay, err = social.ParseID(relay)
	}
	return h, err
}

// perParty is how many hints of one party are leased together.
const perParty = 4

// ClaimHints leases due hints of up to n parties: of these, or of those who wait
// longest when none are given. While one of a party's is leased, the others wait.
func (tx *Tx) ClaimHints(ctx context.Context, l Lease, parties []string, n int) (all []Hint, err error) {
	if err := tx.claiming(ctx, LaneRelay); err != nil {
		return nil, err
	}
	if len(parties) == 0 {
		if parties, err = tx.DueParties(ctx, l.Now, n); err != nil {
			return nil, err
		}
	}
	var ids []social.ID
	for _, party := range parties {
		due, err := list(ctx, tx.Reader, "find due hints", scanHint, `
			SELECT `+hintColumns+` FROM jobs WHERE lane = $1 AND state = 0 AND party = $2 AND next_at <= $3
				AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.lane = $1 AND o.state = 0 AND o.party = $2 AND o.lease_until >= $3)
			ORDER BY next_at, id LIMIT $4`, LaneRelay, party, millis(l.Now), perParty)
		if err != nil {
			return nil, err
		}
		for _, h := range due {
			all, ids = append(all, h), append(ids, h.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	held, err := list(ctx, tx.Reader, "lease hints", value[social.ID], `
		UPDATE jobs SET lease_until = $1, lease_by = $2, attempts = attempts + 1 WHERE id IN (`+marks(3, len(ids))+`) RETURNING id`,
		append([]any{millis(l.Until), l.By}, anys(ids)...)...)
	// Whoever makes room may have dropped one since it was found.
	return slices.DeleteFunc(all, func(h Hint) bool { return !slices.Contains(held, h.ID) }), err
}

// DueParties gives those of whom a hint is due that nobody looks at, who wait
// longest first.
func (r Reader) DueParties(ctx context.Context, now time.Time, n int) ([]string, error) {
	return list(ctx, r, "find due parties", value[string], `
		SELECT party FROM jobs WHERE lane = $1 AND state = 0 AND next_at <= $2
			AND party NOT IN (SELECT o.party FROM jobs o WHERE o.lane = $1 AND o.state = 0 AND o.lease_until >= $2)
		GROUP BY party ORDER BY MIN(next_at), MIN(id) LIMIT $3`, LaneRelay, millis(now), n)
}

// WaitingParties gives those of the parties of whom a hint is due, whoever looks at it.
func (r Reader) WaitingParties(ctx context.Context, parties []string, now time.Time) ([]string, error) {
	return list(ctx, r, "find waiting parties", value[string], `
		SELECT DISTINCT party FROM jobs WHERE lane = $1 AND state = 0 AND next_at <= $2 AND party IN (`+marks(3, len(parties))+`)`,
		append([]any{LaneRelay, millis(now)}, anys(parties)...)...)
}

// DueHintOf says when the next hint of a party is due; zero when none waits.
func (r Reader) DueHintOf(ctx context.Context, party string) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(next_at), 0) FROM jobs WHERE lane = $1 AND state = 0 AND party = $2`, LaneRelay, party)
}

// FinishHint records how looking at a hint ended. What has ended is not kept: the
// ledger tells of it.
func (tx *Tx) FinishHint(ctx context.Context, id social.ID, e Ending) error {
	if e.State == Waiting {
		return tx.finish(ctx, "jobs", id, e)
	}
	_, err := tx.exec(ctx, "drop hint", `DELETE FROM jobs WHERE id = $1`, id)
	return err
}

// GiveBackHints is GiveBackInbound for hints.
func (tx *Tx) GiveBackHints(ctx context.Context, by string, all []Hint) error {
	return giveBackRows(ctx, tx, "jobs", by, all, func(h Hint) social.ID { return h.ID })
}

// What is seen of relays is remembered for a day, and never more than so much.
const (
	keepSeen     = 24 * time.Hour
	mostSeen     = 200_000
	forgetAtOnce = 20_000
)

// TidyRelays forgets what was seen long ago, or is too much.
func (tx *Tx) TidyRelays(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "forget seen hints", `
		DELETE FROM relay_seen WHERE iri IN (SELECT s.iri FROM relay_seen s WHERE s.at < $1 ORDER BY s.at LIMIT $2)`,
		millis(now.Add(-keepSeen)), forgetAtOnce)
	if err != nil {
		return err
	}
	n, err := one(ctx, tx.Reader, "count seen hints", value[int], `SELECT COUNT(*) FROM relay_seen`)
	if err != nil {
		return err
	}
	if n > mostSeen {
		_, err = tx.exec(ctx, "forget seen hints", `
			DELETE FROM relay_seen WHERE iri IN (SELECT s.iri FROM relay_seen s ORDER BY s.at LIMIT $1)`, min(n-mostSeen, forgetAtOnce))
		if err != nil {
			return err
		}
	}
	if err := tx.tidySamples(ctx, now); err != nil {
		return err
	}
	return tx.rollRelays(ctx, now)
}

// Held is what we have of a thing that a relay names.
type Held struct {
	Post      bool      // it is a stored post
	Via       social.ID // the relay through which that came; 0: by itself
	FetchedAt time.Time // when that was fetched
	Actor     bool      // it is a stored actor
	Buried    bool      // it is gone, and we know
	Seen      time.Time // when its origin was, or will be, asked because a relay named it; zero when that was long ago
	SeenBy    social.ID // the relay whose rules alone may have kept it out then; 0: none
}

// Held says what we have of a thing.
func (r Reader) Held(ctx context.Context, iri string) (Held, error) {
	return one(ctx, r, "read what a relay named", func(r rows) (h Held, err error) {
		err = r.Scan(&h.Via, moment{&h.FetchedAt}, &h.Actor, &h.Buried, moment{&h.Seen}, &h.SeenBy)
		if h.Post = h.Via >= 0; !h.Post {
			h.Via = 0
		}
		return h, err
	}, `SELECT COALESCE((SELECT p.via_relay FROM posts p WHERE p.iri = $1), -1), COALESCE((SELECT p.fetched_at FROM posts p WHERE p.iri = $1), 0),
			EXISTS (SELECT 1 FROM actors a WHERE a.iri = $1), EXISTS (SELECT 1 FROM tombstones t WHERE t.iri = $1),
			COALESCE((SELECT s.at FROM relay_seen s WHERE s.iri = $1), 0), COALESCE((SELECT s.relay_id FROM relay_seen s WHERE s.iri = $1), 0)`, iri)
}

package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Of what a relay names in ten minutes so many samples are kept, for a day: of those of
// which something is known, and of the others.
const (
	sampleSpan    = 10 * time.Minute
	mostSamples   = 30
	mostUnknown   = 10
	keepSamples   = 24 * time.Hour
	sampleColumns = `id, relay_id, iri, at, outcome, facts`
)

// AddSample keeps something that rules had to judge, unless there are enough of that
// time.
func (tx *Tx) AddSample(ctx context.Context, s social.RelaySample) error {
	facts, most, of := "", mostUnknown, `s.facts = ''`
	if s.Facts != nil {
		facts, most, of = document(s.Facts), mostSamples, `s.facts <> ''`
	}
	from := s.At.Truncate(sampleSpan)
	n, err := one(ctx, tx.Reader, "count samples", value[int], `SELECT COUNT(*) FROM relay_samples s WHERE s.relay_id = $1 AND s.at >= $2 AND `+of,
		s.Relay, millis(from))
	if err != nil || n >= most {
		return err
	}
	_, err = tx.exec(ctx, "add sample", `INSERT INTO relay_samples (`+sampleColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.db.ids.New(), s.Relay, s.IRI, millis(s.At), s.Outcome, facts)
	return err
}

// Samples gives what the relay named since a moment and rules had to judge, or all
// relays when it is 0; the newest first.
func (r Reader) Samples(ctx context.Context, relay social.ID, since time.Time) ([]social.RelaySample, error) {
	return list(ctx, r, "read samples", func(r rows) (s social.RelaySample, err error) {
		return s, r.Scan(&s.ID, &s.Relay, &s.IRI, moment{&s.At}, &s.Outcome, parsed{&s.Facts})
	}, `SELECT `+sampleColumns+` FROM relay_samples WHERE at >= $1 AND (CAST($2 AS BIGINT) = 0 OR relay_id = CAST($2 AS BIGINT)) ORDER BY at DESC, id DESC LIMIT $3`,
		millis(since), relay, maxSamples)
}

// maxSamples is how many are read at once: those of a day of some busy relays.
const maxSamples = 20_000

// tidySamples forgets those of more than a day ago.
func (tx *Tx) tidySamples(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "forget samples", `DELETE FROM relay_samples WHERE id IN (SELECT s.id FROM relay_samples s WHERE s.at < $1 ORDER BY s.at LIMIT $2)`,
		millis(now.Add(-keepSamples)), forgetAtOnce)
	return err
}

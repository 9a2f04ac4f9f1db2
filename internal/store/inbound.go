package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// State is how far a piece of work has come.
type State int

const (
	Waiting   State = iota // to be done, now or later
	Done                   // finished
	Parked                 // given up; Outcome says why
	Cancelled              // not wanted any more
)

// String names a state as its owner reads it.
func (s State) String() string { return [...]string{"waiting", "done", "given up", "cancelled"}[s] }

// Inbound is an activity that was accepted: its bytes as they came, and who
// signed them.
type Inbound struct {
	ID          social.ID
	Fingerprint string // of the signed request: a replay has the same
	Signer      string // IRI of the actor whose key verified it
	Key         string // IRI of that key
	Activity    string // its id, "" when it has none
	Kind        string
	Object      string
	Inbox       string // username, or "" for the shared inbox
	Body        []byte
	State       State
	Outcome     string
	Attempts    int
	ReceivedAt  time.Time
}

const inboundColumns = `i.id, i.fingerprint, i.signer, i.key_iri, i.activity, i.kind, i.object, i.inbox, i.body,
	i.state, i.outcome, i.attempts, i.received_at`

func scanInbound(r rows) (i Inbound, err error) {
	err = r.Scan(&i.ID, &i.Fingerprint, &i.Signer, &i.Key, &i.Activity, &i.Kind, &i.Object, &i.Inbox, &i.Body,
		&i.State, &i.Outcome, &i.Attempts, moment{&i.ReceivedAt})
	return i, err
}

// AddInbound stores accepted activities. The very same signed request a second
// time is no second row.
func (tx *Tx) AddInbound(ctx context.Context, all ...Inbound) error {
	for _, i := range all {
		at := millis(i.ReceivedAt)
		err := tx.later(ctx, addInbound, i.ID, i.Fingerprint, i.Signer, i.Key, i.Activity, i.Kind, i.Object, i.Inbox, i.Body, at, at)
		if err != nil {
			return err
		}
	}
	return nil
}

var addInbound = &many{
	doing: "add inbound activities",
	before: `INSERT INTO inbound (id, fingerprint, signer, key_iri, activity, kind, object, inbox, body,
		received_at, next_at, state, outcome, attempts, lease_until, lease_by, finished_at) VALUES `,
	row: `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, 0, '', 0)`, after: ` ON CONFLICT (fingerprint) DO NOTHING`,
}

// Inbound gives a received activity, or NotFound.
func (r Reader) Inbound(ctx context.Context, id social.ID) (Inbound, error) {
	return one(ctx, r, "read inbound activity", scanInbound, `SELECT `+inboundColumns+` FROM inbound i WHERE i.id = $1`, id)
}

// CountInbound counts received activities in a state.
func (r Reader) CountInbound(ctx context.Context, s State) (int, error) {
	return one(ctx, r, "count inbound activities", value[int], `SELECT COUNT(*) FROM inbound WHERE state = $1`, s)
}

// WaitingBySigner counts what waits, by who sent it.
func (r Reader) WaitingBySigner(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	_, err := list(ctx, r, "count waiting activities", func(r rows) (signer string, err error) {
		var n int
		err = r.Scan(&signer, &n)
		out[signer] = n
		return signer, err
	}, `SELECT signer, COUNT(*) FROM inbound WHERE state = 0 GROUP BY signer`)
	return out, err
}

// perSigner is how many activities of one signer are leased together.
const perSigner = 10

// leased are the signers of whom somebody works on something: $1 is the time. It is
// looked up once for a statement, not for each row of it, however much waits.
const leased = `SELECT o.signer FROM inbound o WHERE o.state = 0 AND o.lease_until >= $1`

// DueSigners gives those of whom something is due that nobody works on, who wait
// longest first.
func (r Reader) DueSigners(ctx context.Context, now time.Time, n int) ([]string, error) {
	return list(ctx, r, "find due signers", value[string], `
		SELECT i.signer FROM inbound i WHERE i.state = 0 AND i.next_at <= $1 AND i.signer NOT IN (`+leased+`)
		GROUP BY i.signer ORDER BY MIN(i.next_at), MIN(i.id) LIMIT $2`, millis(now), n)
}

// ClaimInbound leases due activities of up to n signers: of these, or of those
// who wait longest when none are given. What one signer sent is done in order:
// while one of its activities is leased, the others wait. Two claims never give
// the same row, since each first updates the lane's row.
func (tx *Tx) ClaimInbound(ctx context.Context, l Lease, signers []string, n int) (all []Inbound, err error) {
	if err := tx.claiming(ctx, LaneIngest); err != nil {
		return nil, err
	}
	now := millis(l.Now)
	if len(signers) == 0 {
		if signers, err = tx.DueSigners(ctx, l.Now, n); err != nil {
			return nil, err
		}
	}
	var ids []social.ID
	for _, signer := range signers {
		due, err := list(ctx, tx.Reader, "find due inbound activities", scanInbound, `
			SELECT `+inboundColumns+` FROM inbound i
			WHERE i.state = 0 AND i.signer = $2 AND i.next_at <= $1 AND NOT EXISTS (`+leased+` AND o.signer = $2)
			ORDER BY i.next_at, i.id LIMIT $3`, now, signer, perSigner)
		if err != nil {
			return nil, err
		}
		for _, i := range due[:together(due)] {
			all, ids = append(all, i), append(ids, i.ID)
		}
	}
	return all, tx.lease(ctx, "inbound", ids, l)
}

// suspicious is how many attempts raise the suspicion that they ended a process.
const suspicious = 2

// together says how many of what is due are leased at once: what may end its
// process is leased alone, so that the others' attempts are not used up with it.
func together(due []Inbound) int {
	for n, i := range due {
		if i.Attempts >= suspicious {
			return max(n, 1)
		}
	}
	return len(due)
}

// DueInbound says when the next activity that waits is due; zero when none waits.
func (r Reader) DueInbound(ctx context.Context) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END), 0) FROM inbound WHERE state = 0`)
}

// WaitingSigners gives those of the signers of whom something is due, whoever
// works on it.
func (r Reader) WaitingSigners(ctx context.Context, signers []string, now time.Time) ([]string, error) {
	return list(ctx, r, "find waiting signers", value[string], `
		SELECT DISTINCT signer FROM inbound WHERE state = 0 AND next_at <= $1 AND signer IN (`+marks(2, len(signers))+`)`,
		append([]any{millis(now)}, anys(signers)...)...)
}

// DueInboundOf says when the next activity of a signer that waits is due; zero
// when none waits.
func (r Reader) DueInboundOf(ctx context.Context, signer string) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(next_at), 0) FROM inbound WHERE signer = $1 AND state = 0`, signer)
}

// FinishInbound records how work on an activity ended.
func (tx *Tx) FinishInbound(ctx context.Context, id social.ID, e Ending) error {
	return tx.finish(ctx, "inbound", id, e)
}

// CancelInbound ends the waiting activities of a signer that have this id: an
// Undo overtook them.
func (tx *Tx) CancelInbound(ctx context.Context, signer, activity string, before social.ID, at time.Time) (int64, error) {
	return tx.exec(ctx, "cancel inbound activity", `
		UPDATE inbound SET state = 3, outcome = 'undone before it was acted on', finished_at = $1
		WHERE signer = $2 AND activity = $3 AND activity <> '' AND state = 0 AND id < $4`, millis(at), signer, activity, before)
}

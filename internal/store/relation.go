package store

import (
	"context"

	"skerry/internal/social"
)

const followColumns = `f.id, f.iri, f.follower_id, f.followee_id, f.state, f.created_at, f.hide_boosts`

func scanFollow(r rows) (f social.Follow, err error) {
	err = r.Scan(&f.ID, &f.IRI, &f.Follower, &f.Followee, &f.State, moment{&f.At}, &f.HideBoosts)
	return f, err
}

// Follow gives the follow of one actor by another, or NotFound.
func (r Reader) Follow(ctx context.Context, follower, followee social.ID) (social.Follow, error) {
	return one(ctx, r, "read follow", scanFollow,
		`SELECT `+followColumns+` FROM follows f WHERE f.follower_id = $1 AND f.followee_id = $2`, follower, followee)
}

// FollowByIRI gives a follow by the id of its activity, or NotFound.
func (r Reader) FollowByIRI(ctx context.Context, iri string) (social.Follow, error) {
	return one(ctx, r, "read follow", scanFollow, `SELECT `+followColumns+` FROM follows f WHERE f.iri = $1 LIMIT 1`, iri)
}

// Follows reports whether the follow stands and is accepted.
func (r Reader) Follows(ctx context.Context, follower, followee social.ID) (bool, error) {
	return found(ctx, r, "read follow", `SELECT 1 FROM follows WHERE follower_id = $1 AND followee_id = $2 AND state = 1`, follower, followee)
}

// FollowersOf gives those who follow an actor in this state, newest first. Page by the follow's id.
func (r Reader) FollowersOf(ctx context.Context, followee social.ID, state social.FollowState, page PageOf) ([]social.Follow, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read followers", scanFollow, `
		SELECT `+followColumns+` FROM follows f
		WHERE f.followee_id = $1 AND f.state = $2 AND f.id < $3 AND f.id > $4 ORDER BY f.id `+page.order()+` LIMIT $5`,
		followee, state, before, after, limit)
	return newestFirst(page, all), err
}

// FollowedBy gives those whom an actor follows in this state, newest first.
func (r Reader) FollowedBy(ctx context.Context, follower social.ID, state social.FollowState, page PageOf) ([]social.Follow, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read followed", scanFollow, `
		SELECT `+followColumns+` FROM follows f
		WHERE f.follower_id = $1 AND f.state = $2 AND f.id < $3 AND f.id > $4 ORDER BY f.id `+page.order()+` LIMIT $5`,
		follower, state, before, after, limit)
	return newestFirst(page, all), err
}

// CountFollows counts an actor's accepted followers and those it follows.
func (r Reader) CountFollows(ctx context.Context, actor social.ID) (followers, following int, err error) {
	type both struct{ in, out int }
	b, err := one(ctx, r, "count follows", func(r rows) (b both, err error) { return b, r.Scan(&b.in, &b.out) }, `
		SELECT (SELECT COUNT(*) FROM follows WHERE followee_id = $1 AND state = 1),
			(SELECT COUNT(*) FROM follows WHERE follower_id = $1 AND state = 1)`, actor)
	return b.in, b.out, err
}

// PutFollow stores a follow; one between the same two takes the new id and
// state, but an accepted one is not put back to pending by a repeat.
func (tx *Tx) PutFollow(ctx context.Context, f social.Follow) (added bool, err error) {
	tx.forgetTies()
	had, err := found(ctx, tx.Reader, "read follow",
		`SELECT 1 FROM follows WHERE follower_id = $1 AND followee_id = $2`, f.Follower, f.Followee)
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, "put follow", `
		INSERT INTO follows (id, iri, follower_id, followee_id, state, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (follower_id, followee_id) DO UPDATE SET iri = excluded.iri,
			state = CASE WHEN follows.state = 1 THEN 1 ELSE excluded.state END`,
		f.ID, f.IRI, f.Follower, f.Followee, f.State, millis(f.At))
	return !had, err
}

// SetFollowState accepts or rejects a follow; what is not there is no error.
func (tx *Tx) SetFollowState(ctx context.Context, id social.ID, s social.FollowState) error {
	tx.forgetTies()
	_, err := tx.exec(ctx, "set follow state", `UPDATE follows SET state = $1 WHERE id = $2`, s, id)
	return err
}

// DropFollow ends a follow and says whether there was one.
func (tx *Tx) DropFollow(ctx context.Context, follower, followee social.ID) (bool, error) {
	tx.forgetTies()
	n, err := tx.exec(ctx, "drop follow", `DELETE FROM follows WHERE follower_id = $1 AND followee_id = $2`, follower, followee)
	return n > 0, err
}

// PutBlock stores a block and says whether it is new.
func (tx *Tx) PutBlock(ctx context.Context, b social.Block) (added bool, err error) {
	tx.forgetTies()
	n, err := tx.exec(ctx, "put block", `
		INSERT INTO blocks (id, iri, actor_id, target_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (actor_id, target_id) DO NOTHING`, b.ID, b.IRI, b.By, b.Target, millis(b.At))
	return n == 1, err
}

// DropBlock ends a block and gives it, or NotFound.
func (tx *Tx) DropBlock(ctx context.Context, by, target social.ID) (social.Block, error) {
	tx.forgetTies()
	return one(ctx, tx.Reader, "drop block", scanBlock, `
		DELETE FROM blocks WHERE actor_id = $1 AND target_id = $2
		RETURNING id, iri, actor_id, target_id, created_at`, by, target)
}

func scanBlock(r rows) (b social.Block, err error) {
	err = r.Scan(&b.ID, &b.IRI, &b.By, &b.Target, moment{&b.At})
	return b, err
}

// BlockByIRI gives a block by the id of its activity, or NotFound.
func (r Reader) BlockByIRI(ctx context.Context, iri string) (social.Block, error) {
	return one(ctx, r, "read block", scanBlock,
		`SELECT id, iri, actor_id, target_id, created_at FROM blocks WHERE iri = $1 LIMIT 1`, iri)
}

// BlocksBy gives whom an actor blocks, newest first. Page by the block's id.
func (r Reader) BlocksBy(ctx context.Context, by social.ID, page PageOf) ([]social.Block, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read blocks", scanBlock, `
		SELECT id, iri, actor_id, target_id, created_at FROM blocks
		WHERE actor_id = $1 AND id < $2 AND id > $3 ORDER BY id `+page.order()+` LIMIT $4`, by, before, after, limit)
	return newestFirst(page, all), err
}

// Blocks reports whether one actor blocks another.
func (r Reader) Blocks(ctx context.Context, by, target social.ID) (bool, error) {
	return found(ctx, r, "read block", `SELECT 1 FROM blocks WHERE actor_id = $1 AND target_id = $2`, by, target)
}

// Ties is how one of ours stands with somebody, as far as that decides what becomes
// of what they send.
type Ties struct{ Follows, Blocks bool }

func (r Reader) ties(ctx context.Context, us, them social.ID) (Ties, error) {
	return one(ctx, r, "read ties", func(r rows) (t Ties, err error) { return t, r.Scan(&t.Follows, &t.Blocks) }, `
		SELECT EXISTS (SELECT 1 FROM follows WHERE follower_id = $1 AND followee_id = $2 AND state = 1),
			EXISTS (SELECT 1 FROM blocks WHERE actor_id = $1 AND target_id = $2)`, us, them)
}

// Relationships says how one of ours stands with each of the others.
func (r Reader) Relationships(ctx context.Context, us social.ID, others []social.ID) (map[social.ID]social.Relationship, error) {
	out := make(map[social.ID]social.Relationship, len(others))
	for _, id := range others {
		out[id] = social.Relationship{Actor: id}
	}
	for part := range chunks(others) {
		if err := r.addFollows(ctx, us, part, out); err != nil {
			return nil, err
		}
		if err := r.addBlocks(ctx, us, part, out); err != nil {
			return nil, err
		}
		if err := r.addMutes(ctx, part, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r Reader) addFollows(ctx context.Context, us social.ID, part []social.ID, out map[social.ID]social.Relationship) error {
	in := marks(2, len(part))
	all, err := list(ctx, r, "read relationships", scanFollow, `
		SELECT `+followColumns+` FROM follows f
		WHERE f.follower_id = $1 AND f.followee_id IN (`+in+`) OR f.followee_id = $1 AND f.follower_id IN (`+in+`)`,
		append([]any{us}, anys(part)...)...)
	for _, f := range all {
		if f.Follower == us {
			s := out[f.Followee]
			s.Following, s.Requested, s.HidingBoosts = f.State == social.Accepted, f.State == social.Pending, f.HideBoosts
			out[f.Followee] = s
		} else {
			s := out[f.Follower]
			s.FollowedBy, s.RequestedBy = f.State == social.Accepted, f.State == social.Pending
			out[f.Follower] = s
		}
	}
	return err
}

func (r Reader) addBlocks(ctx context.Context, us social.ID, part []social.ID, out map[social.ID]social.Relationship) error {
	in := marks(2, len(part))
	all, err := list(ctx, r, "read relationships", scanBlock, `
		SELECT id, iri, actor_id, target_id, created_at FROM blocks
		WHERE actor_id = $1 AND target_id IN (`+in+`) OR target_id = $1 AND actor_id IN (`+in+`)`,
		append([]any{us}, anys(part)...)...)
	for _, b := range all {
		if b.By == us {
			s := out[b.Target]
			s.Blocking = true
			out[b.Target] = s
		} else {
			s := out[b.By]
			s.BlockedBy = true
			out[b.By] = s
		}
	}
	return err
}

package store

import (
	"context"

	"skerry/internal/social"
)

func scanVote(r rows) (v social.Vote, err error) {
	return v, r.Scan(&v.ID, &v.Post, &v.By, &v.Choice, moment{&v.At})
}

// Vote gives a vote by id, or NotFound.
func (r Reader) Vote(ctx context.Context, id social.ID) (social.Vote, error) {
	return one(ctx, r, "read vote", scanVote, `SELECT id, post_id, actor_id, choice, created_at FROM votes WHERE id = $1`, id)
}

// VotesBy gives which answers an actor chose in these polls.
func (r Reader) VotesBy(ctx context.Context, actor social.ID, polls []social.ID) (map[social.ID][]int, error) {
	out := map[social.ID][]int{}
	for part := range chunks(polls) {
		all, err := list(ctx, r, "read votes", scanVote, `
			SELECT id, post_id, actor_id, choice, created_at FROM votes
			WHERE actor_id = $1 AND post_id IN (`+marks(2, len(part))+`) ORDER BY post_id, choice`, append([]any{actor}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		for _, v := range all {
			out[v.Post] = append(out[v.Post], v.Choice)
		}
	}
	return out, nil
}

// AddVote reports whether the vote is new.
func (tx *Tx) AddVote(ctx context.Context, v social.Vote) (added bool, err error) {
	n, err := tx.exec(ctx, "add vote", `
		INSERT INTO votes (id, post_id, actor_id, choice, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (post_id, actor_id, choice) DO NOTHING`, v.ID, v.Post, v.By, v.Choice, millis(v.At))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.later(ctx, keepByID, v.Post)
}

// DropVotes forgets all votes in a poll, which asks something else now.
func (tx *Tx) DropVotes(ctx context.Context, poll social.ID) error {
	_, err := tx.exec(ctx, "drop votes", `DELETE FROM votes WHERE post_id = $1`, poll)
	return err
}

// Poll gives a post for changing its poll: nobody else changes the post before the
// transaction ends, so that no vote is lost between reading and writing.
func (tx *Tx) Poll(ctx context.Context, id social.ID) (social.Post, error) {
	if _, err := tx.exec(ctx, "hold poll", `UPDATE posts SET poll = poll WHERE id = $1`, id); err != nil {
		return social.Post{}, err
	}
	return tx.Post(ctx, id)
}

// PutPoll stores how a poll stands.
func (tx *Tx) PutPoll(ctx context.Context, p social.Post) error {
	_, err := tx.exec(ctx, "store poll", `UPDATE posts SET poll = $1, fetched_at = $2 WHERE id = $3`, document(p.Poll), millis(p.FetchedAt), p.ID)
	return err
}

// CountVotes brings a poll of the owner's up to what was voted, and gives its post.
func (tx *Tx) CountVotes(ctx context.Context, id social.ID) (social.Post, error) {
	p, err := tx.Poll(ctx, id)
	if err != nil || p.Poll == nil {
		return p, err
	}
	all, err := list(ctx, tx.Reader, "count votes", func(r rows) (c [2]int, err error) { return c, r.Scan(&c[0], &c[1]) },
		`SELECT choice, COUNT(*) FROM votes WHERE post_id = $1 GROUP BY choice`, id)
	if err != nil {
		return p, err
	}
	for i := range p.Poll.Options {
		p.Poll.Options[i].Votes = 0
	}
	for _, c := range all {
		if c[0] < len(p.Poll.Options) {
			p.Poll.Options[c[0]].Votes = c[1]
		}
	}
	p.Poll.Voters, err = one(ctx, tx.Reader, "count voters", value[int], `SELECT COUNT(DISTINCT actor_id) FROM votes WHERE post_id = $1`, id)
	if err != nil {
		return p, err
	}
	return p, tx.PutPoll(ctx, p)
}

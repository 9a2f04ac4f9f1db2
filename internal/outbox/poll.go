package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
)

// The jobs that polls lead to; their payload is the post.
const (
	JobPoll    = "poll"     // of others: look how it stands; of the owner: tell how it stands
	JobPollEnd = "poll end" // and tell the owner that it is over
)

const (
	// tellEvery is how often the owner's server tells others how a poll stands.
	tellEvery = 3 * time.Minute
	// lookEvery is how often others are asked how theirs stands; Mastodon tells it
	// three minutes after a vote without being asked.
	lookEvery = 5 * time.Minute
	// afterEnd lets votes arrive that were sent in time.
	afterEnd = 30 * time.Second
	// maxPolls is how many such jobs wait, for what strangers can cause.
	maxPolls = 10_000
)

// pollJob is due at the next turn of its kind: however often it is asked for until
// then, it is done once.
func pollJob(kind string, post social.ID, due time.Time, every time.Duration) store.Job {
	turn := due.UnixMilli()/every.Milliseconds() + 1
	return store.Job{
		Lane: store.LaneFetch, Kind: kind, Once: fmt.Sprint(post, " ", turn), Payload: post.String(),
		Due: time.UnixMilli(turn * every.Milliseconds()), Most: maxPolls,
	}
}

// watchPoll has it looked how a poll of others stands, soon and when it is over.
func (p *Publisher) watchPoll(ctx context.Context, tx *store.Tx, post social.Post) error {
	now := p.db.Now()
	if err := queue.Add(ctx, tx, p.bus, pollJob(JobPoll, post.ID, now, lookEvery), now); err != nil {
		return err
	}
	return p.awaitEnd(ctx, tx, post)
}

// awaitEnd has the owner told when a poll is over.
func (p *Publisher) awaitEnd(ctx context.Context, tx *store.Tx, post social.Post) error {
	if post.Poll == nil || post.Poll.EndsAt.IsZero() {
		return nil
	}
	return queue.Add(ctx, tx, p.bus, store.Job{
		Lane: store.LaneFetch, Kind: JobPollEnd, Once: post.ID.String(), Payload: post.ID.String(), Due: post.Poll.EndsAt.Add(afterEnd),
	}, p.db.Now())
}

// Voted has others told how a poll of the owner's stands, at the next turn.
func (p *Publisher) Voted(ctx context.Context, tx *store.Tx, poll social.ID) error {
	now := p.db.Now()
	return queue.Add(ctx, tx, p.bus, pollJob(JobPoll, poll, now, tellEvery), now)
}

// LookAtPolls has it looked how those of the posts that ask stand, where that was not
// done lately: it is called when the owner looks at them.
func (p *Publisher) LookAtPolls(ctx context.Context, posts ...social.Post) error {
	now := p.db.Now()
	due := slices.DeleteFunc(slices.Clone(posts), func(post social.Post) bool {
		return post.Poll == nil || post.Local || post.Poll.Over(post.FetchedAt) || now.Sub(post.FetchedAt) < lookEvery
	})
	if len(due) == 0 {
		return nil
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		for _, post := range due {
			j := pollJob(JobPoll, post.ID, now, lookEvery)
			j.Due = now
			if err := queue.Add(ctx, tx, p.bus, j, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// DoPoll does the jobs of a poll, and says in a few words what came of it.
func (p *Publisher) DoPoll(ctx context.Context, j store.Job) (string, error) {
	id, err := social.ParseID(j.Payload)
	if err != nil {
		return "", err
	}
	post, err := p.db.Post(ctx, id)
	switch {
	case social.Is(err, social.NotFound):
		return "the post is gone", nil
	case err != nil:
		return "", err
	case post.Poll == nil:
		return "the post asks nothing any more", nil
	case post.Local:
		return "told how it stands", p.tellPoll(ctx, post)
	}
	return p.lookAtPoll(ctx, post, j.Kind == JobPollEnd)
}

// tellPoll tells those who were asked, and those who voted, how a poll of the owner's
// stands; when it is over, also the owner. It is no edit: [FEP-9967]
func (p *Publisher) tellPoll(ctx context.Context, post social.Post) error {
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	now := p.db.Now()
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		post, err := tx.CountVotes(ctx, post.ID)
		if err != nil {
			return err
		}
		if post.Poll.Over(now) {
			post.Poll.ClosedAt = post.Poll.EndsAt
			if err := tx.PutPoll(ctx, post); err != nil {
				return err
			}
			if _, err := tx.Notify(ctx, social.Notification{Kind: social.NotifyPoll, From: owner.ID, Post: post.ID, At: now}); err != nil {
				return err
			}
		}
		targets, err := p.reach(ctx, tx.Reader, owner, post)
		if err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Update", by: owner, object: post.IRI, post: post.ID, visibility: post.Visibility, targets: targets,
			document: p.build.Update(iri, p.build.Post(post, owner), owner.IRI, post.To, post.Cc, now),
		})
	})
}

// lookAtPoll fetches how a poll of others stands. At its end the owner is told, also
// when it cannot be had: they were promised an end.
func (p *Publisher) lookAtPoll(ctx context.Context, post social.Post, end bool) (string, error) {
	outcome, err := p.finder.Poll(ctx, post)
	if permanent(err) {
		outcome, err = "the poll cannot be had", nil
	}
	if err != nil || !end {
		return outcome, err
	}
	return outcome, p.db.InTx(ctx, func(tx *store.Tx) error { return EndPoll(ctx, tx, post, p.db.Now()) })
}

// permanent reports whether asking again would get the same answer.
func permanent(err error) bool {
	return social.Is(err, social.NotFound) || social.Is(err, social.Gone) || social.Is(err, social.Forbidden) || social.Is(err, social.Invalid)
}

// EndPoll tells the owner that a poll is over in which they voted; once.
func EndPoll(ctx context.Context, tx *store.Tx, post social.Post, now time.Time) error {
	owner, err := tx.Owner(ctx)
	if err != nil {
		return err
	}
	votes, err := tx.VotesBy(ctx, owner.Actor.ID, []social.ID{post.ID})
	if err != nil || len(votes) == 0 {
		return err
	}
	_, err = tx.Notify(ctx, social.Notification{Kind: social.NotifyPoll, From: post.Author, Post: post.ID, At: now})
	return err
}

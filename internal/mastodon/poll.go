package mastodon

import (
	"net/http"
	"strconv"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// poll shows what a post asks; nil for nothing.
func (r *renderer) poll(p social.Post) *poll {
	if p.Poll == nil {
		return nil
	}
	now := r.api.db.Now()
	ends := p.Poll.EndsAt
	if !p.Poll.ClosedAt.IsZero() {
		ends = p.Poll.ClosedAt
	}
	mine := append([]int{}, r.marks.Voted[p.ID]...)
	out := &poll{
		ID: p.ID.String(), ExpiresAt: stamp(ends), Expired: p.Poll.Over(now), Multiple: p.Poll.Multiple,
		VotersCount: p.Poll.Voters, Voted: p.Author == r.us || len(mine) > 0, OwnVotes: mine, Options: []option{}, Emojis: r.emojis(p.Emojis),
	}
	for _, o := range p.Poll.Options {
		shown := option{Title: o.Name}
		if p.Poll.Tells(now) {
			out.VotesCount += o.Votes
			shown.Votes = &o.Votes
		}
		out.Options = append(out.Options, shown)
	}
	return out
}

// poll answers GET /api/v1/polls/:id. [Masto: polls]
func (a *API) poll(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err == nil {
		err = a.publisher.LookAtPolls(r.Context(), post)
	}
	return a.answerPoll(w, r, id, err)
}

// vote answers POST /api/v1/polls/:id/votes.
func (a *API) vote(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	var choices []int
	for _, text := range r.list("choices") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return social.Faultf(social.Unprocessable, "Validation failed: choices are numbers of answers, not %.40q", text)
		}
		choices = append(choices, n)
	}
	return a.answerPoll(w, r, id, a.publisher.Vote(r.Context(), id, choices))
}

func (a *API) answerPoll(w http.ResponseWriter, r *request, id social.ID, err error) error {
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err == nil && post.Poll == nil {
		err = social.Faultf(social.NotFound, "not found")
	}
	if err != nil {
		return err
	}
	shown, err := a.one(r.Context(), r, post)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, shown.Poll)
}

// ballot reads the poll that a new post asks; nil for none.
func (r *request) ballot() (*social.Ballot, error) {
	if !r.sent("poll") {
		return nil, nil
	}
	seconds, err := strconv.Atoi(r.text("poll[expires_in]"))
	if err != nil || seconds < 0 || seconds > int(social.MaxPoll.Seconds()) {
		return nil, social.Faultf(social.Unprocessable, "Validation failed: poll[expires_in] is a number of seconds up to %d", int(social.MaxPoll.Seconds()))
	}
	b := &social.Ballot{
		Options: r.list("poll[options]"), For: time.Duration(seconds) * time.Second,
		Multiple: r.flag("poll[multiple]", false), Secret: r.flag("poll[hide_totals]", false),
	}
	for len(b.Options) > 0 && b.Options[len(b.Options)-1] == "" {
		b.Options = b.Options[:len(b.Options)-1] // apps send the line in which nothing was typed yet
	}
	return b, nil
}

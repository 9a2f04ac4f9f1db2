package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// question is a poll as a page shows it.
type question struct {
	*social.Poll
	ID      social.ID // of the post
	Answers []answer
	Closed  bool
	Tells   bool   // how it stands is shown
	Open    bool   // the owner can vote
	Back    string // where the form leads back to
	Wrong   string // why the vote was not taken
}

type answer struct {
	Name    string
	Votes   int
	Percent int  // of all votes, of all voters where they may choose several
	Mine    bool // the owner chose it
}

// ask makes a poll one to show to anybody.
func ask(post social.Post, now time.Time) *question {
	p := post.Poll
	q := &question{Poll: p, ID: post.ID, Closed: p.Over(now), Tells: p.Tells(now)}
	all := 0
	for _, o := range p.Options {
		all += o.Votes
	}
	if p.Multiple && p.Voters > 0 {
		all = p.Voters
	}
	for _, o := range p.Options {
		q.Answers = append(q.Answers, answer{Name: o.Name, Votes: o.Votes, Percent: min(100, 100*o.Votes/max(all, 1))})
	}
	return q
}

// vote shows what the owner chose, and lets them choose while they can.
func (q *question) vote(chosen []int, own bool, back string) {
	for _, c := range chosen {
		if c < len(q.Answers) {
			q.Answers[c].Mine = true
		}
	}
	q.Open, q.Back = !own && !q.Closed && len(chosen) == 0, back
}

// vote answers the form of a poll. A vote that is not taken stands in the form again.
func (s *Site) vote(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	var choices []int
	for _, text := range r.PostForm["choice"] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return social.Faultf(social.Invalid, "The form could not be read.")
		}
		choices = append(choices, n)
	}
	err = s.Publisher.Vote(r.Context(), id, choices)
	if say, told := wrongOf(err); told {
		return s.voteAgain(w, r, id, choices, err, say)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), readerPage(id)))
	return nil
}

// voteAgain shows a vote that was not taken, and why.
func (s *Site) voteAgain(w http.ResponseWriter, r *http.Request, id social.ID, choices []int, why error, say string) error {
	p, err := s.Publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	page, err := s.threadPage(r, p)
	if err != nil {
		return err
	}
	q := page.Post.Question
	if q == nil || !q.Open {
		return why
	}
	q.Wrong = say
	for i := range q.Answers {
		q.Answers[i].Mine = slices.Contains(choices, i)
	}
	return s.showWith(w, reply.Status(why), "thread.html", page)
}

// questionnaire is a poll as it is being written.
type questionnaire struct {
	Lines            []string // the answers, with empty lines for more
	Multiple, Secret bool
	Runs             time.Duration
}

// usualRun is how long a poll is open unless its author says otherwise.
const usualRun = 24 * time.Hour

var runs = []struct {
	time.Duration
	say string
}{
	{5 * time.Minute, "5 minutes"}, {30 * time.Minute, "30 minutes"}, {time.Hour, "an hour"}, {6 * time.Hour, "6 hours"}, {usualRun, "a day"},
	{3 * 24 * time.Hour, "3 days"}, {7 * 24 * time.Hour, "a week"}, {30 * 24 * time.Hour, "30 days"},
}

func readQuestionnaire(form url.Values) questionnaire {
	q := questionnaire{Lines: form["answer"], Multiple: form.Has("several"), Secret: form.Has("secret")}
	minutes, _ := strconv.Atoi(form.Get("runs")) // what is no number is the usual time
	q.Runs = time.Duration(min(max(minutes, 0), 1<<20)) * time.Minute
	return q.whole()
}

// whole has as many lines as the form shows.
func (q questionnaire) whole() questionnaire {
	q.Lines = slices.Clone(q.Lines[:min(len(q.Lines), social.MaxOptions)])
	for len(q.Lines) < social.MaxOptions {
		q.Lines = append(q.Lines, "")
	}
	q.Runs = cmp.Or(q.Runs, usualRun)
	return q
}

// asked is the poll of a post for asking it again.
func asked(p social.Post) questionnaire {
	if p.Poll == nil {
		return questionnaire{}.whole()
	}
	q := questionnaire{Multiple: p.Poll.Multiple, Secret: p.Poll.Secret, Runs: p.Poll.EndsAt.Sub(p.Published)}
	for _, o := range p.Poll.Options {
		q.Lines = append(q.Lines, o.Name)
	}
	return q.whole()
}

// Given reports whether something is asked.
func (q questionnaire) Given() bool { return q.ballot() != nil }

// ballot is the poll that is asked, nil for none.
func (q questionnaire) ballot() *social.Ballot {
	b := &social.Ballot{Multiple: q.Multiple, Secret: q.Secret, For: q.Runs}
	for _, line := range q.Lines {
		if line = strings.TrimSpace(line); line != "" {
			b.Options = append(b.Options, line)
		}
	}
	if len(b.Options) == 0 {
		return nil
	}
	return b
}

// runs are the times that can be chosen, and the one that was.
func (q questionnaire) runs() (all []choice) {
	known := false
	for _, r := range runs {
		known = known || r.Duration == q.Runs
		all = append(all, choice{Value: fmt.Sprint(int(r.Minutes())), Say: r.say, Chosen: r.Duration == q.Runs})
	}
	if !known {
		all = append(all, choice{Value: fmt.Sprint(int(q.Runs.Minutes())), Say: fmt.Sprint(int(q.Runs.Minutes()), " minutes"), Chosen: true})
	}
	return all
}

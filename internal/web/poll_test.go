package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// asked is a poll of another server's owner, as the first one has stored it.
func asked(t *testing.T, at, by *testkit.Server, b social.Ballot) social.Post {
	t.Helper()
	b.Options, b.For = []string{"tea", "<i>coffee"}, time.Hour
	p := write(t, by, social.Draft{Text: "which?", Poll: &b})
	got, err := at.Finder.Post(t.Context(), p.IRI)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOwnerVotesWhereThePollStands(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		p := asked(t, anna, bert, social.Ballot{})
		v := reading(t, anna)
		here := "/posts/" + p.ID.String()
		v.get(here).want(t, 200, "Choose one<", `type="radio" name="choice" value="1"`, "&lt;i&gt;coffee", "Votes so far", "0 voters, ends")
		wrong := v.submit(here+"/vote", url.Values{})
		wrong.want(t, 422, "Choose an answer of the poll.", `role="alert"`, `name="choice"`)
		checkPage(t, "a vote for nothing", wrong)
		wrong = v.submit(here+"/vote", url.Values{"choice": {"0", "1"}})
		wrong.want(t, 422, "Choose one answer", `value="0" checked`, `value="1" checked`)
		v.submit(here+"/vote", url.Values{"choice": {"x"}}).want(t, 400)
		v.submit(here+"/vote", url.Values{"choice": {"1"}, "back": {"/home#p1"}}).leads(t, "/home#p1")
		voted := v.get(here)
		voted.want(t, 200, "1 voter, ends", "your vote", "<b>100 %</b>")
		voted.lacks(t, `name="choice"`)
		v.submit(here+"/vote", url.Values{"choice": {"0"}}).want(t, 422, "You have voted in this poll already.")
		testkit.Settle(t, anna, bert)
		visitor := visit(t, bert).get(path(t, p.URL))
		visitor.want(t, 200, "1 voter, ends", "<b>100 %</b>")
		visitor.lacks(t, `name="choice"`, "your vote")
	})
}

func TestSecretPollShowsNoVotes(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		p := asked(t, anna, bert, social.Ballot{Secret: true, Multiple: true})
		if err := anna.Publisher.Vote(t.Context(), p.ID, []int{0, 1}); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		got := visit(t, bert).get(path(t, p.URL))
		got.want(t, 200, "1 voter", "the votes are shown then")
		got.lacks(t, " %</b>", "<meter")
	})
}

func TestPollIsAskedInTheBrowser(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := reading(t, s)
		v.get("/compose").want(t, 200, "<summary>Poll</summary>", `<option value="1440" selected>a day</option>`)
		form := func(key string, pairs ...string) url.Values {
			out := url.Values{"key": {key}, "text": {"which?"}, "audience": {"public"}, "runs": {"30"}}
			for i := 0; i+1 < len(pairs); i += 2 {
				out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
			}
			return out
		}
		for name, c := range map[string]struct {
			form url.Values
			say  string
		}{
			"one answer":   {form("a", "answer", "tea", "answer", " "), "it needs 2 to 4"},
			"twice":        {form("b", "answer", "tea", "answer", "tea"), "Two answers of the poll are the same."},
			"a long one":   {form("c", "answer", "tea", "answer", strings.Repeat("x", 51)), "51 characters"},
			"a short time": {form("d", "answer", "tea", "answer", "milk", "runs", "1"), ""},
		} {
			if c.say == "" {
				c.form["runs"], c.say = []string{"1"}, "five minutes to a month"
			}
			got := v.upload("/compose", c.form, nil)
			got.want(t, 422, c.say, `role="alert"`, `value="tea"`, "which?")
			checkPage(t, name, got)
		}
		sent := v.upload("/compose", form("e", "answer", "tea", "answer", "", "answer", "milk", "several", "1", "secret", "1"), nil)
		if sent.status != 303 {
			t.Fatalf("got %d %s, want 303", sent.status, sent.shown())
		}
		id, err := social.ParseID(strings.TrimPrefix(sent.header.Get("Location"), "/posts/"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.DB.Post(t.Context(), id)
		if err != nil || p.Poll == nil || len(p.Poll.Options) != 2 || !p.Poll.Multiple || !p.Poll.Secret || p.Poll.EndsAt.Sub(p.Published) != 30*time.Minute {
			t.Errorf("got %+v, %v, want the poll that was typed", p.Poll, err)
		}
		again := v.get("/compose?redraft=" + id.String())
		again.want(t, 200, `name="answer" value="tea"`, `name="answer" value="milk"`, `name="several" value="1" checked`, `<option value="30" selected>`)
		v.get("/compose?edit="+id.String()).lacks(t, `name="answer"`)
	})
}

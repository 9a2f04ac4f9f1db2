package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// quoting is a stage on which bert quotes posts of cleo, who lives elsewhere.
type quoting struct {
	*stage
	elsewhere *testkit.Peer
	cleo      *testkit.Stranger
	name      string         // the last part of the addresses of
	quoted    map[string]any // cleo's post,
	stamp     map[string]any // her consent, served at its address,
	note      map[string]any // and bert's post, not sent yet
}

func onQuoting(t *testing.T, test func(*testing.T, *quoting)) {
	t.Helper()
	onStage(t, func(t *testing.T, st *stage) {
		q := &quoting{stage: st, elsewhere: testkit.NewPeer(t)}
		q.cleo = q.elsewhere.Person("cleo")
		q.prepare("1")
		test(t, q)
	})
}

// prepare makes a post that quotes another one, whose author allows it.
func (q *quoting) prepare(name string) {
	q.name, q.quoted, q.note = name, q.cleo.Note(name, "as I said"), q.bert.Note(name, "how true")
	q.stamp = map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "QuoteAuthorization", "id": q.cleo.IRI + "/stamps/" + name,
		"attributedTo": q.cleo.IRI, "interactingObject": q.note["id"], "interactionTarget": q.quoted["id"],
	}
	q.elsewhere.Serve("/users/cleo/stamps/"+name, q.stamp)
	q.note["quote"], q.note["quoteAuthorization"] = q.quoted["id"], q.stamp["id"]
}

func (q *quoting) send() {
	q.t.Helper()
	q.tell(q.bert, q.bert.Activity("Create", "create-"+q.name, q.note))
}

func (q *quoting) want(step string, want social.QuoteState) {
	q.t.Helper()
	p, ok := q.post(q.note["id"])
	if !ok || p.Quote == nil {
		q.t.Fatalf("%s: the post is kept: %v, and quotes %v", step, ok, p.Quote)
	}
	if p.Quote.State != want {
		q.t.Errorf("%s: the quote stands at %d, want %d", step, p.Quote.State, want)
	}
}

func TestQuoteIsShownWhenTheQuotedAuthorAllowsIt(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		q.want("allowed", social.QuoteAllowed)
		p, _ := q.post(q.note["id"])
		if quoted, ok := q.post(q.quoted["id"]); !ok || quoted.ID != p.Quote.Post || !p.Quote.Shown() {
			t.Errorf("the quote is %+v, want one of the post %d", p.Quote, quoted.ID)
		}
		if n := q.elsewhere.Asked("/users/cleo/stamps/1"); n != 1 {
			t.Errorf("the consent was asked for %d times, want once", n)
		}
	})
}

func TestQuoteIsJudgedByWhatProvesConsent(t *testing.T) {
	forge := func(q *quoting) string {
		forged := maps.Clone(q.stamp)
		forged["id"] = q.bert.IRI + "/stamps/" + q.name
		q.peer.Serve("/users/bert/stamps/"+q.name, forged)
		return forged["id"].(string)
	}
	tests := []struct {
		name   string
		change func(*quoting)
		want   social.QuoteState
	}{
		{"not asked", func(q *quoting) { delete(q.note, "quoteAuthorization") }, social.QuotePending},
		{"oneself", func(q *quoting) {
			q.note["quote"] = q.bert.Note("0", "earlier")["id"]
			delete(q.note, "quoteAuthorization")
		}, social.QuoteAllowed},
		{"one of the older ways", func(q *quoting) { q.note["_misskey_quote"] = q.note["quote"]; delete(q.note, "quote") }, social.QuoteAllowed},
		{"older and newer way", func(q *quoting) { q.note["quoteUrl"] = q.note["quote"]; delete(q.note, "quoteAuthorization") }, social.QuotePending},
		{"consent is not there", func(q *quoting) { q.elsewhere.Fail("/users/cleo/stamps/"+q.name, http.StatusNotFound) }, social.QuoteRefused},
		{"consent of another", func(q *quoting) { q.stamp["attributedTo"] = q.bert.IRI }, social.QuoteRefused},
		{"consent of two", func(q *quoting) { q.stamp["attributedTo"] = []any{q.cleo.IRI, q.bert.IRI} }, social.QuoteRefused},
		{"consent for another", func(q *quoting) { q.stamp["interactingObject"] = q.note["id"].(string) + "x" }, social.QuoteRefused},
		{"consent to another", func(q *quoting) { q.stamp["interactionTarget"] = q.quoted["id"].(string) + "x" }, social.QuoteRefused},
		{"no consent at all", func(q *quoting) { q.stamp["type"] = "Note" }, social.QuoteRefused},
		{"consent at home", func(q *quoting) { q.note["quoteAuthorization"] = forge(q) }, social.QuoteRefused},
		{"consent that leads home", func(q *quoting) {
			forged := forge(q)
			q.elsewhere.Handle("/users/cleo/stamps/"+q.name, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, forged, http.StatusFound)
			})
		}, social.QuoteRefused},
		{"nothing to quote", func(q *quoting) { q.elsewhere.Fail("/users/cleo/notes/"+q.name, http.StatusNotFound) }, social.QuotePending},
	}
	onQuoting(t, func(t *testing.T, q *quoting) {
		for i, test := range tests {
			q.prepare(fmt.Sprint(i + 2))
			test.change(q)
			q.send()
			q.want(test.name, test.want)
		}
	})
}

// The author of a quote asks, is answered, and then tells all who have the post. That
// is no edit.
func TestConsentThatComesLaterIsNoEdit(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		delete(q.note, "quoteAuthorization")
		q.send()
		q.want("asked", social.QuotePending)
		q.note["quoteAuthorization"] = q.stamp["id"]
		q.tell(q.bert, q.bert.Activity("Update", "u1", q.note))
		q.want("answered", social.QuoteAllowed)
		if p, _ := q.post(q.note["id"]); !p.Edited.IsZero() {
			t.Errorf("the post was edited at %v", p.Edited)
		}
	})
}

func TestEditKeepsTheQuote(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		edit := func(n int) {
			q.note["content"], q.note["updated"] = fmt.Sprint("<p>edit ", n, "</p>"), time.Now().Add(time.Duration(n)*time.Minute).UTC().Format(time.RFC3339)
			q.tell(q.bert, q.bert.Activity("Update", fmt.Sprint("u", n), q.note))
		}
		edit(1)
		q.want("edited", social.QuoteAllowed)
		if n := q.elsewhere.Asked("/users/cleo/stamps/1"); n != 1 {
			t.Errorf("the consent was asked for %d times, want once", n)
		}
		q.note["quote"] = q.cleo.Note("2", "never said")["id"]
		edit(2)
		q.want("another quote", social.QuoteRefused)
		delete(q.note, "quote")
		edit(3)
		if p, _ := q.post(q.note["id"]); p.Quote != nil {
			t.Errorf("the post quotes %+v, want nothing", p.Quote)
		}
	})
}

func TestConsentIsTakenBackByItsAuthorAlone(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		dora := q.elsewhere.Person("dora")
		q.tell(dora, dora.Activity("Delete", "d1", q.stamp["id"]))
		q.want("deleted by a neighbour", social.QuoteAllowed)
		q.tell(q.bert, q.bert.Activity("Delete", "d2", q.stamp["id"]))
		q.want("deleted by who quotes", social.QuoteAllowed)
		q.tell(q.cleo, q.cleo.Activity("Delete", "d3", q.stamp["id"]))
		q.want("deleted by its author", social.QuoteRevoked)
		q.tell(q.bert, q.bert.Activity("Update", "u1", q.note))
		q.want("told again", social.QuoteRevoked)
	})
}

// Who quoted passes on that it is not allowed any more; it is asked where it was allowed.
func TestConsentThatIsSaidToBeTakenBackIsAskedFor(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		passed := q.cleo.Activity("Delete", "d1", q.stamp["id"])
		passed["signature"] = map[string]any{"type": "RsaSignature2017"}
		q.tell(q.bert, passed)
		q.want("not so", social.QuoteAllowed)
		q.elsewhere.Fail("/users/cleo/stamps/1", http.StatusGone)
		passed["id"] = q.cleo.IRI + "/activities/d2"
		q.tell(q.bert, passed)
		q.want("so", social.QuoteRevoked)
	})
}

func TestQuoteIsLookedAtAgainAfterAWeek(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		q.elsewhere.Fail("/users/cleo/stamps/1", http.StatusNotFound)
		look := func() {
			p, _ := q.post(q.note["id"])
			q.must(q.s.Publisher.LookAtQuotes(q.ctx, p))
			testkit.Settle(t, q.s)
		}
		look()
		q.want("at once", social.QuoteAllowed)
		q.clock.Advance(8 * 24 * time.Hour)
		look()
		q.want("after a week", social.QuoteRevoked)
	})
}

func TestQuoteOfAPostThatIsLookedUpIsJudged(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		p, _, err := q.s.Finder.Resolve(q.ctx, q.note["id"].(string))
		if err != nil || !p.Quote.Shown() {
			t.Errorf("the post quotes %+v, %v; want what may be shown", p.Quote, err)
		}
	})
}

// What is quoted within what is quoted is not fetched: there is no end to it.
func TestQuotesAreFetchedOneDeep(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		dora := q.elsewhere.Person("dora")
		deeper := dora.Note("1", "deeper")
		q.quoted["quoteUri"], q.quoted["inReplyTo"] = deeper["id"], deeper["id"]
		q.send()
		q.want("allowed", social.QuoteAllowed)
		if n := q.elsewhere.Asked("/users/dora/notes/1"); n != 0 {
			t.Errorf("what the quoted post quotes was asked for %d times", n)
		}
		p, _ := q.post(q.quoted["id"])
		if p.Quote == nil || p.Quote.IRI != deeper["id"] || p.Quote.Post != 0 {
			t.Errorf("the quoted post quotes %+v, want what it says", p.Quote)
		}
	})
}

// The post does not wait for what it quotes; that is tried again.
func TestPostIsKeptWhileWhatItQuotesIsAway(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.elsewhere.Fail("/users/cleo/notes/1", http.StatusServiceUnavailable)
		q.send()
		q.want("away", social.QuotePending)
		q.elsewhere.Fail("/users/cleo/notes/1", 0)
		q.clock.Advance(2 * time.Hour)
		q.own("something else")
		q.want("back", social.QuoteAllowed)
	})
}

func TestQuoteOfADeletedPostHasNothingToShow(t *testing.T) {
	onQuoting(t, func(t *testing.T, q *quoting) {
		q.send()
		q.tell(q.cleo, q.cleo.Activity("Delete", "d1", q.quoted["id"]))
		q.want("deleted", social.QuoteAllowed)
		if p, _ := q.post(q.note["id"]); p.Quote.Post != 0 || p.Quote.Shown() {
			t.Errorf("the quote is %+v, want nothing to show", p.Quote)
		}
	})
}

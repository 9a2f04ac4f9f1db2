package web_test

import (
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// quoting stores a post of bert's at anna's that quotes another one.
func quoting(t *testing.T, anna, bert *testkit.Server, parent social.Post, q social.Quote, words string) social.Post {
	t.Helper()
	by := known(t, anna, bert)
	p := social.Post{
		ID: anna.DB.IDs().New(), IRI: by.IRI + "/quoting/" + words, Author: by.ID, AuthorIRI: by.IRI, Kind: social.Note,
		Content: `<p>` + words + ` <a href="` + q.IRI + `" rel="nofollow noopener" target="_blank">inline</a></p><p class="quote-inline">RE: <a href="` + q.IRI + `" rel="nofollow noopener" target="_blank">stand-in</a></p>`,
		Parent:  parent.ID, InReplyTo: parent.IRI, Published: anna.DB.Now(), Quote: &q,
	}
	put(t, anna, p)
	return p
}

func TestQuotedPostIsShownWithinWhileItsAuthorAllowsIt(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		root := write(t, anna, social.Draft{Text: "the root"})
		first := write(t, bert, social.Draft{Text: "what was said first"})
		testkit.Settle(t, anna, bert)
		now := anna.DB.Now()
		allowed := social.Quote{IRI: first.IRI, State: social.QuoteAllowed, Checked: now}
		p := quoting(t, anna, bert, root, allowed, "how-true")
		v := reading(t, anna)
		here := "/posts/" + heard(t, anna, first).ID.String()
		for at, link := range map[string]string{"/posts/" + p.ID.String(): here, path(t, root.URL): first.URL} {
			got := v.get(at)
			got.want(t, 200, "how-true", `<blockquote class="quoted h-cite u-quotation-of" cite="`+link+`">`, "what was said first")
			got.lacks(t, "stand-in")
			checkPage(t, "thread", got)
		}
		v.get("/posts/"+p.ID.String()).want(t, 200, `<a href="`+here+`">inline</a>`)
		visit(t, anna).get(path(t, root.URL)).want(t, 200, "what was said first", `<a href="`+first.IRI+`" rel=`)

		for say, q := range map[string]social.Quote{
			"does not allow it":          {IRI: first.IRI, State: social.QuoteRefused, Checked: now},
			"no longer allows it":        {IRI: first.IRI, State: social.QuoteRevoked, Checked: now},
			"has not allowed it yet":     {IRI: first.IRI, State: social.QuotePending, Checked: now},
			"look again in a moment":     {IRI: first.IRI, State: social.QuotePending},
			"that cannot be had":         {IRI: first.IRI + "x", State: social.QuotePending, Checked: now},
			"that was deleted":           {IRI: first.IRI + "x", State: social.QuoteAllowed, Checked: now},
			"or its author is blocked":   {IRI: root.IRI + "?", State: social.QuoteAllowed, Checked: now},
			"for others, or its author ": {IRI: root.IRI + "!", State: social.QuoteAllowed, Checked: now.Add(-time.Hour)},
		} {
			if q.IRI == root.IRI+"?" || q.IRI == root.IRI+"!" {
				hidden := heard(t, anna, first)
				hidden.ID, hidden.IRI, hidden.URL, hidden.Visibility, hidden.Content = anna.DB.IDs().New(), q.IRI, "", social.Direct, "what was said first"
				put(t, anna, hidden)
			}
			p := quoting(t, anna, bert, root, q, anna.DB.IDs().New().String())
			got := v.get("/posts/" + p.ID.String())
			got.want(t, 200, say, "stand-in")
			got.lacks(t, "what was said first")
		}
		if err := anna.Publisher.Block(t.Context(), known(t, anna, bert).ID); err != nil {
			t.Fatal(err)
		}
		visit(t, anna).get(path(t, root.URL)).lacks(t, "what was said first", "how-true")
	})
}

// What is quoted by a post that strangers see may itself not be for them.
func TestQuoteShowsStrangersNothingOfFollowersPosts(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		root := write(t, anna, social.Draft{Text: "the root"})
		closed := write(t, bert, social.Draft{Text: "for followers only", Visibility: social.FollowersOnly})
		testkit.Settle(t, anna, bert)
		p := quoting(t, anna, bert, root, social.Quote{IRI: closed.IRI, State: social.QuoteAllowed, Checked: anna.DB.Now()}, "closed")
		reading(t, anna).get("/posts/"+p.ID.String()).want(t, 200, "for followers only")
		got := visit(t, anna).get(path(t, root.URL))
		got.want(t, 200, "A post is quoted here that is not shown")
		got.lacks(t, "for followers only")
	})
}

func TestLinksToWhatIsKnownOpenInTheReader(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		first := write(t, bert, social.Draft{Text: "what was said first"})
		testkit.Settle(t, anna, bert)
		forged := heard(t, anna, first)
		forged.ID, forged.IRI, forged.URL = anna.DB.IDs().New(), first.IRI+"/2", "https://bank.example/"
		put(t, anna, forged)
		write(t, bert, social.Draft{Text: "a word on #Tide for @" + anna.Owner.Handle()})
		testkit.Settle(t, anna, bert)
		here := map[string]string{first.URL: "/posts/" + heard(t, anna, first).ID.String(), bert.Owner.URL: "/people/" + known(t, anna, bert).ID.String(), anna.Owner.URL: "/@anna"}
		links := forged
		links.ID, links.IRI, links.URL, links.Content = anna.DB.IDs().New(), first.IRI+"/3", "", `<p><a href="https://bank.example/" rel="nofollow noopener" target="_blank">a</a>`
		for address := range here {
			links.Content += ` <a href="` + address + `" rel="nofollow noopener" target="_blank">b</a>`
		}
		links.Content += `</p>`
		put(t, anna, links)
		v := reading(t, anna)
		v.get("/home").want(t, 200, `<a href="/hashtags/tide" class="mention hashtag">`, `<a href="/@anna" class="u-url mention">`)
		got := v.get("/posts/" + links.ID.String())
		got.want(t, 200, `<a href="https://bank.example/" rel="nofollow noopener" target="_blank">a</a>`)
		for _, at := range here {
			got.want(t, 200, `<a href="`+at+`">b</a>`)
		}
		checkPage(t, "thread", got)
	})
}

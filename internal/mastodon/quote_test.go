package mastodon_test

import (
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// wantQuote looks how a status says that it quotes.
func (st *stage) wantQuote(step string, shown object, state string, status any) {
	st.t.Helper()
	quote, _ := shown["quote"].(object)
	var id any
	if within, ok := quote["quoted_status"].(object); ok {
		id = within["id"]
	}
	if quote["state"] != state || id != status {
		st.t.Errorf("%s: the quote is %v of %v, want %s of %v", step, quote["state"], id, state, status)
	}
}

func TestStatusShowsWhatItQuotes(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		deepest := st.write(st.bert, "0", "first", st.naming)
		deeper := st.write(st.bert, "1", "second", st.naming, with("quote", deepest["uri"]))
		shown := st.write(st.bert, "2", "third", st.naming, with("quote", deeper["uri"]))
		st.wantQuote("of oneself", shown, "accepted", deeper["id"])
		within := shown["quote"].(object)["quoted_status"].(object)["quote"].(object)
		if _, has := within["quoted_status"]; has || within["quoted_status_id"] != deepest["id"] {
			t.Errorf("the quote within is %v, want the id alone", within)
		}
		if plain := st.get("/v1/statuses/" + deepest["id"].(string)); plain["quote"] != nil {
			t.Errorf("what quotes nothing quotes %v", plain["quote"])
		}
		asked := st.write(st.bert, "3", "fourth", st.naming, with("quote", st.eve.Note("1", "eve's")["id"]))
		st.wantQuote("not allowed yet", asked, "pending", nil)
		st.tell(st.bert, st.bert.Activity("Delete", "d1", deeper["uri"]))
		st.wantQuote("deleted", st.get("/v1/statuses/"+shown["id"].(string)), "deleted", nil)
	})
}

// A quote shows nobody what they could not see otherwise.
func TestQuoteHidesWhatHidesFromTheOwner(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		hidden := st.eve.Note("1", "for followers")
		hidden["to"], hidden["cc"] = st.eve.IRI+"/followers", nil
		st.must(ignore(st.Finder.FetchPost(t.Context(), hidden["id"].(string))))
		shown := st.write(st.bert, "1", "look", st.naming, with("quoteUrl", hidden["id"]))
		st.wantQuote("for eve's followers", shown, "unauthorized", nil)

		open := st.write(st.bert, "2", "look", st.naming, with("quoteUrl", st.eve.Note("2", "for all")["id"]))
		p, _ := st.stored(st.eve.IRI + "/notes/2")
		st.wantQuote("for all", open, "accepted", p.ID.String())
		st.must(st.Publisher.Block(t.Context(), p.Author))
		testkit.Settle(t, st.Server)
		st.wantQuote("of somebody blocked", st.get("/v1/statuses/"+open["id"].(string)), "unauthorized", nil)
	})
}

func ignore(_ social.Post, err error) error { return err }

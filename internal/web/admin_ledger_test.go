package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestLedgerTellsWhatARelayBroughtAndCosts(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		first, second := testkit.NewRelay(t, testkit.RelayProfile{}), testkit.NewRelay(t, testkit.RelayProfile{})
		eve := testkit.NewPeer(t).Person("eve")
		for _, relay := range []*testkit.Relay{first, second} {
			if _, err := s.Relays.Follow(t.Context(), relay.Inbox, social.RelayMastodon); err != nil {
				t.Fatal(err)
			}
			testkit.Settle(t, s)
		}
		note := eve.Note("1", "both name it")
		first.Announce(note["id"])
		testkit.Settle(t, s)
		second.Announce(note["id"])
		second.Announce(eve.Note("2", "one does")["id"])
		second.Announce(eve.IRI)
		testkit.Settle(t, s)

		v := visit(t, s)
		v.login()
		relays, err := s.DB.Reader.Relays(t.Context())
		if err != nil || len(relays) != 2 {
			t.Fatalf("%v, %v; want two relays", relays, err)
		}
		at := "/admin/relays/" + relays[1].ID.String() + "/ledger"
		page := v.get(at)
		page.want(t, http.StatusOK, `<td data-label="What">Named by the relay</td><td data-label="24 hours">3</td><td data-label="30 days">3</td>`,
			`<td data-label="What">Known already</td><td data-label="24 hours">1</td>`, `<td data-label="What">Kept</td><td data-label="24 hours">1</td>`,
			"1 post that it named first", "at 0.015 for a GB", "<svg", "by the hour")
		checkPage(t, "ledger", page)
		v.get("/admin/relays").want(t, http.StatusOK, `href="`+at+`"`, `href="/admin/relays/compare"`)

		both := v.get("/admin/relays/compare")
		both.want(t, http.StatusOK, "1 (100 %)", "1 (33 %)", `href="`+at+`"`)
		checkPage(t, "relays side by side", both)

		for _, bad := range []string{"", "free", "-1", "1e9", "NaN"} {
			v.submit("/admin/relays/price", url.Values{"price": {bad}}).want(t, http.StatusUnprocessableEntity, "is no price", `value="`+bad+`"`)
		}
		v.submit("/admin/relays/price", url.Values{"price": {"1000"}, "back": {at}}).leads(t, at)
		v.get(at).want(t, http.StatusOK, "at 1000 for a GB")
		if _, err := s.Relays.Trial(t.Context(), relays[1].ID, true); err != nil {
			t.Fatal(err)
		}
		second.Announce(eve.Note("3", "on trial")["id"])
		testkit.Settle(t, s)
		v.get(at).want(t, http.StatusOK, `Would have been kept (on trial)</td><td data-label="24 hours">1</td>`)
		v.get("/admin/relays/1/ledger").want(t, http.StatusNotFound)
	})
}

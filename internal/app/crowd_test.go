package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"skerry/internal/store"
)

// A server with more to do than it can take in says so before it looks at who
// asks, and takes in again when there is room.
func TestServerThatIsFullAsksToComeAgain(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		rows := make([]store.Inbound, 50_000)
		for i := range rows { // none is due, so that all wait
			rows[i] = store.Inbound{
				ID: st.s.DB.IDs().New(), Fingerprint: fmt.Sprint("f", i), Signer: fmt.Sprintf("https://h%d.example/a", i%100),
				Body: []byte("{}"), ReceivedAt: st.s.DB.Now().Add(24 * time.Hour),
			}
		}
		st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error { return tx.AddInbound(st.ctx, rows...) }))
		st.clock.Advance(time.Minute)
		like := st.bert.Activity("Like", "1", st.s.Owner.IRI)
		res, err := http.DefaultTransport.RoundTrip(st.bert.Request(st.s.Owner.Inbox, like))
		st.must(err)
		st.must(res.Body.Close())
		if after := res.Header.Get("Retry-After"); res.StatusCode != http.StatusServiceUnavailable || after != "60" {
			t.Errorf("got %d, Retry-After %q; want 503 and a minute", res.StatusCode, after)
		}
		if n, err := st.s.DB.CountInbound(st.ctx, store.Waiting); n != len(rows) || err != nil {
			t.Errorf("%d wait, %v; want none more", n, err)
		}
		st.must(st.s.Foreman.Abandon(st.ctx, rows[0].ID))
		st.clock.Advance(time.Minute)
		st.tell(st.bert, like)
	})
}

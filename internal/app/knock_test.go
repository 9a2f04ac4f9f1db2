package app_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// picky is an inbox that takes one kind of signature.
type picky struct {
	newer bool // RFC 9421; else draft-cavage
	other int  // what the other kind is answered

	mu    sync.Mutex
	kinds []string // in the order in which they came
	taken int
}

func (p *picky) answer(w http.ResponseWriter, r *http.Request) {
	kind := "draft-cavage"
	if r.Header.Get("Signature-Input") != "" {
		kind = "RFC 9421"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kinds = append(p.kinds, kind)
	if p.newer != (kind == "RFC 9421") {
		w.WriteHeader(p.other)
		return
	}
	p.taken++
	w.WriteHeader(http.StatusAccepted)
}

// heard gives the kinds that came since it was asked last.
func (p *picky) heard() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.kinds
	p.kinds = nil
	return all
}

func (p *picky) want(t *testing.T, kinds ...string) {
	t.Helper()
	if got := p.heard(); !slices.Equal(got, kinds) {
		t.Errorf("signatures came as %v, want %v", got, kinds)
	}
}

func TestPeerThatTakesOnlyTheNewerSignatureIsAskedWithItForAWeek(t *testing.T) {
	for name, status := range map[string]int{"answers 400": 400, "answers 401": 401} {
		t.Run(name, func(t *testing.T) {
			onStage(t, func(t *testing.T, st *stage) {
				st.befriended()
				inbox := &picky{newer: true, other: status}
				st.peer.Handle(bertsInbox, inbox.answer)
				st.own("one")
				inbox.want(t, "draft-cavage", "RFC 9421")
				st.clock.Advance(6 * 24 * time.Hour)
				st.own("two")
				inbox.want(t, "RFC 9421")
				st.clock.Advance(6 * 24 * time.Hour) // the second post renewed it
				st.own("three")
				inbox.want(t, "RFC 9421")
				st.clock.Advance(7*24*time.Hour + time.Second)
				st.own("four")
				inbox.want(t, "draft-cavage", "RFC 9421")
				if inbox.taken != 4 {
					t.Errorf("%d were taken, want 4", inbox.taken)
				}
			})
		})
	}
}

func TestPeerThatTakesOnlyTheOlderSignatureIsAskedWithItAlone(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		inbox := &picky{other: 401}
		st.peer.Handle(bertsInbox, inbox.answer)
		st.own("one")
		st.own("two")
		inbox.want(t, "draft-cavage", "draft-cavage")
	})
}

// A server that goes back to an older version takes the older signature again.
func TestPeerThatForgetsTheNewerSignatureIsAskedWithTheOlderOne(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		inbox := &picky{newer: true, other: 401}
		st.peer.Handle(bertsInbox, inbox.answer)
		st.own("one")
		inbox.want(t, "draft-cavage", "RFC 9421")
		inbox.newer = false
		st.own("two")
		inbox.want(t, "RFC 9421", "draft-cavage")
		st.own("three")
		inbox.want(t, "draft-cavage")
	})
}

// Whoever takes neither is asked with each once, then at the delivery's next turn.
func TestPeerThatTakesNoSignatureIsNotKnockedAtForEver(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		inbox := &picky{newer: true, other: 401}
		st.peer.Handle(bertsInbox, func(w http.ResponseWriter, r *http.Request) {
			inbox.answer(&statusOnly{w, 401}, r)
		})
		st.own("one")
		inbox.want(t, "draft-cavage", "RFC 9421")
		testkit.Settle(t, st.s)
		inbox.want(t)
		st.later(2 * time.Minute)
		inbox.want(t, "draft-cavage", "RFC 9421")
	})
}

// statusOnly answers with one status, whatever the handler says.
type statusOnly struct {
	http.ResponseWriter
	status int
}

// WriteHeader sends the status.
func (s *statusOnly) WriteHeader(int) { s.ResponseWriter.WriteHeader(s.status) }

package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

// owned is a place whose server has an owner, anna.
func owned(t *testing.T, dsn string) *place {
	t.Helper()
	return newPlace(t, dsn, "OWNER_USERNAME=anna", "OWNER_PASSWORD=correct horse battery")
}

func (p *place) inbox() string { return p.origin + "/users/anna/inbox" }

// post publishes something by the client API.
func (p *place) post(token, text string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.origin+"/api/v1/statuses", strings.NewReader(url.Values{"status": {text}}.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+token)
	if status, said := testkit.Do(p.t, r); status != http.StatusOK {
		p.t.Fatalf("got %d %s, want 200", status, said)
	}
}

// follow sends a Follow, which must be taken.
func (p *place) follow(by *testkit.Stranger) {
	p.t.Helper()
	status, said := by.Send(p.inbox(), by.Activity("Follow", "follow", p.origin+"/users/anna"))
	if status != http.StatusAccepted {
		p.t.Fatalf("got %d %s, want 202", status, said)
	}
}

// until looks again and again until it is as it should be.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("it did not happen that %s", what)
		}
	}
}

// lapse ends the leases of the server that died, as two minutes would. With
// SQLite the next server knows that it is alone and need not wait.
func (p *place) lapse(dsn string) {
	p.t.Helper()
	if dsn == "" {
		return
	}
	secret, err := os.ReadFile(filepath.Join(p.dir, "data", "secret.key"))
	if err != nil {
		p.t.Fatal(err)
	}
	db, err := store.Open(p.t.Context(), store.Options{
		URL: dsn, Secret: []byte(strings.TrimSpace(string(secret))), Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	if err := db.InTx(p.t.Context(), func(tx *store.Tx) error { return tx.VoidLeases(p.t.Context()) }); err != nil {
		p.t.Fatal(err)
	}
}

// TestKilledServerDoesWhatItAccepted kills a server right after its last answer.
// Whatever was answered 202 or shown as posted is acted on and delivered by the
// next one.
func TestKilledServerDoesWhatItAccepted(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		p, peer := owned(t, dsn), testkit.NewPeer(t)
		s := p.serve()
		token := strings.TrimSpace(p.run("owner", "token"))
		p.follow(peer.Person("first"))
		until(t, "the first follow was accepted", func() bool { return len(peer.Got("Accept")) == 1 })

		const rounds, follows, posts = 3, 8, 3
		for round := range rounds {
			for i := range follows {
				p.follow(peer.Person(fmt.Sprintf("follower_%d_%d", round, i)))
			}
			for i := range posts {
				p.post(token, fmt.Sprintf("post %d of round %d", i, round))
			}
			if code, err := s.end(syscall.SIGKILL); err != nil || code == 0 {
				t.Fatalf("SIGKILL: exit code %d, %v", code, err)
			}
			p.lapse(dsn)
			s = p.serve()
		}
		until(t, "every follow was accepted", func() bool { return distinct(peer, "Accept") == 1+rounds*follows })
		until(t, "every post was delivered", func() bool { return distinct(peer, "Create") == rounds*posts })
		p.stops(s)
		if shown := p.run("owner", "show"); !strings.Contains(shown, fmt.Sprintf("followers  %d\n", 1+rounds*follows)) {
			t.Errorf("the server shows\n%s\nwant %d followers", shown, 1+rounds*follows)
		}
	})
}

// distinct counts what came to the peer's inboxes, once for every object: what a
// crash cut off is delivered again.
func distinct(peer *testkit.Peer, kind string) int {
	objects := map[string]bool{}
	for _, got := range peer.Got(kind) {
		object, _ := got["object"].(map[string]any)
		objects[fmt.Sprint(object["id"])] = true
	}
	return len(objects)
}

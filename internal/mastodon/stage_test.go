package mastodon_test

import (
	"slices"
	"testing"

	"skerry/internal/access"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// stage is one of our servers as an app sees it, and two people on a stranger's.
type stage struct {
	*testkit.Server
	t         *testing.T
	clock     *testkit.Clock
	peer      *testkit.Peer
	bert, eve *testkit.Stranger
}

func newStage(t *testing.T, dsn string) *stage {
	t.Helper()
	st := &stage{t: t, clock: new(testkit.Clock), peer: testkit.NewPeer(t)}
	st.Server = testkit.StartAt(t, st.clock, dsn, "anna")
	st.bert, st.eve = st.peer.Person("bert"), st.peer.Person("eve")
	return st
}

// onStage runs a test on each engine.
func onStage(t *testing.T, test func(*testing.T, *stage)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) { test(t, newStage(t, dsn)) })
}

// in is the stage for a subtest.
func (st *stage) in(t *testing.T) *stage { c := *st; c.t = t; return &c }

func (st *stage) must(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// say posts a status of the owner's and gives it.
func (st *stage) say(status string, pairs ...string) object {
	st.t.Helper()
	return st.post("/v1/statuses", append([]string{"status", status}, pairs...)...)
}

// meet gives the account id of a stranger, whom the server knows from then on.
func (st *stage) meet(s *testkit.Stranger) string {
	st.t.Helper()
	a, err := st.Finder.Actor(st.t.Context(), s.IRI)
	st.must(err)
	return a.ID.String()
}

// follow makes the owner a follower of a stranger and gives their account id.
func (st *stage) follow(s *testkit.Stranger) string {
	st.t.Helper()
	id := st.meet(s)
	st.post("/v1/accounts/" + id + "/follow")
	testkit.Settle(st.t, st.Server)
	asked := st.peer.Got("Follow")
	i := slices.IndexFunc(asked, func(f map[string]any) bool { return f["object"] == s.IRI })
	if i < 0 {
		st.t.Fatalf("got the Follows %v, want one of %s", asked, s.IRI)
	}
	st.tell(s, s.Activity("Accept", "accept", asked[i]))
	return id
}

// tell sends an activity to the owner and waits until it was acted on.
func (st *stage) tell(by *testkit.Stranger, activity any) {
	st.t.Helper()
	if status, said := by.SendAt(st.clock.Now(), st.Owner.Inbox, activity); status != 202 {
		st.t.Fatalf("%v: got %d %s, want 202", activity, status, said)
	}
	testkit.Settle(st.t, st.Server)
}

// write makes a stranger say something to the owner, and gives the status.
func (st *stage) write(by *testkit.Stranger, id, words string, changes ...func(object)) object {
	st.t.Helper()
	note := by.Note(id, words)
	for _, change := range changes {
		change(note)
	}
	st.tell(by, by.Activity("Create", "create-"+id, note))
	p, err := st.DB.PostByIRI(st.t.Context(), note["id"].(string))
	st.must(err)
	return st.get("/v1/statuses/" + p.ID.String())
}

// naming addresses a note to the owner.
func (st *stage) naming(note object) {
	note["tag"] = []any{object{"type": "Mention", "href": st.Owner.IRI, "name": "@anna"}}
}

// only addresses a note to these and nobody else.
func only(iris ...string) func(object) {
	return func(note object) { note["to"], note["cc"] = iris, nil }
}

// with sets a field of a note.
func with(name string, value any) func(object) {
	return func(note object) { note[name] = value }
}

// scoped makes a token with these scopes.
func (st *stage) scoped(scopes string) string {
	st.t.Helper()
	secret, hash := access.NewToken()
	st.must(st.DB.InTx(st.t.Context(), func(tx *store.Tx) error {
		return tx.AddToken(st.t.Context(), store.Token{ID: st.DB.IDs().New(), Hash: hash, Name: scopes, Scopes: scopes, Created: st.clock.Now()})
	}))
	return secret
}

// keep stores an actor as it is.
func (st *stage) keep(a social.Actor) {
	st.t.Helper()
	st.must(st.DB.InTx(st.t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutActor(st.t.Context(), a, a.Domain)
		return err
	}))
}

// stored gives the post that is stored under an IRI.
func (st *stage) stored(iri string) (social.Post, bool) {
	st.t.Helper()
	p, err := st.DB.PostByIRI(st.t.Context(), iri)
	if err != nil && !social.Is(err, social.NotFound) {
		st.t.Fatal(err)
	}
	return p, err == nil
}

package remote_test

import (
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"skerry/internal/httpsig"
	"skerry/internal/testkit"
)

// house is one of our servers and the server of strangers who write to it.
type house struct {
	*testing.T
	s     *testkit.Server
	clock *testkit.Clock
	peer  *testkit.Peer
}

func onHouse(t *testing.T, test func(*house)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		test(&house{T: t, s: testkit.StartAt(t, clock, dsn, "anna"), clock: clock, peer: testkit.NewPeer(t)})
	})
}

// send delivers a Follow signed with a key and gives the status.
func (h *house) send(by *testkit.Stranger, id string, key httpsig.Key) int {
	h.Helper()
	signer := *by
	signer.Key = key
	status, said := signer.SendAt(h.clock.Now(), h.s.Owner.Inbox, by.Activity("Follow", id, h.s.Owner.IRI))
	if strings.TrimSpace(said) == "" && status != http.StatusAccepted {
		h.Errorf("%d without a sentence", status)
	}
	return status
}

func (h *house) want(what string, got, want int) {
	h.Helper()
	if got != want {
		h.Errorf("%s: got %d, want %d", what, got, want)
	}
}

func newKey(t *testing.T, id string) (httpsig.Key, string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := httpsig.EncodePublicKeyPEM(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return httpsig.Key{ID: id, Private: private}, pem
}

func TestUnknownSignerCostsOneFetch(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		h.want("first", h.send(bert, "1", bert.Key), 202)
		h.want("second", h.send(bert, "2", bert.Key), 202)
		h.want("fetches", h.peer.Asked("/users/bert"), 1)
	})
}

// A key with an address of its own leads to its owner; the owner's own document
// must list it.
func TestKeyCountsWhenItsOwnersDocumentListsIt(t *testing.T) {
	onHouse(t, func(h *house) {
		bert, victim := h.peer.Person("bert"), h.peer.Person("victim")
		key, pem := newKey(h.T, h.peer.Origin+"/keys/1")
		doc := map[string]any{"id": key.ID, "type": "Key", "owner": bert.IRI, "publicKeyPem": pem}
		h.peer.Serve("/keys/1", doc)
		h.want("not listed", h.send(bert, "1", key), 401)

		actor := h.peer.Document("/users/bert")
		actor["publicKey"] = []any{actor["publicKey"], doc}
		h.peer.Serve("/users/bert", actor)
		h.clock.Advance(time.Hour) // what failed is looked at again
		h.want("listed", h.send(bert, "2", key), 202)

		claims := maps.Clone(doc)
		claims["owner"], claims["id"] = victim.IRI, h.peer.Origin+"/keys/2"
		h.peer.Serve("/keys/2", claims)
		h.want("a victim as the owner", h.send(victim, "3", httpsig.Key{ID: h.peer.Origin + "/keys/2", Private: key.Private}), 401)
	})
}

func TestKeyOnAnotherHostThanItsOwnerIsRefused(t *testing.T) {
	onHouse(t, func(h *house) {
		victim, evil := h.peer.Person("victim"), testkit.NewPeer(h.T)
		key, pem := newKey(h.T, evil.Origin+"/keys/1")
		evil.Serve("/keys/1", map[string]any{"id": key.ID, "type": "Key", "owner": victim.IRI, "publicKeyPem": pem})
		h.want("status", h.send(victim, "1", key), 401)
		h.want("fetches of the victim", h.peer.Asked("/users/victim"), 0)
	})
}

// Quirk(gotosocial): the key's address answers a stub whose id is the actor's.
func TestStubAtTheKeysAddressLeadsToItsActor(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		actor := h.peer.Document("/users/bert")
		key := httpsig.Key{ID: bert.IRI + "/main-key", Private: bert.Key.Private}
		public := maps.Clone(actor["publicKey"].(map[string]any))
		public["id"] = key.ID
		actor["publicKey"] = public
		h.peer.Serve("/users/bert", actor)
		h.peer.Serve("/users/bert/main-key", map[string]any{"id": bert.IRI, "type": "Person", "preferredUsername": "bert", "publicKey": public})
		h.want("status", h.send(bert, "1", key), 202)
	})
}

func TestNewKeyIsFetchedOnceWhenTheOldOneDoesNotFit(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		h.want("old key", h.send(bert, "1", bert.Key), 202)
		rotate := func() httpsig.Key {
			key, pem := newKey(h.T, bert.Key.ID)
			actor := h.peer.Document("/users/bert")
			actor["publicKey"] = map[string]any{"id": key.ID, "owner": bert.IRI, "publicKeyPem": pem}
			h.peer.Serve("/users/bert", actor)
			return key
		}
		next := rotate()
		h.want("new key", h.send(bert, "2", next), 202)
		h.want("old key again", h.send(bert, "3", bert.Key), 401)
		last := rotate()
		asked := h.peer.Asked("/users/bert")
		h.want("newer key, too soon", h.send(bert, "4", last), 401)
		h.want("fetches", h.peer.Asked("/users/bert"), asked)
		h.clock.Advance(11 * time.Minute)
		h.want("newer key, later", h.send(bert, "5", last), 202)
	})
}

func TestKeyThatIsGoneIsNotAskedForWithinAMonth(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		h.peer.Fail("/users/bert", http.StatusGone)
		for range 3 {
			h.want("status", h.send(bert, "1", bert.Key), 202) // nothing left to do for it
		}
		h.want("fetches", h.peer.Asked("/users/bert"), 1)
		h.peer.Fail("/users/bert", 0)
		h.clock.Advance(31 * 24 * time.Hour)
		h.want("a month later", h.send(bert, "2", bert.Key), 202)
		h.want("fetches", h.peer.Asked("/users/bert"), 2)
	})
}

func TestKeyThatIsNotThereIsNotAskedForAgainAtOnce(t *testing.T) {
	onHouse(t, func(h *house) {
		for status, want := range map[int]int{http.StatusNotFound: 401, http.StatusForbidden: 401, http.StatusBadGateway: 503} {
			bert := h.peer.Person("bert" + http.StatusText(status)[:3])
			path := strings.TrimPrefix(bert.IRI, h.peer.Origin)
			h.peer.Fail(path, status)
			for range 3 {
				h.want(path, h.send(bert, "1", bert.Key), want)
			}
			h.want("fetches of "+path, h.peer.Asked(path), 1)
		}
	})
}

func TestKeyThatCannotBeAnAddressIsRefused(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		for _, id := range []string{"acct:bert@" + h.peer.Origin, "bert", h.s.Owner.IRI + "#main-key", "file:///etc/passwd"} {
			h.want(id, h.send(bert, "1", httpsig.Key{ID: id, Private: bert.Key.Private}), 401)
		}
	})
}

package app_test

import (
	"crypto/rsa"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/httpsig"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

const (
	everybody = "https://www.w3.org/ns/activitystreams#Public"
	as        = "https://www.w3.org/ns/activitystreams"
)

// documentAt gets a document as servers do; it must be there.
func documentAt(t testing.TB, url string) map[string]any {
	t.Helper()
	return documentOf(t, asking(t, "GET", url, server))
}

// documentOf gives the document that answers a request.
func documentOf(t testing.TB, r *http.Request) map[string]any {
	t.Helper()
	got := look(t, r)
	if got.status != 200 || got.header.Get("Content-Type") != asDocument {
		t.Fatalf("%s: got %d %s %s, want a document", r.URL, got.status, got.header.Get("Content-Type"), got.body)
	}
	return object(t, got.body)
}

// checkKeys looks at the keys of an actor and takes them out, and what changes
// from run to run with them.
func checkKeys(t *testing.T, actor map[string]any) {
	t.Helper()
	id := actor["id"].(string)
	key, _ := actor["publicKey"].(map[string]any)
	pem, _ := key["publicKeyPem"].(string)
	public, err := httpsig.ParsePublicKeyPEM(pem)
	if k, ok := public.(*rsa.PublicKey); err != nil || !ok || k.N.BitLen() != 2048 || key["id"] != id+"#main-key" || key["owner"] != id {
		t.Errorf("%s: publicKey is %v, %v; want RSA of 2048 bits, its own", id, key, err)
	}
	methods, _ := actor["assertionMethod"].([]any)
	if len(methods) != 1 {
		t.Fatalf("%s: %d assertion methods, want 1", id, len(methods))
	}
	method := methods[0].(map[string]any)
	multikey, _ := method["publicKeyMultibase"].(string)
	if _, err := httpsig.ParseMultikey(multikey); err != nil || !strings.HasPrefix(multikey, "z6Mk") {
		t.Errorf("%s: publicKeyMultibase is %q, %v; want Ed25519", id, multikey, err)
	}
	delete(method, "publicKeyMultibase")
	want := map[string]any{"id": id + "#ed25519-key", "type": "Multikey", "controller": id}
	if diff := cmp.Diff(want, method); diff != "" {
		t.Errorf("%s: assertionMethod (-want +got):\n%s", id, diff)
	}
	contexts, _ := actor["@context"].([]any)
	if len(contexts) == 0 || contexts[0] != as || !strings.Contains(strings.Join(texts(contexts), " "), "https://w3id.org/security/v1") {
		t.Errorf("%s: the context is %v", id, contexts)
	}
	recent(t, id, actor["published"])
	for _, name := range []string{"publicKey", "assertionMethod", "@context", "published"} {
		delete(actor, name)
	}
}

// texts gives the items that are texts.
func texts(list []any) (out []string) {
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// recent wants a moment of this test.
func recent(t *testing.T, what string, stamp any) {
	t.Helper()
	s, _ := stamp.(string)
	at, err := time.Parse(time.RFC3339, s)
	if age := time.Since(at); err != nil || age < -time.Minute || age > time.Hour {
		t.Errorf("%s: the time is %v, want now", what, stamp)
	}
}

var implemented = []any{map[string]any{"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"}}

func TestOwnersDocumentHasWhatPeersInsistOn(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		got := documentAt(t, s.Owner.IRI)
		checkKeys(t, got)
		id := s.Origin + "/users/anna"
		want := map[string]any{
			"id": id, "type": "Person", "preferredUsername": "anna", "name": "anna", "summary": "", "url": s.Origin + "/@anna",
			"webfinger": "anna@" + s.URLs().Domain, "inbox": id + "/inbox", "outbox": id + "/outbox", "followers": id + "/followers",
			"following": id + "/following", "featured": id + "/collections/featured", "featuredTags": id + "/collections/tags",
			"endpoints":                 map[string]any{"sharedInbox": s.Origin + "/inbox"},
			"manuallyApprovesFollowers": false, "discoverable": true, "indexable": true,
			"generator": map[string]any{"type": "Application", "id": s.Origin + "/actor", "name": "Skerry", "implements": implemented},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the owner (-want +got):\n%s", diff)
		}
	})
}

func TestEditedProfileIsSeenWithTheTimeOfTheEdit(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		err := s.Publisher.EditProfile(t.Context(), social.Profile{
			Name: "Anna <3", Bio: "about me", Locked: true, Bot: true, Fields: []social.ProfileField{{Name: "Where", Value: "a rock"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := documentAt(t, s.Owner.IRI)
		recent(t, "updated", got["updated"])
		want := map[string]any{
			"type": "Service", "name": "Anna <3", "summary": "<p>about me</p>", "manuallyApprovesFollowers": true, "discoverable": false, "indexable": false,
			"attachment": []any{map[string]any{"type": "PropertyValue", "name": "Where", "value": "a rock"}},
		}
		for name, value := range want {
			if diff := cmp.Diff(value, got[name]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestServersActorNeedsNoSignatureAndHasItsCollections(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "") // also before there is an owner
		id, host := s.Origin+"/actor", s.URLs().Domain
		got := documentAt(t, id)
		checkKeys(t, got)
		want := map[string]any{
			"id": id, "type": "Application", "preferredUsername": strings.Split(host, ":")[0], "name": host, "summary": "", "url": s.Origin + "/",
			"webfinger": s.Server.Handle(), "inbox": id + "/inbox", "outbox": id + "/outbox", "followers": id + "/followers", "following": id + "/following",
			"endpoints":                 map[string]any{"sharedInbox": s.Origin + "/inbox"},
			"manuallyApprovesFollowers": true, "discoverable": false, "indexable": false, "implements": implemented,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the server's actor (-want +got):\n%s", diff)
		}
		for _, name := range []string{"outbox", "followers", "following"} {
			c := documentAt(t, got[name].(string))
			if c["type"] != "OrderedCollection" || c["id"] != got[name] || c["totalItems"] != 0. {
				t.Errorf("%s is %v, want an empty collection", name, c)
			}
		}
		if got := look(t, asking(t, "GET", s.Origin+"/users/anna", server)); got.status != 404 {
			t.Errorf("the owner who is not there yet: got %d, want 404", got.status)
		}
	})
}

// TestPostsDocumentHasWhatPeersRead: what is in it, and who it is for.
func TestPostsDocumentHasWhatPeersRead(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
		anna, bert := st.s.Owner.IRI, st.bert.IRI
		handle := "@bert@" + strings.TrimPrefix(st.peer.Origin, "http://")
		root := st.own("root")
		for v, c := range map[social.Visibility]struct{ to, cc, quoters []any }{
			social.Public:        {[]any{everybody}, []any{anna + "/followers", bert}, []any{everybody}},
			social.Unlisted:      {[]any{anna + "/followers"}, []any{everybody, bert}, []any{everybody}},
			social.FollowersOnly: {[]any{anna + "/followers"}, []any{bert}, []any{anna}},
			social.Direct:        {[]any{bert}, nil, []any{anna}},
		} {
			p, err := st.s.Publisher.Post(st.ctx, social.Draft{
				Text: "Good morning " + handle + " #Fedi", Warning: "greeting", Language: "en", Visibility: v, InReplyTo: root.ID,
			}, nil)
			st.must(err)
			got := documentOf(t, signed(t, st.bert, p.IRI, server))
			recent(t, "published", got["published"])
			delete(got, "@context")
			delete(got, "published")
			want := map[string]any{
				"id": p.IRI, "type": "Note", "attributedTo": anna, "url": p.URL, "content": p.Content, "contentMap": map[string]any{"en": p.Content},
				"summary": "greeting", "sensitive": true, "inReplyTo": root.IRI, "context": root.Context, "conversation": root.Context, "to": c.to,
				"tag": []any{
					map[string]any{"type": "Mention", "href": bert, "name": handle},
					map[string]any{"type": "Hashtag", "href": st.s.Origin + "/tags/fedi", "name": "#Fedi"},
				},
				"attachment": []any{},
				"replies": map[string]any{"id": p.IRI + "/replies", "type": "Collection", "first": map[string]any{
					"type": "CollectionPage", "partOf": p.IRI + "/replies", "next": p.IRI + "/replies?page=true", "items": []any{},
				}},
				"likes":             map[string]any{"id": p.IRI + "/likes", "type": "Collection", "totalItems": 0.},
				"shares":            map[string]any{"id": p.IRI + "/shares", "type": "Collection", "totalItems": 0.},
				"interactionPolicy": map[string]any{"canQuote": map[string]any{"automaticApproval": c.quoters}},
			}
			if c.cc != nil {
				want["cc"] = c.cc
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", v, diff)
			}
		}
	})
}

func TestEditedPostIsSeenWithTheTimeOfTheEdit(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		before := documentAt(t, p.IRI)
		edited, err := s.Publisher.Edit(t.Context(), p.ID, social.Draft{Text: "Hello again", Language: "de"})
		if err != nil {
			t.Fatal(err)
		}
		after := documentAt(t, p.IRI)
		recent(t, "updated", after["updated"])
		before["content"], before["contentMap"] = edited.Content, map[string]any{"de": edited.Content}
		before["updated"] = after["updated"]
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("after the edit (-want +got):\n%s", diff)
		}
	})
}

// A post has one address: a cache that holds two of them forgets one too few.
func TestPostHasNoOtherNameForItsNumber(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for _, id := range []string{"0" + p.ID.String(), "+" + p.ID.String(), p.ID.String() + "/", "%33" + p.ID.String()[1:]} {
			for _, before := range []string{"/users/anna/posts/", "/@anna/"} {
				if got := look(t, asking(t, "GET", s.Origin+before+id, server)); got.status != 404 {
					t.Errorf("%s%s: got %d, want 404", before, id, got.status)
				}
			}
		}
	})
}

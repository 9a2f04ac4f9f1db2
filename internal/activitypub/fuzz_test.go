package activitypub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// seed gives a fuzzer what we write, what other software writes, and what
// strangers may try.
func seed(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(document)
	}
	for _, s := range corpus(f) {
		f.Add(s.bytes)
	}
	for _, document := range []string{
		plainActor, plainPost, `{}`, `[`, `{"a":1e999}`, `{"a":"\ud800"}`, `{"id":"https://[fe80::1%25a]:0443/"}`,
		`{"type":["x","Note"],"id":"https://A.。/","attributedTo":[{"type":"Person","@id":"http://b"}],"to":["Public",[["as:Public"]]]}`,
		`{"type":"Question","id":"https://a","attributedTo":"https://a","anyOf":[{"name":"a","replies":[{"totalItems":-1}]}],"votersCount":1e5}`,
	} {
		f.Add([]byte(document))
	}
}

// let gives the document when the gate lets it through.
func let(t *testing.T, document []byte) (Object, bool) {
	t.Helper()
	o, err := Decode(document)
	if err != nil && (o != nil || !social.Is(err, social.Invalid) && !social.Is(err, social.TooLarge)) {
		t.Fatalf("got %v and the error %v, want a Fault alone", o, err)
	}
	return o, err == nil
}

// address checks that an IRI that must be there is in canonical form.
func address(t *testing.T, what, iri string) {
	t.Helper()
	again, err := CanonicalIRI(iri)
	if err != nil || again != iri || Host(iri) == "" || !strings.HasPrefix(iri, "https://") && !strings.HasPrefix(iri, "http://") {
		t.Fatalf("%s is %q, in canonical form %q, %v", what, iri, again, err)
	}
}

// addresses checks those that may be there.
func addresses(t *testing.T, what string, iris ...string) {
	t.Helper()
	for _, iri := range iris {
		if iri != "" {
			address(t, what, iri)
		}
	}
}

// texts checks that what is kept can be stored.
func texts(t *testing.T, limit int, all ...string) {
	t.Helper()
	for _, s := range all {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > limit {
			t.Fatalf("got a text of %d bytes that cannot be stored: %.100q", len(s), s)
		}
	}
}

// moments checks that a time can be written as JSON.
func moments(t *testing.T, all ...time.Time) {
	t.Helper()
	for _, at := range all {
		if _, err := at.MarshalJSON(); err != nil || at.Location() != time.UTC {
			t.Fatalf("got the time %v: %v", at, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		o, ok := let(t, document)
		if !ok {
			return
		}
		if !json.Valid(document) {
			t.Fatal("the gate let through what is not JSON")
		}
		written, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(written)
		if err != nil && !social.Is(err, social.TooLarge) { // escapes take room
			t.Fatalf("%s: what was let through is refused the second time: %v", written, err)
		}
		if diff := cmp.Diff(o, again); err == nil && diff != "" {
			t.Fatalf("first and second reading (-first +second):\n%s", diff)
		}
		addresses(t, "id", o.ID())
		for key := range o {
			addresses(t, key, o.IRIs(key)...)
			moments(t, o.Time(key))
			text, lang := o.Natural(strings.TrimSuffix(key, "Map"))
			texts(t, MaxDocument, text, lang)
			o.Type()
			o.Int(key)
			for _, e := range o.Objs(key) {
				addresses(t, key, e.ID())
			}
		}
		a, err := ParseActivity(o)
		if err != nil {
			return
		}
		address(t, "actor", a.Actor)
		addresses(t, "activity", append(append(a.To, a.Cc...), a.ID, a.ObjectIRI, a.Target, a.Origin)...)
		if id := a.Object.ID(); id != "" && id != a.ObjectIRI && a.Object.Type() != "Link" {
			t.Fatalf("the object is %q by its id and %q by its IRI", id, a.ObjectIRI)
		}
	})
}

func FuzzParsePost(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		o, ok := let(t, document)
		if !ok {
			return
		}
		p, err := ParsePost(o, aliceFollowers)
		if err != nil {
			if !social.Is(err, social.Invalid) {
				t.Fatalf("got %v, want a Fault of kind Invalid", err)
			}
			return
		}
		address(t, "id", p.IRI)
		address(t, "author", p.AuthorIRI)
		addresses(t, "post", append(append(p.To, p.Cc...), p.URL, p.InReplyTo, p.Context)...)
		texts(t, maxContent, p.Title, p.Warning, p.Content, p.Language)
		texts(t, maxContent, p.Hashtags...)
		moments(t, p.Published, p.Edited)
		if p.Kind == "" || p.Visibility < social.Public || p.Visibility > social.Direct {
			t.Fatalf("got a %q that is %d", p.Kind, p.Visibility)
		}
		for _, m := range p.Mentions {
			address(t, "mention", m.IRI)
		}
		for _, a := range p.Attachments {
			address(t, "attachment", a.URL)
			addresses(t, "preview", a.Preview)
			if a.Width < 0 || a.Height < 0 || max(a.Focus[0], a.Focus[1]) > 1 || min(a.Focus[0], a.Focus[1]) < -1 {
				t.Fatalf("got the attachment %+v", a)
			}
		}
		for _, e := range p.Emojis {
			address(t, "emoji", e.URL)
		}
		if p.Poll != nil {
			checkPoll(t, p.Poll)
		}
	})
}

func checkPoll(t *testing.T, p *social.Poll) {
	t.Helper()
	if len(p.Options) == 0 || len(p.Options) > maxOptions || p.Voters < 0 {
		t.Fatalf("got the poll %+v", p)
	}
	for _, o := range p.Options {
		texts(t, 500, o.Name)
		if o.Votes < 0 {
			t.Fatalf("got %d votes", o.Votes)
		}
	}
	moments(t, p.EndsAt, p.ClosedAt)
}

func FuzzParseActor(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		o, ok := let(t, document)
		if !ok {
			return
		}
		a, keys, err := ParseActor(o)
		if err != nil {
			if !social.Is(err, social.Invalid) || keys != nil {
				t.Fatalf("got %v and keys %v, want a Fault of kind Invalid alone", err, keys)
			}
			return
		}
		address(t, "id", a.IRI)
		address(t, "inbox", a.Inbox)
		addresses(t, "actor", a.SharedInbox, a.Outbox, a.Followers, a.Following, a.Featured, a.FeaturedTags, a.MovedTo, a.URL, a.Icon.URL, a.Header.URL)
		addresses(t, "alias", a.AlsoKnownAs...)
		texts(t, maxSummary, a.Name, a.Summary, a.Icon.Alt, a.Header.Alt)
		texts(t, maxUsername, a.Username)
		moments(t, a.Published, a.Updated)
		if a.Kind == "" || a.Username == "" || strings.ContainsAny(a.Username, "@/ \n") || a.URL != "" && Host(a.URL) != Host(a.IRI) {
			t.Fatalf("got the actor %+v", a)
		}
		if len(a.Fields) > maxFields || len(a.AlsoKnownAs) > maxAliases || len(keys) > maxKeys {
			t.Fatalf("got %d fields, %d aliases, %d keys", len(a.Fields), len(a.AlsoKnownAs), len(keys))
		}
		for _, k := range keys {
			address(t, "key", k.IRI)
			if k.ActorIRI != a.IRI || !SameOrigin(k.IRI, a.IRI) || (k.PEM == "") == (k.Multikey == "") {
				t.Fatalf("%s has the key %+v", a.IRI, k)
			}
		}
	})
}

func FuzzCanonicalIRI(f *testing.F) {
	for _, raw := range []string{
		"https://a.example/users/b?c#d", "HTTPS://BÜCHER.example.:0443", "http://[2001:DB8::1%25a]:80/", "https://a。b／c@d:65536/\\", "as:Public",
		"http://a-b_c.example:8080/D?e=f#~g", "https://xn--a.-b.example", "https://1.2:0", "https://a.b:/c",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		iri, err := CanonicalIRI(raw)
		if whole, wrong := canonicalIRI(raw); whole != iri || (wrong == nil) != (err == nil) {
			t.Fatalf("%q is %q at sight and %q when read, %v", raw, iri, whole, wrong)
		}
		if err != nil {
			if iri != "" || !social.Is(err, social.Invalid) || Host(raw) != "" || SameOrigin(raw, raw) {
				t.Fatalf("%q is refused with %v, and yet it is %q at %q", raw, err, iri, Host(raw))
			}
			return
		}
		address(t, "form", iri)
		texts(t, maxIRI, iri)
		if strings.ContainsAny(Host(iri), "@/?#% ") || !SameOrigin(raw, iri) {
			t.Fatalf("%q is %q at %q", raw, iri, Host(iri))
		}
	})
}

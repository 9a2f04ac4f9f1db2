package activitypub

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestActivityIsReadInEveryShape(t *testing.T) {
	t.Parallel()
	const id, actor, object = "https://a.example/1", "https://a.example/users/a", "https://b.example/2"
	want := Activity{ID: id, Type: "Like", Actor: actor, ObjectIRI: object}
	embedded := want
	embedded.Object = Object{"id": object, "type": "Note"}
	link := want
	link.Object = Object{"type": "Link", "href": object}
	head := `{"id":"` + id + `","type":"Like",`
	tests := map[string]struct {
		document string
		want     Activity
	}{
		"texts":              {head + `"actor":"` + actor + `","object":"` + object + `"}`, want},
		"no @context":        {`{"type":"Like","id":"` + id + `","actor":"` + actor + `","object":"` + object + `"}`, want},
		"lists of one":       {`{"id":"` + id + `","type":["Like"],"actor":["` + actor + `"],"object":["` + object + `"]}`, want},
		"embedded object":    {head + `"actor":"` + actor + `","object":{"id":"` + object + `","type":"Note"}}`, embedded},
		"embedded in a list": {head + `"actor":"` + actor + `","object":[{"id":"` + object + `","type":"Note"}]}`, embedded},
		"embedded actor":     {head + `"actor":{"id":"` + actor + `","type":"Person"},"object":"` + object + `"}`, want},
		"object is a Link":   {head + `"actor":"` + actor + `","object":{"type":"Link","href":"` + object + `"}}`, link},
		"null elsewhere":     {head + `"actor":"` + actor + `","object":"` + object + `","to":null,"cc":null,"published":null,"target":null}`, want},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := decode(t, test.document)
			got, err := ParseActivity(o)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Raw = o
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("activity (-want +got):\n%s", diff)
			}
		})
	}
}

func TestActivityTellsTargetAudienceAndTime(t *testing.T) {
	t.Parallel()
	got, err := ParseActivity(decode(t, `{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Move", "actor": "https://a.example/old",
		"object": "https://a.example/old", "target": {"id": "https://b.example/new"}, "origin": ["https://a.example/old"],
		"to": "as:Public", "cc": ["https://a.example/old/followers", {"id": "https://c.example/"}],
		"bto": "https://d.example/", "bcc": ["https://d.example/"], "published": "2024-05-01T10:00:00.5+02:00"}`))
	if err != nil {
		t.Fatal(err)
	}
	got.Raw = nil
	want := Activity{
		Type: "Move", Actor: "https://a.example/old", ObjectIRI: "https://a.example/old",
		Target: "https://b.example/new", Origin: "https://a.example/old",
		To: []string{Public}, Cc: []string{"https://a.example/old/followers", "https://c.example/"},
		Published: time.Date(2024, 5, 1, 8, 0, 0, 500e6, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("activity (-want +got):\n%s", diff)
	}
}

func TestActivityWithoutTypeOrOneActorIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ document, reason string }{
		"nothing":                {`{}`, "has no type"},
		"no type":                {`{"actor":"https://a.example/"}`, "has no type"},
		"type is an object":      {`{"type":{},"actor":"https://a.example/"}`, "has no type"},
		"no actor":               {`{"type":"Like"}`, "has 0 actors"},
		"actor is null":          {`{"type":"Like","actor":null}`, "has 0 actors"},
		"no actor in the list":   {`{"type":"Like","actor":[]}`, "has 0 actors"},
		"two actors":             {`{"type":"Like","actor":["https://a.example/","https://b.example/"]}`, "has 2 actors"},
		"an actor and rubbish":   {`{"type":"Like","actor":["https://a.example/","rubbish"]}`, "has 2 actors"},
		"rubbish and an actor":   {`{"type":"Like","actor":[null,"https://a.example/"]}`, "has 2 actors"},
		"actor is no address":    {`{"type":"Like","actor":"acct:a@a.example"}`, "actor has no id"},
		"actor is a number":      {`{"type":"Like","actor":1}`, "actor has no id"},
		"actor object has no id": {`{"type":"Like","actor":{"type":"Person"}}`, "actor has no id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseActivity(decode(t, test.document))
			refused(t, err, social.Invalid, test.reason)
		})
	}
}

// What is checked by its IRI must be what is acted on, or one value passes the
// check and another is believed.
func TestObjectAndItsIRIAreTheSameValue(t *testing.T) {
	t.Parallel()
	for _, objects := range []string{
		`["https://a.example/good", {"id":"https://a.example/evil"}]`,
		`[{"id":"https://a.example/good"}, {"id":"https://a.example/evil"}]`,
		`[{"type":"Note"}, {"id":"https://a.example/evil"}]`,
		`[{"type":"Note"}, "https://a.example/evil"]`,
		`[null, {"id":"https://a.example/evil"}]`,
	} {
		a, err := ParseActivity(decode(t, `{"type":"Create","actor":"https://a.example/","object":`+objects+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if a.ObjectIRI == "https://a.example/evil" || a.Object.ID() == "https://a.example/evil" {
			t.Errorf("%s: the second object was taken", objects)
		}
		if a.Object != nil && a.Object.ID() != a.ObjectIRI {
			t.Errorf("%s: the IRI is %q, the object's id %q", objects, a.ObjectIRI, a.Object.ID())
		}
	}
}

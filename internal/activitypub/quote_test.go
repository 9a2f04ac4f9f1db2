package activitypub

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestQuoteIsReadInEveryWay(t *testing.T) {
	t.Parallel()
	const (
		iri   = "https://b.example/notes/2"
		other = "https://c.example/notes/3"
		stamp = "https://b.example/stamps/1"
	)
	text := func(s string) string { return `"` + s + `"` }
	link := func(href, more string) string {
		return `{"type":"Link","mediaType":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"","href":"` + href + `"` + more + `}`
	}
	allowed, legacy := &social.Quote{IRI: iri, Stamp: stamp}, &social.Quote{IRI: iri, Legacy: true}
	tests := map[string]struct {
		changes map[string]string
		want    *social.Quote
	}{
		"nothing":             {nil, nil},
		"with consent":        {map[string]string{"quote": text(iri), "quoteAuthorization": text(stamp)}, allowed},
		"embedded":            {map[string]string{"quote": `{"type":"Note","id":"` + iri + `"}`, "quoteAuthorization": `[` + text(stamp) + `]`}, allowed},
		"without consent":     {map[string]string{"quote": text(iri)}, &social.Quote{IRI: iri}},
		"newer before older":  {map[string]string{"quote": text(iri), "_misskey_quote": text(other), "quoteUrl": text(other)}, &social.Quote{IRI: iri}},
		"newer, of nothing":   {map[string]string{"quote": `{"type":"Tombstone"}`, "_misskey_quote": text(other)}, nil},
		"newer, no address":   {map[string]string{"quote": text("to be or not"), "quoteUrl": text(other)}, nil},
		"newer is null":       {map[string]string{"quote": "null", "quoteUri": text(iri)}, legacy},
		"misskey":             {map[string]string{"_misskey_quote": text(iri), "quoteUrl": text(other), "quoteUri": text(other)}, legacy},
		"pleroma":             {map[string]string{"quoteUrl": text(iri), "quoteUri": text(other)}, legacy},
		"fedibird":            {map[string]string{"quoteUri": text(iri), "tag": link(other, `,"name":"RE: x"`)}, legacy},
		"consent of no quote": {map[string]string{"quoteUri": text(iri), "quoteAuthorization": text(stamp)}, legacy},
		"link by its name":    {map[string]string{"tag": `[` + link(other, `,"name":"#1374"`) + `,` + link(iri, `,"name":"RE: `+iri+`"`) + `]`}, legacy},
		"link by relation":    {map[string]string{"tag": link(iri, `,"rel":["x","https://misskey-hub.net/ns#_misskey_quote"]`)}, legacy},
		"link of a page":      {map[string]string{"tag": `{"type":"Link","mediaType":"text/html","href":"` + iri + `","name":"RE: x"}`}, nil},
		"link to a post":      {map[string]string{"tag": link(iri, "")}, nil},
		"itself":              {map[string]string{"quote": text(note)}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, parsePost(t, test.changes).Quote); diff != "" {
				t.Errorf("quote (-want +got):\n%s", diff)
			}
		})
	}
}

// What other software writes, as it was captured.
func TestQuotesOfOthersAreRead(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SKERRY_SHARED")
	if dir == "" {
		t.Log("SKERRY_SHARED is not set: documents of other software are not read")
		return
	}
	for file, want := range map[string]social.Quote{
		"misskey/misskey_quote_post.json":          {IRI: "https://misskey.io/notes/8vs6wxufd0", Legacy: true},
		"_tests-pleroma/fep-e232-tag-example.json": {IRI: "https://server.example/objects/123", Legacy: true},
		"_fep/fep-044f-L343-note.json":             {IRI: "https://example.com/users/alice/statuses/1", Stamp: "https://example.com/users/alice/stamps/1"},
		"_fep/fep-044f-L76-note.json":              {IRI: "https://example.com/users/alice/statuses/1"},
	} {
		body, err := os.ReadFile(filepath.Join(dir, "corpus", file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Decode(body)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParsePost(doc, "")
		if err != nil || p.Quote == nil || *p.Quote != want {
			t.Errorf("%s: got %+v, %v; want %+v", file, p.Quote, err, want)
		}
	}
}

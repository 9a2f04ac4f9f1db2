package activitypub

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestCollectionsAreReadInAllTheirForms(t *testing.T) {
	for name, c := range map[string]struct {
		doc  string
		want Collection
	}{
		"pages elsewhere": {
			`{"type":"OrderedCollection","id":"https://a.example/outbox","totalItems":1550,"first":"https://a.example/outbox?page=true"}`,
			Collection{ID: "https://a.example/outbox", First: Item{IRI: "https://a.example/outbox?page=true"}, Total: 1550},
		},
		"a page inside": {
			`{"type":"Collection","id":"https://a.example/r","first":{"type":"CollectionPage","next":"https://a.example/r?p=1","items":["https://a.example/1"]}}`,
			Collection{ID: "https://a.example/r", Total: -1, First: Item{Object: Object{
				"type": "CollectionPage", "next": "https://a.example/r?p=1", "items": []any{"https://a.example/1"}}}},
		},
		"a page": {
			`{"type":"OrderedCollectionPage","next":"https://a.example/p2","orderedItems":["https://a.example/1",{"id":"https://a.example/2","type":"Note"},{"type":"Link","href":"https://a.example/3"}]}`,
			Collection{Next: "https://a.example/p2", Total: -1, Items: []Item{
				{IRI: "https://a.example/1"}, {IRI: "https://a.example/2", Object: Object{"id": "https://a.example/2", "type": "Note"}}, {IRI: "https://a.example/3"}}},
		},
		"one item without a list, no addresses, a lie": {
			`{"type":"Collection","totalItems":-4,"items":"https://a.example/1","orderedItems":["103076",7,null]}`,
			Collection{Total: -1, Items: []Item{{IRI: "https://a.example/1"}}},
		},
	} {
		doc, err := Decode([]byte(c.doc))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseCollection(doc)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCollectionHasACapAndAType(t *testing.T) {
	doc, err := Decode(fmt.Appendf(nil, `{"type":"Collection","items":[%s"https://a.example/last"]}`, strings.Repeat(`"https://a.example/1",`, 1000)))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ParseCollection(doc); err != nil || len(c.Items) != maxItems {
		t.Errorf("got %d items, %v, want %d", len(c.Items), err, maxItems)
	}
	if _, err := ParseCollection(Object{"type": "Note"}); !social.Is(err, social.Invalid) {
		t.Errorf("a Note: got %v, want Invalid", err)
	}
}

// Real collections of other software can all be read.
func TestCollectionsOfOtherSoftwareAreRead(t *testing.T) {
	read := 0
	for _, s := range corpus(t) {
		if !s.ofSoftware() || !strings.HasPrefix(s.kind, "collection") || bytes.Contains(s.bytes, []byte("{{")) { // a template is no document
			continue
		}
		doc, err := Decode(s.bytes)
		if err != nil {
			continue // the gate has its own test
		}
		c, err := ParseCollection(doc)
		if err != nil {
			continue // a conversation
		}
		if n := len(doc.each("items")) + len(doc.each("orderedItems")); n > 0 && len(c.Items) == 0 {
			t.Errorf("%s: none of %d items was read", s.file, n)
		}
		if doc["first"] != nil && c.First.IRI == "" && c.First.Object == nil {
			t.Errorf("%s: its first page was not read", s.file)
		}
		read++
	}
	if len(corpus(t)) > 0 && read < 10 {
		t.Errorf("%d collections were read, want those of the folder", read)
	}
}

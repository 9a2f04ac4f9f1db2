package remote_test

import (
	"fmt"
	"net/http"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

const public = "https://www.w3.org/ns/activitystreams#Public"

// stored reports whether the server has a post of this IRI.
func (h *house) stored(iri string) bool {
	h.Helper()
	_, err := h.s.DB.PostByIRI(h.Context(), iri)
	if err != nil && !social.Is(err, social.NotFound) {
		h.Fatal(err)
	}
	return err == nil
}

// A document counts only where address, id and author live on one host: each of
// the three is moved to another one, in all combinations.
func TestPostLivesWhereItsAddressItsIDAndItsAuthorAre(t *testing.T) {
	onHouse(t, func(h *house) {
		other := testkit.NewPeer(h.T)
		peers := map[bool]*testkit.Peer{false: h.peer, true: other}
		authors := map[bool]*testkit.Stranger{false: h.peer.Person("bert"), true: other.Person("eve")}
		for n := range 8 {
			address, id, author := n&1 != 0, n&2 != 0, n&4 != 0
			path := fmt.Sprintf("/notes/%d", n)
			iri := peers[id].Origin + path
			peers[address].Serve(path, map[string]any{
				"id": iri, "type": "Note", "attributedTo": authors[author].IRI, "content": "x", "to": public,
			})
			_, err := h.s.Finder.FetchPost(h.Context(), peers[address].Origin+path)
			want := address == id && id == author
			if got := h.stored(iri); got != want || (err == nil) != want {
				h.Errorf("address %t, id %t, author %t: stored %t, %v; want %t", address, id, author, got, err, want)
			}
		}
	})
}

func TestDocumentThatDoesNotNameItselfIsAskedForByItsName(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		note := bert.Note("1", "hello")
		h.peer.Serve("/@bert/1", note) // the page's address answers the document
		p, err := h.s.Finder.FetchPost(h.Context(), h.peer.Origin+"/@bert/1")
		if err != nil || p.IRI != note["id"] {
			h.Fatalf("got %q, %v; want %v", p.IRI, err, note["id"])
		}
		h.want("fetches of the id", h.peer.Asked("/users/bert/notes/1"), 1)

		for path, doc := range map[string]map[string]any{
			"/nameless": {"type": "Note", "attributedTo": bert.IRI, "content": "x"},
			"/a":        {"id": h.peer.Origin + "/b", "type": "Note", "attributedTo": bert.IRI, "content": "x"},
			"/b":        {"id": h.peer.Origin + "/c", "type": "Note", "attributedTo": bert.IRI, "content": "x"},
		} {
			h.peer.Serve(path, doc)
		}
		for _, path := range []string{"/nameless", "/a"} {
			if _, err := h.s.Finder.FetchPost(h.Context(), h.peer.Origin+path); !social.Is(err, social.Invalid) {
				h.Errorf("%s: got %v, want Invalid", path, err)
			}
		}
		h.want("fetches of where the names would lead", h.peer.Asked("/c"), 0)
	})
}

// An upload that was named .json, or a page, is not a document.
func TestOnlyActivityStreamsIsTakenForADocument(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		for mediaType, want := range map[string]bool{
			"application/activity+json":                                                                  true,
			"application/activity+json; charset=utf-8":                                                   true,
			`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                       true,
			`application/ld+json; profile="https://www.w3.org/ns/activitystreams https://example/other"`: true,
			"application/ld+json":                                                                        true,
			`application/ld+json; profile="https://example/"`:                                            false,
			"application/json":                                                                           false,
			"text/html":                                                                                  false,
			"image/png":                                                                                  false,
			"":                                                                                           false,
		} {
			path := fmt.Sprintf("/notes/%x", mediaType)
			h.peer.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{mediaType}
				fmt.Fprintf(w, `{"id":%q,"type":"Note","attributedTo":%q,"content":"x","to":%q}`, h.peer.Origin+path, bert.IRI, public)
			})
			if _, err := h.s.Finder.FetchPost(h.Context(), h.peer.Origin+path); (err == nil) != want {
				h.Errorf("%q: %v, want it taken: %t", mediaType, err, want)
			}
		}
	})
}

// A chain of posts, each naming authors nobody knows, ends with the budget of
// its cause.
func TestOneCauseLeadsToFewFetches(t *testing.T) {
	onHouse(t, func(h *house) {
		bert := h.peer.Person("bert")
		for i := range 50 {
			note := bert.Note(fmt.Sprint(i), "hello")
			note["inReplyTo"] = fmt.Sprintf("%s/notes/%d", bert.IRI, i+1)
			note["tag"] = []any{map[string]any{"type": "Mention", "href": fmt.Sprintf("%s/users/nobody%d", h.peer.Origin, i), "name": "@nobody"}}
		}
		if _, err := h.s.Finder.FetchPost(h.Context(), bert.IRI+"/notes/0"); err != nil {
			h.Fatal(err)
		}
		h.want("fetches of who is named", h.peer.Asked("/users/nobody0"), 0)
		h.want("fetches of what is answered", h.peer.Asked("/users/bert/notes/1"), 0)
	})
}

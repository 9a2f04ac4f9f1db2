package activitypub

import (
	"mime"
	"strings"

	"skerry/internal/social"
)

// quoteOf reads which other post a post quotes, nil for none. The way that knows
// consent goes first, and where it is used the older ones count for nothing: what
// they name has not agreed to be quoted. Of these, those go first that hold ids
// rather than pages. [FEP-044f]
func quoteOf(o Object, post string) *social.Quote {
	q := &social.Quote{}
	if len(o.each("quote")) > 0 {
		q.IRI, q.Stamp = o.IRI("quote"), o.IRI("quoteAuthorization")
	} else {
		q.IRI, q.Legacy = legacyQuote(o), true
	}
	if q.IRI == "" || q.IRI == post {
		return nil
	}
	return q
}

// legacyQuote gives what is quoted in one of the older ways.
func legacyQuote(o Object) string {
	for _, key := range []string{"_misskey_quote", "quoteUrl", "quoteUri"} {
		if iri := o.IRI(key); iri != "" {
			return iri
		}
	}
	for _, t := range o.Objs("tag") {
		if iri := t.IRI("href"); iri != "" && t.Type() == "Link" && quoteLink(t) {
			return iri
		}
	}
	return ""
}

// quoteLink reports whether a Link tag names a quoted post. Other posts may be
// linked to as well: a quote says so in its relation, or by how it is named.
// [FEP-e232]
func quoteLink(t Object) bool {
	kind, _, err := mime.ParseMediaType(t.Str("mediaType"))
	if err != nil || kind != "application/ld+json" && kind != "application/activity+json" {
		return false
	}
	for _, rel := range t.each("rel") {
		switch rel {
		case "https://misskey-hub.net/ns#_misskey_quote", "https://misskey-hub.net/ns/#_misskey_quote", "https://w3id.org/fep/044f#quote":
			return true
		}
	}
	return strings.HasPrefix(t.Str("name"), "RE:")
}

// Allows reports whether a document says that its author, who must be the author
// of quoted, allows quoting to quote it. Where the document lives is for the caller
// to check. [FEP-044f]
func Allows(stamp Object, quoting string, quoted social.Post) bool {
	return stamp.Type() == "QuoteAuthorization" && only(stamp, "attributedTo") == quoted.AuthorIRI &&
		only(stamp, "interactingObject") == quoting && only(stamp, "interactionTarget") == quoted.IRI
}

// only gives the IRI under a key that has one value.
func only(o Object, key string) string {
	if len(o.each(key)) != 1 {
		return ""
	}
	return o.IRI(key)
}

package activitypub

import (
	"maps"

	"skerry/internal/social"
)

// Builder writes our documents.
type Builder struct{ URLs URLs }

// contextOf names the terms that our documents use.
var contextOf = []any{
	"https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	"https://www.w3.org/ns/cid/v1",
	"https://purl.archive.org/socialweb/webfinger",
	Object{
		"toot": "http://joinmastodon.org/ns#", "schema": "http://schema.org#", "gts": "https://gotosocial.org/ns#",
		"Hashtag": "as:Hashtag", "sensitive": "as:sensitive", "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
		"conversation":  "http://ostatus.org#conversation",
		"PropertyValue": "schema:PropertyValue", "value": "schema:value",
		"discoverable": "toot:discoverable", "indexable": "toot:indexable", "blurhash": "toot:blurhash",
		"votersCount": "toot:votersCount", "Emoji": "toot:Emoji",
		"focalPoint":        Object{"@id": "toot:focalPoint", "@container": "@list"},
		"featured":          Object{"@id": "toot:featured", "@type": "@id"},
		"featuredTags":      Object{"@id": "toot:featuredTags", "@type": "@id"},
		"alsoKnownAs":       Object{"@id": "as:alsoKnownAs", "@type": "@id"},
		"movedTo":           Object{"@id": "as:movedTo", "@type": "@id"},
		"implements":        Object{"@id": "https://w3id.org/fep/844e#implements", "@type": "@id", "@container": "@list"},
		"interactionPolicy": Object{"@id": "gts:interactionPolicy", "@type": "@id"},
		"canQuote":          Object{"@id": "gts:canQuote", "@type": "@id"},
		"automaticApproval": Object{"@id": "gts:automaticApproval", "@type": "@id"},
	},
}

// ContextToSign is contextOf without what only actors say, for documents that somebody
// else passes on: whoever verifies them would have to fetch any other context. The
// words of a proof are in it, so that it is signed too.
func ContextToSign() []any {
	terms := Object{
		"sec": "https://w3id.org/security#", "DataIntegrityProof": "sec:DataIntegrityProof", "cryptosuite": "sec:cryptosuite", "proofValue": "sec:proofValue",
		"proof": Object{"@id": "sec:proof", "@type": "@id"}, "proofPurpose": Object{"@id": "sec:proofPurpose", "@type": "@vocab"},
		"assertionMethod":    Object{"@id": "sec:assertionMethod", "@type": "@id"},
		"verificationMethod": Object{"@id": "sec:verificationMethod", "@type": "@id"},
		"created":            Object{"@id": "http://purl.org/dc/terms/created", "@type": "xsd:dateTime"},
	}
	maps.Copy(terms, contextOf[len(contextOf)-1].(Object))
	return []any{contextOf[0], terms}
}

// Address gives who a post of this visibility is for. [AP 5.6]
func (b Builder) Address(v social.Visibility, author social.Actor, mentions []social.Mention) (to, cc []string) {
	var named []string
	for _, m := range mentions {
		if m.IRI != author.IRI {
			named = append(named, m.IRI)
		}
	}
	switch v {
	case social.Public:
		return []string{Public}, append([]string{author.Followers}, named...)
	case social.Unlisted:
		return []string{author.Followers}, append([]string{Public}, named...)
	case social.FollowersOnly:
		return []string{author.Followers}, named
	}
	return named, nil
}

// Post is the document of a post of ours.
func (b Builder) Post(p social.Post, author social.Actor) Object {
	replies := b.URLs.Replies(author.Username, p.ID)
	o := Object{
		"@context": contextOf, "id": p.IRI, "type": string(p.Kind), "attributedTo": author.IRI, "url": p.URL,
		"published": stamp(p.Published), "content": p.Content, "sensitive": p.Sensitive,
		"replies": Object{"id": replies, "type": "Collection", "first": Object{
			"type": "CollectionPage", "partOf": replies, "next": replies + "?page=true", "items": []any{},
		}},
		"likes":             Object{"id": b.URLs.Likes(author.Username, p.ID), "type": "Collection", "totalItems": p.Counts.Likes},
		"shares":            Object{"id": b.URLs.Shares(author.Username, p.ID), "type": "Collection", "totalItems": p.Counts.Boosts},
		"interactionPolicy": Object{"canQuote": Object{"automaticApproval": []string{quoters(p, author)}}},
	}
	for key, text := range map[string]string{
		"name": p.Title, "summary": p.Warning, "inReplyTo": p.InReplyTo, "context": p.Context, "conversation": p.Context,
	} {
		if text != "" {
			o[key] = text
		}
	}
	if p.Language != "" {
		o["contentMap"] = Object{p.Language: p.Content}
	}
	if !p.Edited.IsZero() {
		o["updated"] = stamp(p.Edited)
	}
	asked(o, p.Poll)
	o["tag"] = b.tags(p)
	o["attachment"] = attachments(p)
	return addressed(o, p.To, p.Cc)
}

// quoters says who may quote a post without asking. [FEP-044f]
func quoters(p social.Post, author social.Actor) string {
	if p.Visibility.Open() {
		return Public
	}
	return author.IRI
}

func (b Builder) tags(p social.Post) []Object {
	out := []Object{}
	for _, m := range p.Mentions {
		out = append(out, Object{"type": "Mention", "href": m.IRI, "name": "@" + m.Handle})
	}
	for _, t := range p.Hashtags {
		out = append(out, Object{"type": "Hashtag", "href": b.URLs.Tag(t), "name": "#" + t})
	}
	return append(out, emojiTags(p.Emojis)...)
}

func attachments(p social.Post) []Object {
	out := []Object{}
	for _, a := range p.Attachments {
		o := Object{"type": "Document", "mediaType": a.MediaType, "url": a.URL, "name": a.Alt}
		if a.Width > 0 {
			o["width"], o["height"] = a.Width, a.Height
		}
		if a.Blurhash != "" {
			o["blurhash"] = a.Blurhash
		}
		if a.Focus != [2]float64{} {
			o["focalPoint"] = a.Focus
		}
		out = append(out, o)
	}
	return out
}

// Collection is a collection without its items; first and last may be empty.
func (b Builder) Collection(id string, total int, first, last string, ordered bool) Object {
	o := Object{"@context": contextOf, "id": id, "type": "Collection", "totalItems": total}
	if ordered {
		o["type"] = "OrderedCollection"
	}
	if first != "" {
		o["first"] = first
	}
	if last != "" {
		o["last"] = last
	}
	return o
}

// CollectionPage is one page of a collection; next and prev may be empty.
func (b Builder) CollectionPage(id, partOf, next, prev string, items []any, ordered bool) Object {
	o := Object{"@context": contextOf, "id": id, "partOf": partOf}
	put(o, "CollectionPage", items, ordered)
	if next != "" {
		o["next"] = next
	}
	if prev != "" {
		o["prev"] = prev
	}
	return o
}

// Whole is a collection with all its items.
func (b Builder) Whole(id string, items []any, ordered bool) Object {
	o := Object{"@context": contextOf, "id": id, "totalItems": len(items)}
	put(o, "Collection", items, ordered)
	return o
}

func put(o Object, kind string, items []any, ordered bool) {
	if items == nil {
		items = []any{}
	}
	if ordered {
		o["type"], o["orderedItems"] = "Ordered"+kind, items
		return
	}
	o["type"], o["items"] = kind, items
}

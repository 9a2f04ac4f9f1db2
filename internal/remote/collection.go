package remote

import (
	"context"
	"slices"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// member is an item of a collection, and the address that served it.
type member struct {
	activitypub.Item
	served string
}

// maxMembers is how many items of a collection are looked at.
const maxMembers = 200

// collection reads a collection that belongs to the thing at an address and is
// served by the same origin: what is embedded in the thing, and so many documents
// more. What was read before a page failed is given with the error. total is what
// the collection tells, -1 when it tells nothing.
func (f *Finder) collection(ctx context.Context, owner string, c activitypub.Item, documents int) (all []member, total int, err error) {
	total = -1
	var asked []string
	for at := owner; (c.IRI != "" || c.Object != nil) && len(all) < maxMembers; {
		doc := c.Object
		if doc == nil || isBare(doc) {
			if len(asked) == documents || !activitypub.SameOrigin(c.IRI, owner) || slices.Contains(asked, c.IRI) {
				break
			}
			asked = append(asked, c.IRI)
			if doc, at, err = f.get(ctx, c.IRI, false); err != nil {
				return all, total, err
			}
		}
		page, err := activitypub.ParseCollection(doc)
		if err != nil {
			return all, total, err
		}
		if !activitypub.SameOrigin(at, owner) || page.ID != "" && !activitypub.SameOrigin(page.ID, owner) {
			return all, total, social.Faultf(social.Invalid, "the collection %s lives elsewhere than %s", c.IRI, owner)
		}
		for _, item := range page.Items {
			all = append(all, member{item, at})
		}
		total = max(total, page.Total)
		if c = page.First; len(page.Items) > 0 || c.IRI == "" && c.Object == nil {
			c = activitypub.Item{IRI: page.Next}
		}
	}
	return all, total, nil
}

// isBare reports whether an embedded collection has nothing in it but its id.
func isBare(doc activitypub.Object) bool {
	return doc["items"] == nil && doc["orderedItems"] == nil && doc["first"] == nil && doc["next"] == nil && doc.ID() != ""
}

// post gives the id of the post that a member is, or that it creates, and its
// document where that is believed as it came: the origin that served it is its
// own, and it is by the owner of the collection. Anything else is asked for at
// its own address. Boosts and the like have no id here. [FEP-fe34]
func (m member) post(owner string) (iri string, doc activitypub.Object) {
	item := m.Item
	if item.Object != nil && item.Object.Type() == "Create" {
		item = item.Object.Item("object")
	}
	switch doc = item.Object; {
	case doc == nil || doc.Type() == "":
		return item.IRI, nil
	case !doc.IsPost():
		return "", nil
	case activitypub.SameOrigin(m.served, item.IRI) && slices.Equal(doc.IRIs("attributedTo"), []string{owner}):
		return item.IRI, doc
	}
	return item.IRI, nil
}

// fetchDocument gets a post's document; where a Create is served, that of the post.
func (f *Finder) fetchDocument(ctx context.Context, iri string) (activitypub.Object, error) {
	doc, err := f.fetch(ctx, iri, false)
	if err != nil || doc.Type() != "Create" {
		return doc, err
	}
	inner := doc.IRI("object")
	if !activitypub.SameOrigin(inner, iri) {
		return nil, social.Faultf(social.Invalid, "%s creates what lives elsewhere", iri)
	}
	return f.fetch(ctx, inner, false)
}

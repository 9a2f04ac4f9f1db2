package activitypub

import "skerry/internal/social"

// Collection is what a collection says, or a page of one.
type Collection struct {
	ID    string
	First Item // its first page; none when it has all its items itself
	Next  string
	Items []Item
	Total int // how many items all of it has, as it tells; -1 when it does not
}

// Item is one thing in a collection: its id, and the thing itself where it is embedded.
type Item struct {
	IRI    string
	Object Object
}

// maxItems is how many items are read of one document.
const maxItems = 200

var collectionKinds = map[string]bool{"Collection": true, "OrderedCollection": true, "CollectionPage": true, "OrderedCollectionPage": true}

// ParseCollection reads a collection or a page of one. Items that cannot be told
// apart, for they are no addresses, are left out. Its error is a Fault of kind Invalid.
func ParseCollection(o Object) (Collection, error) {
	if !collectionKinds[o.Type()] {
		return Collection{}, social.Faultf(social.Invalid, "the document is no collection: its type is %.40q", o.Type())
	}
	c := Collection{ID: o.ID(), First: o.Item("first"), Next: o.IRI("next"), Total: -1}
	if n, ok := o.Int("totalItems"); ok && n >= 0 {
		c.Total = n
	}
	for _, key := range []string{"orderedItems", "items"} {
		for _, v := range o.each(key) {
			if item := itemOf(v); (item.IRI != "" || item.Object != nil) && len(c.Items) < maxItems {
				c.Items = append(c.Items, item)
			}
		}
	}
	return c, nil
}

// Item gives the first thing under a key: what is embedded there, or only its address.
func (o Object) Item(key string) Item {
	for _, v := range o.each(key) {
		if item := itemOf(v); item.IRI != "" || item.Object != nil {
			return item
		}
	}
	return Item{}
}

// itemOf reads a value that is an address, a Link, or a thing; the thing may have no id.
func itemOf(v any) Item {
	o := object(v)
	if o != nil && o.Type() == "Link" {
		o = nil
	}
	return Item{IRI: iriOf(v), Object: o}
}

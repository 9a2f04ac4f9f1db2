package activitypub

import (
	"time"

	"skerry/internal/social"
)

// Activity is the envelope: who did what to which object.
type Activity struct {
	ID, Type, Actor string
	Object          Object // the first object; nil when only an IRI is given
	ObjectIRI       string // of the same object; "" when it has none
	Target, Origin  string
	To, Cc          []string
	Published       time.Time
	Raw             Object
}

// ParseActivity reads an envelope. It needs a type and exactly one actor; bto and
// bcc are not read. Its error is a Fault of kind Invalid.
func ParseActivity(o Object) (Activity, error) {
	a := Activity{
		ID: o.ID(), Type: o.Type(), Target: o.IRI("target"), Origin: o.IRI("origin"),
		To: o.IRIs("to"), Cc: o.IRIs("cc"), Published: o.Time("published"), Raw: o,
	}
	// Both come from one value: what is checked by its IRI is what is acted on.
	if all := o.each("object"); len(all) > 0 {
		a.Object, a.ObjectIRI = object(all[0]), iriOf(all[0])
	}
	if a.Type == "" {
		return a, social.Faultf(social.Invalid, "the activity has no type")
	}
	if n := len(o.each("actor")); n != 1 {
		return a, social.Faultf(social.Invalid, "the activity has %d actors; it needs one", n)
	}
	if a.Actor = o.IRI("actor"); a.Actor == "" {
		return a, social.Faultf(social.Invalid, "the activity's actor has no id")
	}
	return a, nil
}

// stamp writes a moment with its milliseconds: what is published within one second
// keeps its order elsewhere.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// envelope starts an activity of ours.
func envelope(kind, id, actor string) Object {
	return Object{"@context": contextOf, "id": id, "type": kind, "actor": actor}
}

// addressed puts recipients on an object; blind ones are never written. [AP 6.2]
func addressed(o Object, to, cc []string) Object {
	if len(to) > 0 {
		o["to"] = to
	}
	if len(cc) > 0 {
		o["cc"] = cc
	}
	return o
}

// Embedded gives an object without the context that only a whole document has.
func Embedded(o Object) Object {
	out := make(Object, len(o))
	for k, v := range o {
		if k != "@context" {
			out[k] = v
		}
	}
	return out
}

// Create announces a new post. [AP 7.2]
func (b Builder) Create(id string, p social.Post, author social.Actor) Object {
	o := envelope("Create", id, author.IRI)
	o["published"] = stamp(p.Published)
	o["object"] = Embedded(b.Post(p, author))
	return addressed(o, p.To, p.Cc)
}

// Update carries the new version of a post or an actor. [AP 7.3]
func (b Builder) Update(id string, object Object, actor string, to, cc []string, at time.Time) Object {
	o := envelope("Update", id, actor)
	o["updated"], o["published"] = stamp(at), stamp(at)
	o["object"] = Embedded(object)
	return addressed(o, to, cc)
}

// Delete takes a thing back. [AP 7.4]
func (b Builder) Delete(id, actor, object, formerType string, to, cc []string, at time.Time) Object {
	o := envelope("Delete", id, actor)
	o["object"] = Embedded(b.Tombstone(object, formerType, at))
	return addressed(o, to, cc)
}

// Tombstone is what remains of a deleted thing. [AP 6.4]
func (b Builder) Tombstone(iri, formerType string, deleted time.Time) Object {
	o := Object{"@context": contextOf, "id": iri, "type": "Tombstone", "deleted": stamp(deleted)}
	if formerType != "" {
		o["formerType"] = formerType
	}
	return o
}

// Like likes a post. [AP 7.10]
func (b Builder) Like(id, actor, object string, to []string) Object {
	o := envelope("Like", id, actor)
	o["object"] = object
	return addressed(o, to, nil)
}

// Announce boosts a post. [AP 7.11]
func (b Builder) Announce(id, actor, object string, to, cc []string, at time.Time) Object {
	o := envelope("Announce", id, actor)
	o["object"], o["published"] = object, stamp(at)
	return addressed(o, to, cc)
}

// Follow asks to follow. [AP 7.5]
//
// Quirk(relays): who follows everybody asks a relay. What is addressed to everybody
// would be passed on by it, or dropped.
func (b Builder) Follow(id, actor, object string) Object {
	o := FollowObject(id, actor, object)
	o["@context"] = contextOf
	if IsPublic(object) {
		return o
	}
	return addressed(o, []string{object}, nil)
}

// FollowObject is a Follow for embedding in its answer or its undoing.
func FollowObject(id, actor, object string) Object {
	o := Object{"type": "Follow", "actor": actor, "object": object}
	if id != "" {
		o["id"] = id
	}
	return o
}

// Accept answers a Follow with yes. [AP 7.6]
func (b Builder) Accept(id, actor string, follow Object) Object {
	return b.answer("Accept", id, actor, follow)
}

// Reject answers a Follow with no. [AP 7.7]
func (b Builder) Reject(id, actor string, follow Object) Object {
	return b.answer("Reject", id, actor, follow)
}

func (b Builder) answer(kind, id, actor string, follow Object) Object {
	o := envelope(kind, id, actor)
	o["object"] = Embedded(follow)
	if who := follow.IRI("actor"); who != "" {
		o["to"] = []string{who}
	}
	return o
}

// Undo takes an activity back; it is embedded whole. [AP 7.12]
func (b Builder) Undo(id, actor string, undone Object, to, cc []string) Object {
	o := envelope("Undo", id, actor)
	o["object"] = Embedded(undone)
	if len(to) == 0 {
		if who := undone.IRI("object"); !IsPublic(who) && (undone.Type() == "Follow" || undone.Type() == "Block") {
			to = []string{who}
		}
	}
	return addressed(o, to, cc)
}

// Block tells an actor that it is not wanted. [AP 6.9]
func (b Builder) Block(id, actor, object string) Object {
	o := envelope("Block", id, actor)
	o["object"] = object
	return addressed(o, []string{object}, nil)
}

// Flag tells a server what is wrong with one of its people and their posts. [AS2 Flag]
func (b Builder) Flag(id, actor, who string, posts []string, comment string) Object {
	o := envelope("Flag", id, actor)
	o["object"], o["content"] = append([]string{who}, posts...), comment
	return addressed(o, []string{who}, nil)
}

// Add puts an object into a collection of the actor's. [AP 7.8]
func (b Builder) Add(id, actor, object, target string) Object {
	return b.collect("Add", id, actor, object, target)
}

// Remove takes an object out of a collection of the actor's. [AP 7.9]
func (b Builder) Remove(id, actor, object, target string) Object {
	return b.collect("Remove", id, actor, object, target)
}

func (b Builder) collect(kind, id, actor, object, target string) Object {
	o := envelope(kind, id, actor)
	o["object"], o["target"] = object, target
	return addressed(o, []string{Public}, nil)
}

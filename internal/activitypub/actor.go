package activitypub

import (
	"strings"
	"unicode"

	"skerry/internal/social"
)

var actorKinds = map[string]social.ActorKind{
	"Person": social.Person, "Service": social.Service, "Application": social.Application,
	"Group": social.Group, "Organization": social.Organization,
}

// Limits of what is read of an actor; longer texts are cut.
const (
	maxUsername = 128 // a longer one is refused: what is cut is another name
	maxName     = 2048
	maxSummary  = 20 << 10
	maxFields   = 50
	maxKeys     = 20
	maxAliases  = 256
)

// ParseActor reads an actor's document and the keys that the document itself
// lists as its own. Summary and field values are a stranger's HTML still. Its
// error is a Fault of kind Invalid.
func ParseActor(o Object) (social.Actor, []social.Key, error) {
	a := social.Actor{
		IRI: o.ID(), Kind: actorKinds[o.Type()], Inbox: o.IRI("inbox"), Outbox: o.IRI("outbox"),
		Followers: o.IRI("followers"), Following: o.IRI("following"),
		Featured: o.IRI("featured"), FeaturedTags: o.IRI("featuredTags"),
		Username: usernameOf(o), MovedTo: o.IRI("movedTo"),
		Published: o.Time("published"), Updated: o.Time("updated"),
	}
	switch {
	case a.Kind == "":
		return a, nil, social.Faultf(social.Invalid, "the document is no actor: its type is %.40q", o.Type())
	case a.IRI == "":
		return a, nil, social.Faultf(social.Invalid, "the actor has no id")
	case a.Inbox == "":
		return a, nil, social.Faultf(social.Invalid, "the actor %s has no inbox", a.IRI)
	case a.Username == "":
		return a, nil, social.Faultf(social.Invalid, "the actor %s has no preferredUsername", a.IRI)
	case len(a.Username) > maxUsername || strings.ContainsFunc(a.Username, notInUsername):
		return a, nil, social.Faultf(social.Invalid, "the actor %s cannot be called %.40q", a.IRI, a.Username)
	}
	a.Name, _ = o.Natural("name")
	a.Summary, _ = o.Natural("summary")
	a.Name, a.Summary = cut(a.Name, maxName), cut(a.Summary, maxSummary)
	if e := o.Obj("endpoints"); e != nil {
		a.SharedInbox = e.IRI("sharedInbox")
	}
	a.URL = pageOf(o, a.IRI)
	a.Icon, a.Header = imageOf(o, "icon"), imageOf(o, "image")
	a.Locked, _ = o.Bool("manuallyApprovesFollowers")
	a.Discoverable, _ = o.Bool("discoverable")
	a.Indexable, _ = o.Bool("indexable")
	a.Fields, a.Emojis = fieldsOf(o), emojisOf(o)
	if a.AlsoKnownAs = o.IRIs("alsoKnownAs"); len(a.AlsoKnownAs) > maxAliases {
		a.AlsoKnownAs = a.AlsoKnownAs[:maxAliases]
	}
	return a, keysOf(o, a.IRI), nil
}

// usernameOf gives the name before the @, as the actor writes it. [FEP-2c59]
func usernameOf(o Object) string {
	if name := o.Str("preferredUsername"); name != "" {
		return name
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(o.Str("webfinger"), "acct:"), "@"), "@")
	return name
}

// notInUsername reports whether a character would make a handle look like
// another one, or like a path.
func notInUsername(c rune) bool {
	return !unicode.IsGraphic(c) || unicode.IsSpace(c) || strings.ContainsRune(`@/\?#<>"&`, c)
}

// keysOf gives the keys whose owner the document says it is.
func keysOf(o Object, actor string) []social.Key {
	var keys []social.Key
	for _, k := range o.Objs("publicKey") {
		if id, pem := k.ID(), k.Str("publicKeyPem"); id != "" && pem != "" && k.IRI("owner") == actor && SameOrigin(id, actor) {
			keys = append(keys, social.Key{IRI: id, ActorIRI: actor, PEM: cut(pem, 8192)})
		}
	}
	for _, k := range o.Objs("assertionMethod") {
		multikey := k.Str("publicKeyMultibase")
		if id := k.ID(); id != "" && multikey != "" && k.IRI("controller") == actor && SameOrigin(id, actor) {
			keys = append(keys, social.Key{IRI: id, ActorIRI: actor, Multikey: cut(multikey, 2048)})
		}
	}
	return keys[:min(len(keys), maxKeys)]
}

func fieldsOf(o Object) []social.Field {
	var fields []social.Field
	for _, f := range o.Objs("attachment") {
		if len(fields) == maxFields {
			break
		}
		switch f.Type() {
		case "PropertyValue":
			fields = append(fields, social.Field{Name: cut(f.Str("name"), 2047), Value: cut(f.Str("value"), 2047)})
		case "Note": // [FEP-fb2a]
			fields = append(fields, social.Field{Name: cut(f.Str("name"), 2047), Value: cut(f.Str("content"), 2047)})
		}
	}
	return fields
}

// ActorKeys are the public keys that an actor's document shows.
type ActorKeys struct {
	RSAPEM   string // SPKI
	Multikey string // Ed25519
}

// Actor is the document of one of our actors.
func (b Builder) Actor(a social.Actor, keys ActorKeys) Object {
	o := Object{
		"@context": contextOf, "id": a.IRI, "type": string(a.Kind), "preferredUsername": a.Username,
		"name": a.Name, "summary": a.Summary, "url": a.URL, "webfinger": a.Handle(),
		"inbox": a.Inbox, "outbox": a.Outbox, "followers": a.Followers, "following": a.Following,
		"endpoints":                 Object{"sharedInbox": a.SharedInbox},
		"manuallyApprovesFollowers": a.Locked, "discoverable": a.Discoverable, "indexable": a.Indexable,
		"published": stamp(a.Published),
		"publicKey": Object{"id": a.IRI + "#main-key", "type": "Key", "owner": a.IRI, "publicKeyPem": keys.RSAPEM},
		"assertionMethod": []Object{{
			"id": a.IRI + "#ed25519-key", "type": "Multikey", "controller": a.IRI, "publicKeyMultibase": keys.Multikey,
		}},
	}
	if a.Featured != "" {
		o["featured"], o["featuredTags"] = a.Featured, a.FeaturedTags
	}
	if a.Kind == social.Application {
		o["implements"] = implements
	} else {
		o["generator"] = Object{"type": "Application", "id": b.URLs.Server(), "name": "Skerry", "implements": implements}
	}
	optional(o, a)
	return o
}

// optional puts what an actor may lack.
func optional(o Object, a social.Actor) {
	if !a.Updated.IsZero() {
		o["updated"] = stamp(a.Updated)
	}
	for key, img := range map[string]social.Image{"icon": a.Icon, "image": a.Header} {
		if img.URL != "" {
			o[key] = Object{"type": "Image", "url": img.URL, "mediaType": img.MediaType, "summary": img.Alt}
		}
	}
	var fields []Object
	for _, f := range a.Fields {
		fields = append(fields, Object{"type": "PropertyValue", "name": f.Name, "value": f.Value})
	}
	if fields != nil {
		o["attachment"] = fields
	}
	if tags := emojiTags(a.Emojis); tags != nil {
		o["tag"] = tags
	}
	if len(a.AlsoKnownAs) > 0 {
		o["alsoKnownAs"] = a.AlsoKnownAs
	}
	if a.MovedTo != "" {
		o["movedTo"] = a.MovedTo
	}
}

// implements says which signatures we take. [FEP-844e]
var implements = []Object{{"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"}}

// pageOf gives the page for people: on the object's own host, or none.
func pageOf(o Object, id string) string {
	for _, v := range o.each("url") {
		link := object(v)
		if link != nil && link.Str("mediaType") != "" && link.Str("mediaType") != "text/html" {
			continue
		}
		if iri := iriOf(v); iri != "" && Host(iri) == Host(id) {
			return iri
		}
	}
	return ""
}

func imageOf(o Object, key string) social.Image {
	for _, v := range o.each(key) {
		if s, ok := v.(string); ok {
			v = Object{"url": s}
		}
		img := object(v)
		url := img.IRI("url")
		if url == "" {
			url = img.IRI("href")
		}
		if url != "" {
			return social.Image{URL: url, MediaType: cut(img.Str("mediaType"), 128), Alt: cut(altOf(img), 10000)}
		}
	}
	return social.Image{}
}

// altOf gives what a picture shows in words.
func altOf(o Object) string {
	if s := o.Str("summary"); s != "" {
		return s
	}
	return o.Str("name")
}

// cut shortens a text to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

package activitypub

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"
)

// Object is a JSON object read by exact keys. Its accessors take what the field
// really holds in the wild: a value, a list of values, an IRI, or an object with
// an id; what does not fit is the zero value.
type Object map[string]any

// object makes nested values Objects also when they were built or decoded by others.
func object(v any) Object {
	switch v := v.(type) {
	case Object:
		return v
	case map[string]any:
		return v
	}
	return nil
}

// each gives the values under a key: a list's items, or the one value.
func (o Object) each(key string) []any {
	switch v := o[key].(type) {
	case nil:
		return nil
	case []any:
		return v
	case []string:
		return list(v)
	case []Object:
		return list(v)
	default:
		return []any{v}
	}
}

func list[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// ID gives the object's id as a canonical IRI, "" when it has none.
func (o Object) ID() string {
	id, _ := o["id"].(string)
	if id == "" {
		id, _ = o["@id"].(string)
	}
	return canonicalOr(id)
}

// Type gives the object's type; of a list the first that we know, else the first.
func (o Object) Type() string {
	first := ""
	for _, v := range append(o.each("type"), o.each("@type")...) {
		t, _ := v.(string)
		if known[t] {
			return t
		}
		if first == "" {
			first = t
		}
	}
	return first
}

// known are the types that mean something to us.
var known = func() map[string]bool {
	m := map[string]bool{"Tombstone": true, "Key": true, "Mention": true, "Hashtag": true, "Emoji": true}
	for t := range actorKinds {
		m[t] = true
	}
	for t := range postKinds {
		m[t] = true
	}
	return m
}()

// IRI gives the first IRI under a key.
func (o Object) IRI(key string) string {
	for _, v := range o.each(key) {
		if iri := iriOf(v); iri != "" {
			return iri
		}
	}
	return ""
}

// IRIs gives all IRIs under a key.
func (o Object) IRIs(key string) []string {
	var out []string
	for _, v := range o.each(key) {
		if iri := iriOf(v); iri != "" {
			out = append(out, iri)
		}
	}
	return out
}

// iriOf gives the IRI that a value is, has as its id, or links to. A Link stands
// for what it links to, also when it has an id. [AS2 4.1]
func iriOf(v any) string {
	if s, ok := v.(string); ok {
		return canonicalOr(s)
	}
	o := object(v)
	if o == nil {
		return ""
	}
	id, href := o.ID(), canonicalOr(o.Str("href"))
	if id == "" || href != "" && o.Type() == "Link" {
		return href
	}
	return id
}

// Str gives the first text under a key.
func (o Object) Str(key string) string {
	s, _ := o.text(key)
	return s
}

func (o Object) text(key string) (s string, ok bool) {
	for _, v := range o.each(key) {
		if s, ok := v.(string); ok {
			return s, true
		}
	}
	return "", false
}

// Obj gives the first embedded object under a key, nil when there is none.
func (o Object) Obj(key string) Object {
	for _, v := range o.each(key) {
		if e := object(v); e != nil {
			return e
		}
	}
	return nil
}

// Objs gives all embedded objects under a key.
func (o Object) Objs(key string) []Object {
	var out []Object
	for _, v := range o.each(key) {
		if e := object(v); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// Bool gives a boolean; ok is false when there is none.
func (o Object) Bool(key string) (v, ok bool) {
	v, ok = o[key].(bool)
	return v, ok
}

// Int gives a whole number within int32; ok is false when there is none.
func (o Object) Int(key string) (int, bool) {
	n, ok := o[key].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, false
	}
	return int(f), true
}

// Time gives a moment in UTC, zero when there is none that can be read.
func (o Object) Time(key string) time.Time {
	s := o.Str(key)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// Natural gives a natural-language value and its language: the plain text, with
// the language of the map's entry that equals it, or of the only entry; without
// plain text the map's first entry in the order of languages. [AS2 4.7]
func (o Object) Natural(key string) (text, lang string) {
	m := object(o[key+"Map"])
	langs := slices.Sorted(maps.Keys(m))
	langs = slices.DeleteFunc(langs, func(l string) bool { _, ok := m[l].(string); return !ok })
	text, plain := o.text(key)
	switch {
	case len(langs) == 0:
		return text, ""
	case !plain:
		return m[langs[0]].(string), language(langs[0])
	}
	for _, l := range langs {
		if m[l] == text {
			return text, language(l)
		}
	}
	if len(langs) == 1 {
		return text, language(langs[0])
	}
	return text, ""
}

// language takes what looks like a language tag.
func language(tag string) string {
	if len(tag) < 2 || len(tag) > 35 || tag == "und" {
		return ""
	}
	for _, c := range tag {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return tag
}

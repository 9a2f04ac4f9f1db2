// Package activitypub reads and writes ActivityStreams JSON, addresses it, and
// knows our own URL scheme. Pure: no I/O, no clock, no state.
//
// Strangers' bytes come in and become Objects, Activities, actors and posts of
// package social; our nouns come in and become Objects. HTML that is read stays
// a stranger's HTML: whoever stores or shows it must make it safe first. JSON is
// read by exact keys, and there is no JSON-LD processing.
package activitypub

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"skerry/internal/social"
)

// Limits of the gate.
const (
	MaxDocument = 1 << 20
	maxDepth    = 32
	maxTokens   = 20000
)

// Decode is the JSON gate: one object of at most 1 MiB, valid UTF-8, 32 deep,
// 20,000 tokens, no key twice, no NUL in any text (PostgreSQL stores none),
// nothing after it, and none of the keywords that let JSON-LD hide a graph in it.
// Its error is a Fault of kind Invalid, or TooLarge.
func Decode(b []byte) (Object, error) {
	switch {
	case len(b) > MaxDocument:
		return nil, social.Faultf(social.TooLarge, "the document has more than %d bytes", MaxDocument)
	case !utf8.Valid(b):
		return nil, social.Faultf(social.Invalid, "the document is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	g := gate{d: d}
	v, err := g.value(0)
	if err != nil {
		return nil, invalid(err)
	}
	o, ok := v.(Object)
	if !ok {
		return nil, social.Faultf(social.Invalid, "the document is not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, social.Faultf(social.Invalid, "there is something after the document")
	}
	return o, nil
}

func invalid(err error) error {
	if social.KindOf(err) != social.Internal {
		return err
	}
	return social.Faultf(social.Invalid, "the document is not JSON").Because(err)
}

// gate walks the tokens once and builds the value as it goes.
type gate struct {
	d      *json.Decoder
	tokens int
}

func (g *gate) token() (json.Token, error) {
	if g.tokens++; g.tokens > maxTokens {
		return nil, social.Faultf(social.Invalid, "the document has more than %d tokens", maxTokens)
	}
	t, err := g.d.Token()
	if s, ok := t.(string); ok && strings.ContainsRune(s, 0) {
		return nil, social.Faultf(social.Invalid, "the document has a text with a NUL")
	}
	return t, err
}

func (g *gate) value(depth int) (any, error) {
	t, err := g.token()
	if err != nil {
		return nil, err
	}
	return g.build(t, depth)
}

func (g *gate) build(t json.Token, depth int) (any, error) {
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth++; depth > maxDepth {
		return nil, social.Faultf(social.Invalid, "the document is more than %d deep", maxDepth)
	}
	if delim == '{' {
		return g.object(depth)
	}
	return g.array(depth)
}

func (g *gate) object(depth int) (Object, error) {
	o := Object{}
	for {
		t, err := g.token()
		if err != nil {
			return nil, err
		}
		key, ok := t.(string)
		if !ok {
			return o, nil // the closing brace
		}
		if _, twice := o[key]; twice {
			return nil, social.Faultf(social.Invalid, "the key %.40q is there twice", key)
		}
		switch key {
		case "@graph", "@included", "@reverse":
			return nil, social.Faultf(social.Invalid, "the keyword %s is not accepted", key)
		}
		if o[key], err = g.value(depth); err != nil {
			return nil, err
		}
	}
}

func (g *gate) array(depth int) ([]any, error) {
	all := []any{}
	for {
		t, err := g.token()
		if err != nil {
			return nil, err
		}
		if t == json.Delim(']') {
			return all, nil
		}
		v, err := g.build(t, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
}

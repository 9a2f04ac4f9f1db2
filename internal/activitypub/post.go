package activitypub

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"skerry/internal/social"
)

var postKinds = map[string]social.PostKind{
	"Note": social.Note, "Question": social.Question, "Article": social.Article, "Page": social.Page,
	"Image": social.ImagePost, "Audio": social.Audio, "Video": social.Video, "Event": social.Event,
}

// IsPost reports whether an object is of a type that ParsePost reads.
func (o Object) IsPost() bool { return postKinds[o.Type()] != "" }

// Limits of what is read of a post; more is left out.
const (
	maxContent     = 512 << 10
	maxAttachments = 16
	maxTags        = 200
	maxOptions     = 20
)

// ParsePost reads a post. followers is the address of its author's followers, by
// which a followers-only post is known. Content is a stranger's HTML still.
// Author and Mentions have no ids of ours yet. Its error is a Fault of kind Invalid.
func ParsePost(o Object, followers string) (social.Post, error) {
	p := social.Post{
		IRI: o.ID(), Kind: postKinds[o.Type()], AuthorIRI: authorOf(o), InReplyTo: o.IRI("inReplyTo"),
		Context: contextIRI(o), To: o.IRIs("to"), Cc: o.IRIs("cc"), Published: o.Time("published"), Edited: o.Time("updated"),
	}
	switch {
	case p.Kind == "":
		return p, social.Faultf(social.Invalid, "the document is no post: its type is %.40q", o.Type())
	case p.IRI == "":
		return p, social.Faultf(social.Invalid, "the post has no id")
	case p.AuthorIRI == "":
		return p, social.Faultf(social.Invalid, "the post %s has no author", p.IRI)
	}
	p.Content, p.Language = o.Natural("content")
	p.Content = cut(p.Content, maxContent)
	title, lang := o.Natural("name")
	p.Title = cut(title, 2048)
	warning, _ := o.Natural("summary")
	p.Warning = cut(warning, 20<<10)
	if p.Language == "" {
		p.Language = lang
	}
	p.Sensitive, _ = o.Bool("sensitive")
	if p.URL = pageOf(o, p.IRI); p.URL == "" {
		p.URL = o.IRI("url")
	}
	if !p.Edited.After(p.Published) {
		p.Edited = time.Time{}
	}
	p.Visibility = visibilityOf(p.To, p.Cc, followers)
	p.Attachments, p.Emojis = attachmentsOf(o), emojisOf(o)
	tags(o, &p)
	p.Poll, p.Quote = pollOf(o), quoteOf(o, p.IRI)
	return p, nil
}

// authorOf gives the first author that is a person where the types are told.
//
// Quirk(peertube): a Video is of an account and of its channel, a Group.
func authorOf(o Object) string {
	first := ""
	for _, v := range o.each("attributedTo") {
		iri := iriOf(v)
		if iri == "" {
			continue
		}
		if e := object(v); e != nil && e.Type() == "Person" {
			return iri
		}
		if first == "" {
			first = iri
		}
	}
	return first
}

func contextIRI(o Object) string {
	if iri := o.IRI("context"); iri != "" {
		return iri
	}
	return o.IRI("conversation")
}

// visibilityOf reads the audience. What names nobody we can tell is direct.
func visibilityOf(to, cc []string, followers string) social.Visibility {
	for _, iri := range to {
		if IsPublic(iri) {
			return social.Public
		}
	}
	for _, iri := range cc {
		if IsPublic(iri) {
			return social.Unlisted
		}
	}
	for _, iri := range append(append([]string{}, to...), cc...) {
		if followers != "" && iri == followers {
			return social.FollowersOnly
		}
	}
	return social.Direct
}

func attachmentsOf(o Object) []social.Attachment {
	var out []social.Attachment
	for _, a := range o.Objs("attachment") {
		url := a.IRI("url")
		if url == "" {
			url = a.IRI("href")
		}
		if url == "" || len(out) == maxAttachments {
			continue
		}
		m := social.Attachment{URL: url, MediaType: cut(a.Str("mediaType"), 128), Alt: cut(altOf(a), 10000), Blurhash: cut(a.Str("blurhash"), 100)}
		m.Width, _ = a.Int("width")
		m.Height, _ = a.Int("height")
		m.Width, m.Height = max(m.Width, 0), max(m.Height, 0)
		m.Focus, m.Preview = focusOf(a), imageOf(a, "icon").URL
		out = append(out, m)
	}
	return out
}

// focusOf gives the point that matters most, each way from -1 to 1.
//
// Quirk(mastodon): focalPoint is the horizontal and the vertical coordinate.
func focusOf(o Object) (focus [2]float64) {
	values := o.each("focalPoint")
	if len(values) != len(focus) {
		return focus
	}
	for i, v := range values {
		n, _ := v.(json.Number)
		f, err := n.Float64()
		if err != nil || math.Abs(f) > 1 {
			return [2]float64{}
		}
		focus[i] = f
	}
	return focus
}

func emojisOf(o Object) []social.Emoji {
	var out []social.Emoji
	for _, t := range o.Objs("tag") {
		if t.Type() != "Emoji" || len(out) == maxTags {
			continue
		}
		code := strings.Trim(t.Str("name"), ":")
		if img := imageOf(t, "icon"); img.URL != "" && shortcode(code) {
			out = append(out, social.Emoji{Shortcode: code, URL: img.URL, IRI: t.ID(), MediaType: img.MediaType, Updated: t.Time("updated")})
		}
	}
	return out
}

func shortcode(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// tags reads mentions and hashtags.
func tags(o Object, p *social.Post) {
	for _, t := range o.Objs("tag") {
		name := t.Str("name")
		switch t.Type() {
		case "Mention":
			if iri := t.IRI("href"); iri != "" && len(p.Mentions) < maxTags {
				p.Mentions = append(p.Mentions, social.Mention{IRI: iri, Handle: cut(strings.TrimPrefix(name, "@"), 512)})
			}
		case "Hashtag":
			if tag := strings.TrimPrefix(name, "#"); tag != "" && len(tag) <= 255 && len(p.Hashtags) < maxTags {
				p.Hashtags = append(p.Hashtags, tag)
			}
		}
	}
}

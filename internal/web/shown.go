package web

import (
	"cmp"
	"html/template"

	"skerry/internal/social"
)

// person is an actor as pages show them.
type person struct {
	social.Actor
	At   string // the page about them
	Face string // address of their picture
	// What pages say of them most often is made once.
	Called  template.HTML // their name, with emojis
	Address string        // their handle, without the first @
}

func newPerson(a social.Actor, at, face string) person {
	return person{a, at, face, line(nameOf(a), a.Emojis), a.Handle()}
}

func (s *Site) person(a social.Actor) person {
	a = a.Shown()
	a.Emojis = s.emojis(a.Emojis)
	return newPerson(a, cmp.Or(a.URL, a.IRI), cmp.Or(s.picture(a.Icon), s.file("missing.png")))
}

// picture is where a picture is read, "" when that is not from us: nobody else
// learns who reads here.
func (s *Site) picture(i social.Image) string {
	if at := s.Library.Address(i.URL); s.URLs.Own(at) {
		return at
	}
	return ""
}

// shown is a post with its author, as templates need it.
type shown struct {
	social.Post
	By       person
	At       string   // the page of the post
	When     string   // how long ago it was written, where no cache keeps the page; "" elsewhere
	Away     string   // its page where it was written
	History  string   // the page of what it said before; "" for none
	Own      bool     // by the owner of this server
	Pinned   bool     // is shown as pinned
	Via      []person // who boosted it, where that is why it is here
	Under    []string // the hashtags for which it is here
	Through  string   // the relay through which it came first; "" for none
	Above    string   // where the post is that it answers; "" where that is plain, or for none
	Answers  *person  // whose that post is, when it is known
	ReadOn   string   // where the whole of an article is; "" for others, and where it stands
	Media    []medium
	Question *question
	Quoted   *quoted // nil when it quotes nothing
	Mine     *mine   // what the owner can do with it; nil for visitors
}

// mine is how the owner stands to a post.
type mine struct {
	Back                               string // where its forms lead back to
	Liked, Boosted, Bookmarked, Pinned bool
	Muted                              bool // the owner is told of nothing in its conversation
	CanBoost                           bool
}

// medium is an attachment as a page shows it.
type medium struct {
	social.Attachment
	As string // how it is shown: as image, video or audio; "" as a link
}

// shown makes a post one that anybody may be shown.
func (s *Site) shown(p social.Post, by social.Actor) shown {
	p = p.Shown()
	p.Emojis = s.emojis(p.Emojis)
	out := shown{Post: p, By: s.person(by), At: p.URL, Own: by.Local}
	if out.At == "" {
		out.At = p.IRI
	}
	out.Away = out.At
	if p.Local && p.Visibility.Open() && !p.Edited.IsZero() {
		out.History = out.At + "/history"
	}
	if !p.Local && p.Title != "" {
		out.Content = untitled(p)
	}
	if p.Kind == social.Article && !p.Local {
		out.ReadOn = out.Away
	}
	for _, a := range s.Library.Attachments(p) {
		out.Media = append(out.Media, s.medium(a))
	}
	if p.Poll != nil {
		out.Question = ask(p, s.DB.Now())
	}
	return out
}

// medium shows an attachment. Of others nothing is loaded, so that nobody learns who
// reads here.
func (s *Site) medium(a social.Attachment) medium {
	m := medium{Attachment: a}
	if s.URLs.Own(a.URL) {
		m.As = a.Kind()
	}
	if m.As == "image" && m.Preview == "" {
		m.Preview = m.URL
	}
	return m
}

// pinned is shown for a post on top of a profile.
func (s *Site) pinned(p social.Post, by social.Actor) shown {
	out := s.shown(p, by)
	out.Pinned = true
	return out
}

// emojis are those of a text whose pictures are read from us, so that nobody else
// learns who reads here.
func (s *Site) emojis(all []social.Emoji) []social.Emoji {
	var out []social.Emoji
	for _, e := range all {
		if e.URL = s.Library.Address(e.URL); s.URLs.Own(e.URL) {
			out = append(out, e)
		}
	}
	return out
}

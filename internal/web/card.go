package web

import (
	"cmp"
	"net/url"
	"time"

	"skerry/internal/markup"
	"skerry/internal/social"
)

// card is what other programs show of a page that somebody links to. [Open Graph]
type card struct {
	Kind               string // website, profile or article
	Site               string
	Title, About       string
	URL                string
	Embed              string // where it is described as a thing to embed, "" for none
	Username           string // of a profile
	Picture, Alt       string
	Width, Height      int
	Large              bool // the picture is what it is about
	Published, Changed time.Time
}

// aboutLength is how many characters of a text a card shows.
const aboutLength = 280

func (s *Site) profileCard(p person) card {
	c := s.faceCard("profile", s.URLs.Profile(p.Username), p)
	c.Username, c.About = p.Username, markup.Line(markup.Text(p.Summary), aboutLength)
	return c
}

// faceCard is a card with the owner's name and face.
func (s *Site) faceCard(kind, at string, p person) card {
	c := card{Kind: kind, Site: s.URLs.AccountDomain, Title: titleOf(p.Actor), URL: at}
	if p.Icon.URL != "" {
		c.Picture, c.Alt = p.Face, p.Icon.Alt
	}
	return c
}

// postCard shows of a post what its warning does not hide.
func (s *Site) postCard(p shown, by social.Actor) card {
	c := s.faceCard("article", p.At, p.By)
	c.Published, c.Changed = p.Published, p.Edited
	if p.Visibility.Open() {
		c.Embed = s.URLs.Origin + "/oembed?" + url.Values{"url": {p.At}}.Encode()
	}
	c.About = markup.Line(cmp.Or(p.Warning, markup.Text(p.Content)), aboutLength)
	if p.Warning != "" || p.Sensitive {
		return c
	}
	for _, m := range p.Media {
		if m.As != "image" {
			continue
		}
		c.Picture, c.Alt, c.Width, c.Height, c.Large = m.URL, m.Alt, m.Width, m.Height, true
		c.About = cmp.Or(c.About, markup.Line(m.Alt, aboutLength))
		break
	}
	return c
}

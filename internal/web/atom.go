package web

import "time"

// The Atom Syndication Format. [RFC 4287]
type (
	atomFeed struct {
		XMLName  struct{}    `xml:"http://www.w3.org/2005/Atom feed"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle,omitempty"`
		Updated  string      `xml:"updated"`
		Logo     string      `xml:"logo,omitempty"`
		Links    []atomLink  `xml:"link"`
		Author   atomPerson  `xml:"author"`
		Entries  []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		Language   string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Published  string         `xml:"published"`
		Updated    string         `xml:"updated"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Content    atomText       `xml:"content"`
	}
	atomLink struct {
		Rel   string `xml:"rel,attr"`
		Type  string `xml:"type,attr,omitempty"`
		Href  string `xml:"href,attr"`
		Title string `xml:"title,attr,omitempty"`
	}
	atomPerson struct {
		Name string `xml:"name"`
		URI  string `xml:"uri"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

func atomOf(f feed, self string) any {
	out := atomFeed{
		ID: self, Title: f.Title, Subtitle: f.About, Updated: f.Updated.UTC().Format(time.RFC3339), Logo: f.Author.Icon.URL,
		Links:  []atomLink{{Rel: "self", Type: "application/atom+xml", Href: self}, {Rel: "alternate", Type: "text/html", Href: f.Page}},
		Author: atomPerson{nameOf(f.Author), f.Author.URL},
	}
	for _, p := range f.Posts {
		e := atomEntry{
			Language: p.Language, ID: p.IRI, Title: p.headline(), Published: p.Published.UTC().Format(time.RFC3339), Updated: changed(p).UTC().Format(time.RFC3339),
			Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: p.At}}, Content: atomText{"html", p.body()},
		}
		for _, m := range p.Media {
			e.Links = append(e.Links, atomLink{Rel: "enclosure", Type: m.MediaType, Href: m.URL, Title: m.Alt})
		}
		for _, tag := range p.Hashtags {
			e.Categories = append(e.Categories, atomCategory{tag})
		}
		out.Entries = append(out.Entries, e)
	}
	return out
}

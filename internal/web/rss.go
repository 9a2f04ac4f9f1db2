package web

import "time"

// RSS 2.0 with Media RSS, as Mastodon writes it: a post has no title there.
type (
	rss struct {
		XMLName struct{}   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Media   string     `xml:"xmlns:media,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Self        atomLink  `xml:"atom:link"`
		Description string    `xml:"description"`
		Image       *rssImage `xml:"image"`
		Built       string    `xml:"lastBuildDate"`
		Items       []rssItem `xml:"item"`
	}
	rssImage struct {
		URL   string `xml:"url"`
		Title string `xml:"title"`
		Link  string `xml:"link"`
	}
	rssItem struct {
		GUID        rssGUID    `xml:"guid"`
		Link        string     `xml:"link"`
		Title       string     `xml:"title,omitempty"`
		Published   string     `xml:"pubDate"`
		Description string     `xml:"description"`
		Media       []rssMedia `xml:"media:content"`
		Categories  []string   `xml:"category"`
	}
	rssGUID struct {
		IsAddress bool   `xml:"isPermaLink,attr"`
		ID        string `xml:",chardata"`
	}
	rssMedia struct {
		URL         string  `xml:"url,attr"`
		Type        string  `xml:"type,attr,omitempty"`
		Medium      string  `xml:"medium,attr,omitempty"`
		Description rssText `xml:"media:description"`
	}
	rssText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

func rssOf(f feed, self string) any {
	c := rssChannel{
		Title: f.Title, Link: f.Page, Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: self}, Description: f.About,
		Built: f.Updated.UTC().Format(time.RFC1123Z),
	}
	if f.Author.Icon.URL != "" {
		c.Image = &rssImage{f.Author.Icon.URL, f.Title, f.Page}
	}
	for _, p := range f.Posts {
		i := rssItem{
			GUID: rssGUID{true, p.At}, Link: p.At, Title: p.Title, Published: p.Published.UTC().Format(time.RFC1123Z), Description: p.body(),
			Categories: p.Hashtags,
		}
		for _, m := range p.Media {
			i.Media = append(i.Media, rssMedia{m.URL, m.MediaType, m.Kind(), rssText{"plain", m.Alt}})
		}
		c.Items = append(c.Items, i)
	}
	return rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Media: "http://search.yahoo.com/mrss/", Channel: c}
}

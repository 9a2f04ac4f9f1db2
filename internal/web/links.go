package web

import (
	"context"
	"net/url"
	"path"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/social"
)

// maxLinks is of how many links of a page it is looked up whether they are known here.
const maxLinks = 300

// links are the pages of the reader for addresses elsewhere.
type links map[string]string

// linksOf finds the posts and people to which posts link.
func (s *Site) linksOf(ctx context.Context, posts []social.Post) (links, error) {
	out := links{}
	var all []string
	for _, p := range posts {
		for _, address := range markup.Addresses(p.Content) {
			if _, had := out[address]; !had && len(all) < maxLinks {
				all, out[address] = append(all, address), ""
			}
		}
	}
	people, err := s.DB.ActorsAt(ctx, all)
	if err != nil {
		return nil, err
	}
	said, err := s.DB.PostsAt(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, a := range people {
		out.lead(a.IRI, a.URL, s.pageAbout(a))
	}
	for _, p := range said {
		out.lead(p.IRI, p.URL, readerPage(p.ID))
	}
	return out, nil
}

// lead leads what has this id to its page here, and so its page where it lives. Anybody
// can say that another server's page is theirs: that is not believed.
func (l links) lead(iri, page, here string) {
	l[iri] = here
	if activitypub.SameOrigin(iri, page) {
		l[page] = here
	}
}

// relink gives what a post says, with links that open here what is known here.
func (l links) relink(p social.Post) string {
	people := map[string]social.ID{}
	for _, m := range p.Mentions {
		if m.Actor != 0 {
			people[m.IRI], people[m.URL] = m.Actor, m.Actor
		}
	}
	tags := map[string]bool{}
	for _, t := range p.Hashtags {
		tags[markup.FoldTag(t)] = true
	}
	return markup.Relink(p.Content, func(address string) string {
		if here := l[address]; here != "" {
			return here
		}
		if id, ok := people[address]; ok {
			return "/people/" + id.String()
		}
		return tagPageFor(address, tags)
	})
}

// tagPageFor is where the owner reads a hashtag to which an address leads, "" for
// anything else. Servers have them at /tags/x or /tag/x.
func tagPageFor(address string, tags map[string]bool) string {
	if len(tags) == 0 {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	dir, tag := path.Split(u.Path)
	if kind := path.Base(dir); (kind == "tags" || kind == "tag") && tags[markup.FoldTag(tag)] {
		return tagInReader(tag)
	}
	return ""
}

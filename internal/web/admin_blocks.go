package web

import (
	"net/http"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// listedBlocks is how many blocks a page shows.
const listedBlocks = 100

type blocksPage struct {
	adminPage
	Blocks []listedBlock
	Total  int
	Query  string
	Older  string

	Closed  bool // only the allowed
	Allowed []social.AllowedDomain
	Typed   string         // domains to allow
	Wrong   string         // with them
	Impact  *social.Impact // of limiting federation, of taking somebody off, or of ending an exception; nil: not asked
	Mode    string         // that is asked for
	Off     string         // the domain that is to be taken off
	Unblock social.ID      // of the block that is to end; 0: none is
}

// listedBlock is a block and who says so.
type listedBlock struct {
	social.DomainBlock
	From string
}

// refuses lists what a block does, in words.
func refuses(b social.DomainBlock) string {
	words := []string{map[social.Severity]string{social.Unlimited: "", social.Silenced: "silenced", social.Suspended: "suspended"}[b.Severity]}
	for _, more := range []struct {
		on  bool
		say string
	}{{b.RejectMedia, "no media"}, {b.RejectReports, "no reports"}, {b.RejectRelayed, "not through relays"}} {
		if more.on && b.Severity != social.Suspended {
			words = append(words, more.say)
		}
	}
	if all := strings.Join(words, ", "); strings.Trim(all, ", ") != "" {
		return strings.TrimPrefix(all, ", ")
	}
	return "let in"
}

func (s *Site) blocksPage(r *http.Request) (page blocksPage, err error) {
	page.adminPage, page.Query = s.adminPage(r, "Blocks"), r.URL.Query().Get("q")
	if !social.Storable(page.Query) {
		return page, social.Faultf(social.NotFound, nothing)
	}
	want, err := pageAsked(r, listedBlocks)
	if err != nil {
		return page, err
	}
	all, err := s.DB.DomainBlocks(r.Context(), page.Query, want)
	if err != nil {
		return page, err
	}
	all, page.Older = cut(r, all, listedBlocks, func(b social.DomainBlock) social.ID { return b.ID })
	if page.Blocks, err = s.listBlocks(r, all); err != nil {
		return page, err
	}
	if page.Total, err = s.DB.CountDomainBlocks(r.Context()); err != nil {
		return page, err
	}
	federation, err := s.DB.Federation(r.Context())
	if err != nil {
		return page, err
	}
	page.Closed = federation.Closed
	page.Allowed, err = s.DB.AllowedDomains(r.Context())
	return page, err
}

// listBlocks says of blocks who says so.
func (s *Site) listBlocks(r *http.Request, all []social.DomainBlock) (out []listedBlock, err error) {
	lists, err := s.DB.Blocklists(r.Context())
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		from := "you"
		if b.Imported {
			from = "a file of yours"
		}
		for _, l := range lists {
			if l.ID == b.List {
				from = activitypub.Host(l.URL)
			}
		}
		out = append(out, listedBlock{b, from})
	}
	return out, nil
}

// blocks answers /admin/blocks.
func (s *Site) blocks(w http.ResponseWriter, r *http.Request) error {
	page, err := s.blocksPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_blocks.html", page)
}

// removeBlock answers the button beside a block.
func (s *Site) removeBlock(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	b, err := s.DB.DomainBlock(r.Context(), id)
	if social.Is(err, social.NotFound) { // it is removed already
		reply.SeeOther(w, r, "/admin/blocks")
		return nil
	}
	if err != nil {
		return err
	}
	if b.List != 0 {
		return social.Faultf(social.Conflict, "A list says so and would say it again. Make a block of your own that lets %s in.", b.Domain)
	}
	c := outbox.FederationChange{Drop: []social.ID{id}}
	if r.PostForm.Get("sure") == "" {
		impact, err := s.Publisher.WeighFederation(r.Context(), c)
		if err != nil {
			return err
		}
		if impact.Any() {
			return s.askUnblock(w, r, b, &impact)
		}
	}
	if err := s.Publisher.ChangeFederation(r.Context(), c); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/admin/blocks")
	return nil
}

// askUnblock asks whether a block is meant to end that kept a wider one off.
func (s *Site) askUnblock(w http.ResponseWriter, r *http.Request, b social.DomainBlock, impact *social.Impact) error {
	page, err := s.blocksPage(r)
	if err != nil {
		return err
	}
	page.Impact, page.Off, page.Unblock = impact, b.Domain, b.ID
	return s.show(w, r, "admin_blocks.html", page)
}

// changeFederation answers the forms that say with whom we speak at all: what would end
// by it is shown first.
func (s *Site) changeFederation(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	page, err := s.blocksPage(r)
	if err != nil {
		return err
	}
	page.Typed, page.Mode, page.Off = r.PostForm.Get("allow"), r.PostForm.Get("mode"), r.PostForm.Get("disallow")
	c := outbox.FederationChange{Mode: page.Mode}
	if page.Off != "" {
		c.Disallow = []string{page.Off}
	}
	for _, line := range strings.Fields(page.Typed) {
		domain, err := social.CleanDomain(line)
		if say, told := wrongOf(err); told {
			page.Wrong = say
			return s.showWith(w, http.StatusUnprocessableEntity, "admin_blocks.html", page)
		}
		c.Allow = append(c.Allow, domain)
	}
	if r.PostForm.Get("sure") == "" {
		impact, err := s.Publisher.WeighFederation(r.Context(), c)
		if err != nil {
			return err
		}
		if impact.Any() {
			page.Impact = &impact
			return s.show(w, r, "admin_blocks.html", page)
		}
	}
	if err := s.Publisher.ChangeFederation(r.Context(), c); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/admin/blocks")
	return nil
}

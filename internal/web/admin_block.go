package web

import (
	"context"
	"net/http"
	"net/url"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// blockPage is the form of a block; with Impact it asks whether that is meant.
type blockPage struct {
	adminPage
	social.DomainBlock
	Known      bool // there is such a block of the owner's
	Severities []choice
	Impact     *social.Impact
	Wrong      string // with the domain
	WrongMore  string
}

// severities are what can be done with a server.
func severities(chosen social.Severity) []choice {
	return []choice{
		{social.Suspended.String(), "Suspend", "nothing comes in, nothing is fetched or sent; follows end", chosen == social.Suspended},
		{social.Silenced.String(), "Silence", "out of public timelines and search; notifications only of people you follow", chosen == social.Silenced},
		{social.Unlimited.String(), "Neither", "only what is chosen below; nothing below: let in, whatever lists say", chosen == social.Unlimited},
	}
}

func (s *Site) blockPage(r *http.Request, b social.DomainBlock) blockPage {
	return blockPage{adminPage: s.adminPage(r, "Block a server"), DomainBlock: b, Severities: severities(b.Severity)}
}

// newBlock answers /admin/blocks/new.
func (s *Site) newBlock(w http.ResponseWriter, r *http.Request) error {
	b := social.DomainBlock{Domain: r.URL.Query().Get("domain"), Severity: social.Suspended}
	return s.show(w, r, "admin_block.html", s.blockPage(r, b))
}

// editBlock answers /admin/blocks/id.
func (s *Site) editBlock(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	b, err := s.DB.DomainBlock(r.Context(), id)
	if err != nil {
		return err
	}
	page := s.blockPage(r, b)
	page.Known, page.Title = b.List == 0, b.Domain
	return s.show(w, r, "admin_block.html", page)
}

// putBlock answers the form: what would end by it is shown first.
func (s *Site) putBlock(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	b, err := blockTyped(r.PostForm)
	page := s.blockPage(r, b)
	if say, told := wrongOf(err); told {
		page.Wrong = say
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_block.html", page)
	}
	impact, err := s.block(r.Context(), b, r.PostForm.Get("sure") == b.Domain)
	if say, told := wrongOf(err); told {
		if page.WrongMore = say; s.Publisher.OwnDomain(b.Domain) {
			page.Wrong, page.WrongMore = say, ""
		}
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_block.html", page)
	}
	if err != nil {
		return err
	}
	if impact != nil {
		page.Impact = impact
		return s.show(w, r, "admin_block.html", page)
	}
	reply.SeeOther(w, r, "/admin/blocks?q="+url.QueryEscape(b.Domain))
	return nil
}

// blockTyped reads the form.
func blockTyped(form url.Values) (b social.DomainBlock, err error) {
	b = social.DomainBlock{
		RejectMedia: form.Has("media"), RejectReports: form.Has("reports"), RejectRelayed: form.Has("relayed"),
		Public: form.Get("public"), Private: form.Get("private"), Obfuscate: form.Has("obfuscate"), Domain: form.Get("domain"),
	}
	if b.Severity, err = social.ParseSeverity(form.Get("severity")); err != nil {
		return b, err
	}
	domain, err := social.CleanDomain(b.Domain)
	if err == nil {
		b.Domain = domain
	}
	return b, err
}

// block makes a block, or gives what would end by it when the owner has not said that
// they are sure and something would.
func (s *Site) block(ctx context.Context, b social.DomainBlock, sure bool) (*social.Impact, error) {
	c := outbox.FederationChange{Put: []social.DomainBlock{b}}
	if !sure {
		impact, err := s.Publisher.WeighFederation(ctx, c)
		if err != nil || impact.Any() {
			return &impact, err
		}
	}
	return nil, s.Publisher.ChangeFederation(ctx, c)
}

package mastodon

import (
	"net/http"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// domainBlocks answers GET /api/v1/domain_blocks: the servers that the owner suspends,
// paged by ids that only the Link tells. [Masto: domain_blocks]
func (a *API) domainBlocks(w http.ResponseWriter, r *request) error {
	page, err := r.page(100, 200)
	if err != nil {
		return err
	}
	all, err := a.db.SuspendedDomains(r.Context(), page)
	if err != nil {
		return err
	}
	out := []string{}
	for _, b := range all {
		out = append(out, b.Domain)
	}
	if len(all) > 0 {
		a.link(w, r, all[0].ID.String(), all[len(all)-1].ID.String())
	}
	return reply.JSON(w, r.Request, out)
}

// blockDomain answers POST /api/v1/domain_blocks. An app has asked whether that is meant:
// the server is suspended. What else the owner said of it stays.
func (a *API) blockDomain(w http.ResponseWriter, r *request) error {
	domain, err := social.CleanDomain(r.text("domain"))
	if err != nil {
		return err
	}
	b, err := a.db.DomainBlockOf(r.Context(), domain)
	if err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	b.Domain, b.Severity = domain, social.Suspended
	if err := a.publisher.ChangeFederation(r.Context(), outbox.FederationChange{Put: []social.DomainBlock{b}}); err != nil {
		return err
	}
	return reply.JSON(w, r.Request, struct{}{})
}

// unblockDomain answers DELETE /api/v1/domain_blocks; one that is not blocked is no error.
// What else the owner says of a domain, no app was shown, and none lifts it.
func (a *API) unblockDomain(w http.ResponseWriter, r *request) error {
	domain, err := social.CleanDomain(r.text("domain"))
	if err != nil {
		return err
	}
	b, err := a.db.DomainBlockOf(r.Context(), domain)
	if err == nil && b.Severity == social.Suspended {
		err = a.publisher.ChangeFederation(r.Context(), outbox.FederationChange{Drop: []social.ID{b.ID}})
	}
	if err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	return reply.JSON(w, r.Request, struct{}{})
}

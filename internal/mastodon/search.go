package mastodon

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/webfinger"
)

// results is what a search found. [Masto: Search]
type results struct {
	Accounts []account  `json:"accounts"`
	Statuses []status   `json:"statuses"`
	Hashtags []foundTag `json:"hashtags"`
}

const (
	maxQuery  = 2048 // bytes of what is searched for; SQLite compares with no much longer pattern
	maxOffset = 400  // things without ids that can be paged over
)

// search answers GET /api/v2/search. An address or a handle is looked up, on its
// own server too when resolve is set: it is how apps open whatever they see.
// Anything else finds the accounts whose handle or name begins so. What cannot
// be found is an empty result.
func (a *API) search(w http.ResponseWriter, r *request) error {
	q := strings.TrimSpace(r.text("q"))
	if q == "" {
		return social.Faultf(social.Invalid, "q is what to search for; it is missing")
	}
	if len(q) > maxQuery {
		return social.Faultf(social.Invalid, "q is longer than %d bytes", maxQuery)
	}
	offset, err := r.offset()
	if err != nil {
		return err
	}
	out := results{Accounts: []account{}, Statuses: []status{}, Hashtags: []foundTag{}}
	switch {
	case offset > maxOffset:
	case isAddress(q) || remote.LooksLikeHandle(q):
		if offset == 0 { // an address names one thing
			err = a.searchExact(r, q, &out)
		}
	default:
		err = a.searchText(r, q, offset, &out)
	}
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, out.only(r.text("type")))
}

func isAddress(q string) bool {
	u, err := url.Parse(q)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// only empties the lists that a type leaves out.
func (s results) only(kind string) results {
	if kind != "" && kind != "accounts" {
		s.Accounts = []account{}
	}
	if kind != "" && kind != "statuses" {
		s.Statuses = []status{}
	}
	if kind != "" && kind != "hashtags" {
		s.Hashtags = []foundTag{}
	}
	return s
}

func (a *API) searchExact(r *request, q string, out *results) error {
	post, actor, err := a.find(r, q)
	if social.KindOf(err) != social.Internal {
		return nil // absent, away, or not for us: nothing found
	}
	if err != nil {
		return err
	}
	if actor != nil && actor.GoneAt.IsZero() {
		show, err := a.renderer(r.Context(), r.owner.Actor.ID, []social.ID{actor.ID}, nil)
		if err != nil {
			return err
		}
		out.Accounts = append(out.Accounts, show.account(actor.ID))
	}
	if post == nil {
		return nil
	}
	if _, err := a.publisher.Visible(r.Context(), post.ID); err != nil {
		if social.Is(err, social.NotFound) {
			return nil
		}
		return err
	}
	shown, err := a.one(r.Context(), r, *post)
	if err == nil {
		out.Statuses = append(out.Statuses, shown)
	}
	return err
}

// find looks an address or a handle up: with resolve wherever it lives, else
// among what is stored. What is ours needs no resolving.
func (a *API) find(r *request, q string) (*social.Post, *social.Actor, error) {
	ctx := r.Context()
	if r.flag("resolve", false) || isAddress(q) && a.urls.Own(q) {
		return a.finder.Resolve(ctx, q)
	}
	if remote.LooksLikeHandle(q) {
		actor, err := a.storedHandle(ctx, q)
		return nil, &actor, err
	}
	iri, err := activitypub.CanonicalIRI(q)
	if err != nil {
		return nil, nil, err
	}
	if post, err := a.db.PostByIRI(ctx, iri); !social.Is(err, social.NotFound) {
		return &post, nil, err
	}
	if post, err := a.db.PostByURL(ctx, iri); !social.Is(err, social.NotFound) {
		return &post, nil, err
	}
	actor, err := a.db.ActorByIRI(ctx, iri)
	if social.Is(err, social.NotFound) {
		actor, err = a.db.ActorByURL(ctx, iri)
	}
	return nil, &actor, err
}

// storedHandle gives the stored actor of user@host. The owner has two hosts: the
// one after the @, and the server's own.
func (a *API) storedHandle(ctx context.Context, handle string) (social.Actor, error) {
	user, host, err := webfinger.ParseHandle(handle)
	if err != nil {
		return social.Actor{}, social.Faultf(social.NotFound, "no such account").Because(err)
	}
	if host == a.urls.Domain {
		host = a.urls.AccountDomain
	}
	return a.db.ActorByHandle(ctx, user, host)
}

func (a *API) searchText(r *request, q string, offset int, out *results) error {
	limit := 20
	if n, err := strconv.Atoi(r.text("limit")); err == nil && n > 0 {
		limit = min(n, 40)
	}
	if name, ok := strings.CutPrefix(q, "#"); ok {
		return a.searchTags(r, name, limit, out)
	}
	if err := a.searchTags(r, q, limit, out); err != nil {
		return err
	}
	found, err := a.db.SearchActors(r.Context(), strings.TrimPrefix(q, "@"), offset+limit)
	if err != nil {
		return err
	}
	found = found[min(offset, len(found)):]
	var ids []social.ID
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, ids, nil)
	if err != nil {
		return err
	}
	for _, id := range ids {
		out.Accounts = append(out.Accounts, show.account(id))
	}
	return nil
}

// searchTags finds the hashtags that begin so and are much used, and the one that is
// written so.
func (a *API) searchTags(r *request, name string, most int, out *results) error {
	names := markup.Hashtags("#" + name)
	if len(names) != 1 || names[0] != name || r.text("offset") != "" {
		return nil
	}
	exact := markup.FoldTag(name)
	tags, err := a.db.SearchTags(r.Context(), exact, most)
	if err != nil {
		return err
	}
	if i := slices.Index(tags, exact); i >= 0 {
		tags = slices.Delete(tags, i, i+1)
	}
	uses, err := a.publisher.TagUses(r.Context(), append([]string{exact}, tags...)...)
	if err != nil {
		return err
	}
	if uses[0].Name == exact {
		uses[0].Name = name // nobody wrote it yet
	}
	out.Hashtags, err = a.foundTags(r, uses)
	return err
}

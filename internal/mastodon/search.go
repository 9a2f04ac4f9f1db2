package mastodon

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"skerry/internal/markup"
	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// results is what a search found. [Masto: Search]
type results struct {
	Accounts []account `json:"accounts"`
	Statuses []status  `json:"statuses"`
	Hashtags []tag     `json:"hashtags"`
}

// search answers GET /api/v2/search. An address or a handle is looked up, on its
// own server too when resolve is set: it is how apps open whatever they see.
// Anything else finds the accounts whose handle or name begins so. What cannot
// be found is an empty result.
func (a *API) search(w http.ResponseWriter, r *request) error {
	q := strings.TrimSpace(r.text("q"))
	if q == "" {
		return social.Faultf(social.Invalid, "q is what to search for; it is missing")
	}
	out := results{Accounts: []account{}, Statuses: []status{}, Hashtags: []tag{}}
	var err error
	switch {
	case isAddress(q) || remote.LooksLikeHandle(q):
		err = a.searchExact(r, q, &out)
	default:
		err = a.searchText(r, q, &out)
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
		s.Hashtags = []tag{}
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
// among what is stored.
func (a *API) find(r *request, q string) (*social.Post, *social.Actor, error) {
	ctx := r.Context()
	if r.flag("resolve", false) {
		return a.finder.Resolve(ctx, q)
	}
	if remote.LooksLikeHandle(q) {
		user, host, _ := strings.Cut(strings.TrimPrefix(q, "@"), "@")
		actor, err := a.db.ActorByHandle(ctx, user, strings.ToLower(host))
		return nil, &actor, err
	}
	if post, err := a.db.PostByIRI(ctx, q); !social.Is(err, social.NotFound) {
		return &post, nil, err
	}
	if post, err := a.db.PostByURL(ctx, q); !social.Is(err, social.NotFound) {
		return &post, nil, err
	}
	actor, err := a.db.ActorByIRI(ctx, q)
	return nil, &actor, err
}

func (a *API) searchText(r *request, q string, out *results) error {
	limit := 20
	if n, err := strconv.Atoi(r.text("limit")); err == nil && n > 0 {
		limit = min(n, 40)
	}
	if name, ok := strings.CutPrefix(q, "#"); ok {
		for _, t := range markup.Hashtags("#" + name) {
			out.Hashtags = append(out.Hashtags, tag{Name: t, URL: a.urls.Tag(t)})
		}
		return nil
	}
	found, err := a.db.SearchActors(r.Context(), strings.TrimPrefix(q, "@"), limit)
	if err != nil {
		return err
	}
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

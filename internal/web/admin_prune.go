package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"skerry/internal/reply"
	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	prunePath = "/admin/storage/prune"
	purgePath = "/admin/storage/purge"
)

// prunePage shows what the next round removes.
type prunePage struct {
	adminPage
	retention.Plan
	Rows  []pruneRow
	Asked bool
}

// pruneRow is how much of a kind goes.
type pruneRow struct {
	Say         string
	Old, Excess social.Amount
}

// prune answers /admin/storage/prune. It looks at everything that is stored.
func (s *Site) prune(w http.ResponseWriter, r *http.Request) error {
	page := prunePage{adminPage: s.adminPage(r, "What would go")}
	asked, err := s.DB.AskedPrunes(r.Context())
	if err != nil {
		return err
	}
	page.Asked = slices.Contains(asked, store.Purge{})
	if page.Plan, err = s.Sweeper.Plan(r.Context()); err != nil {
		return err
	}
	old, excess := page.Old, page.Excess
	page.Rows = []pruneRow{
		{"Pictures and other media", old.Media, excess.Media}, {"Posts", old.Posts, excess.Posts}, {"Profiles", old.Profiles, excess.Profiles},
	}
	return s.show(w, r, "admin_prune.html", page)
}

// Any reports whether anything goes.
func (p prunePage) Any() bool { return p.Old != (social.Cleared{}) || p.Excess != (social.Cleared{}) }

// askPrune asks for a round.
func (s *Site) askPrune(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.Sweeper.Ask(r.Context(), store.Purge{}); err != nil {
		return err
	}
	reply.SeeOther(w, r, prunePath)
	return nil
}

// purgePage asks what is to go and says how much that is.
type purgePage struct {
	adminPage
	Typed, Wrong string    // a domain or an account
	Relay        social.ID // or a relay
	Name         string    // what is meant, once it is found
	Goes, Stays  social.Amount
}

// purgeMeant reads what is to go. Name says what was found; Wrong says what is amiss.
func (s *Site) purgeMeant(ctx context.Context, form url.Values, page *purgePage) (u store.Purge, err error) {
	if text := form.Get("relay"); text != "" {
		if u.Relay, err = social.ParseID(text); err != nil {
			return u, err
		}
		page.Relay = u.Relay
		page.Name, err = s.purged(ctx, u)
		return u, err
	}
	page.Typed = form.Get("what")
	if u, err = s.Sweeper.Named(ctx, page.Typed); err != nil {
		say, ok := wrongOf(err)
		if !ok {
			return u, err
		}
		page.Wrong = say
		return u, nil
	}
	page.Name, err = s.purged(ctx, u)
	return u, err
}

// purged is what a purge is called.
func (s *Site) purged(ctx context.Context, u store.Purge) (string, error) {
	switch {
	case u.Relay != 0:
		relay, err := s.DB.Relay(ctx, u.Relay)
		return relay.Inbox, err
	case u.Actor != 0:
		who, err := s.DB.Actor(ctx, u.Actor)
		return "@" + who.Handle(), err
	case u.Host != "":
		return u.Host, nil
	}
	return "what has had its time", nil
}

// beingRemoved names what was asked for and is not all gone.
func (s *Site) beingRemoved(ctx context.Context) (names []string, err error) {
	asked, err := s.DB.AskedPrunes(ctx)
	for _, u := range asked {
		name, err := s.purged(ctx, u)
		if social.Is(err, social.NotFound) {
			name, err = "what came from somebody who is not known any more", nil
		}
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, err
}

// purge answers /admin/storage/purge: it counts, and changes nothing.
func (s *Site) purge(w http.ResponseWriter, r *http.Request) error {
	page, status := purgePage{adminPage: s.adminPage(r, "Remove what came from somewhere")}, http.StatusOK
	if form := r.URL.Query(); form.Has("what") || form.Has("relay") {
		u, err := s.purgeMeant(r.Context(), form, &page)
		if err != nil {
			return err
		}
		if page.Wrong != "" {
			status = http.StatusUnprocessableEntity
		} else if err := s.countPurge(r, u, &page); err != nil {
			return err
		}
	}
	return s.showWith(w, status, "admin_purge.html", page)
}

func (s *Site) countPurge(r *http.Request, u store.Purge, page *purgePage) error {
	all, kept, err := s.DB.CountPurge(r.Context(), u)
	page.Goes, page.Stays = social.Amount{N: all.N - kept.N, Bytes: all.Bytes - kept.Bytes}, kept
	return err
}

// askPurge asks for what was counted.
func (s *Site) askPurge(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	page := purgePage{adminPage: s.adminPage(r, "Remove what came from somewhere")}
	u, err := s.purgeMeant(r.Context(), r.PostForm, &page)
	if err != nil {
		return err
	}
	if page.Wrong != "" {
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_purge.html", page)
	}
	if err := s.Sweeper.Ask(r.Context(), u); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/admin/storage")
	return nil
}

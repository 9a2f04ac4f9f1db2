package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"skerry/internal/social"
	"skerry/internal/store"
)

const listedSaid = 10 // activities about a post that a page shows

// said is something our server said about a post, and how it fared.
type said struct {
	store.Activity
	Fates      store.Fates
	Deliveries []store.DeliveryReport
	More       string // address of the next part of the deliveries
}

type queuePostPage struct {
	adminPage
	Post  string // the post's page, "" when it is deleted
	Said  []said
	Older string
}

// queuePost answers /admin/queue/posts/{id}: where the post went. With "activity"
// it is about that one alone, from the delivery "after" on.
func (s *Site) queuePost(w http.ResponseWriter, r *http.Request) error {
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	page := queuePostPage{adminPage: s.adminPage(r, "Where did it go?")}
	if _, err := s.DB.Post(r.Context(), id); err == nil {
		page.Post = s.URLs.PostPage(owner.Actor.Username, id)
	} else if !social.Is(err, social.NotFound) {
		return err
	}
	if err := s.addSaid(r, &page, s.URLs.Post(owner.Actor.Username, id)); err != nil {
		return err
	}
	return s.show(w, r, "admin_post.html", page)
}

// addSaid fills a page with what was said about an object.
func (s *Site) addSaid(r *http.Request, page *queuePostPage, object string) error {
	of, err := pageAsked(r, listedSaid)
	if err != nil {
		return err
	}
	var after store.DeliveryMark
	if only := r.URL.Query().Get("activity"); only != "" {
		id, err := social.ParseID(only)
		if err != nil {
			return err
		}
		of, after = store.PageOf{Before: id + 1, Limit: 1}, parseMark(r.URL.Query().Get("after"))
	}
	all, err := s.DB.ActivitiesAbout(r.Context(), object, of)
	if err == nil && len(all) == 0 {
		err = social.Faultf(social.NotFound, "Nothing was ever said about such a post.")
	}
	if err != nil {
		return err
	}
	if len(all) > listedSaid {
		all = all[:listedSaid]
		page.Older = "?before=" + all[listedSaid-1].ID.String()
	}
	for _, a := range all {
		one := said{Activity: a}
		if err := s.addDeliveries(r.Context(), &one, after); err != nil {
			return err
		}
		page.Said = append(page.Said, one)
	}
	return nil
}

func (s *Site) addDeliveries(ctx context.Context, one *said, after store.DeliveryMark) error {
	fates, err := s.DB.Fates(ctx, []social.ID{one.ID})
	if err != nil {
		return err
	}
	one.Fates = fates[one.ID]
	all, err := s.DB.DeliveriesOf(ctx, store.FatesOf{Activity: one.ID, After: after, Limit: listedItems + 1})
	if err != nil {
		return err
	}
	if len(all) > listedItems {
		all = all[:listedItems]
		one.More = "?" + url.Values{"activity": {one.ID.String()}, "after": {markText(all[listedItems-1].Mark())}}.Encode()
	}
	one.Deliveries = all
	return nil
}

// markText writes a place among deliveries for an address; parseMark reads it,
// and takes what it cannot read for the beginning.
func markText(m store.DeliveryMark) string {
	return strconv.Itoa(int(m.State)) + " " + m.ID.String() + " " + m.Host
}

func parseMark(text string) store.DeliveryMark {
	words := strings.SplitN(text, " ", 3)
	if len(words) < 3 || !social.Storable(words[2]) {
		return store.DeliveryMark{}
	}
	state, err := strconv.Atoi(words[0])
	id, idErr := social.ParseID(words[1])
	if err != nil || idErr != nil {
		return store.DeliveryMark{}
	}
	return store.DeliveryMark{State: store.State(state), Host: words[2], ID: id}
}

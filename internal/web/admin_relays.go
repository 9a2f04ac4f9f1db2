package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/relay"
	"skerry/internal/reply"
	"skerry/internal/social"
)

type relaysPage struct {
	adminPage
	Relays []relayRow
	URL    string // as typed
	Wrong  string
	Found  *relay.Found // what stands there; nil before anybody looked
}

// relayRow is a relay, and what it brought in a day.
type relayRow struct {
	social.Relay
	Trouble string // why our request has not reached it
	PerHour float64
	Stored  int
}

// relaysPage reads the relays that were not left.
func (s *Site) relaysPage(r *http.Request) (relaysPage, error) {
	ctx := r.Context()
	page := relaysPage{adminPage: s.adminPage(r, "Relays")}
	all, err := s.DB.Reader.Relays(ctx)
	if err != nil {
		return page, err
	}
	day, err := s.DB.RelayCounts(ctx, page.Now.Add(-24*time.Hour))
	if err != nil {
		return page, err
	}
	for _, one := range all {
		if one.State == social.RelayGone {
			continue
		}
		row := relayRow{Relay: one, PerHour: float64(day[one.ID][social.RelayReceived]) / 24, Stored: day[one.ID][social.RelayStored]}
		if row.Trouble, err = s.Relays.Trouble(ctx, one); err != nil {
			return page, err
		}
		page.Relays = append(page.Relays, row)
	}
	return page, nil
}

// relays answers /admin/relays.
func (s *Site) relays(w http.ResponseWriter, r *http.Request) error {
	page, err := s.relaysPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_relays.html", page)
}

// addRelay answers the form of /admin/relays: first it shows what stands at the
// address, then it follows that. What is wrong is told beside the address.
func (s *Site) addRelay(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	found, err := s.lookOrFollow(r.Context(), r.PostForm)
	if err == nil && found == nil {
		reply.SeeOther(w, r, "/admin/relays")
		return nil
	}
	var f *social.Fault
	if err != nil && (!errors.As(err, &f) || f.Kind != social.Unprocessable && f.Kind != social.Conflict) {
		return err
	}
	page, err := s.relaysPage(r)
	if err != nil {
		return err
	}
	page.URL, page.Found = r.PostForm.Get("url"), found
	if f == nil {
		return s.show(w, r, "admin_relays.html", page)
	}
	page.Wrong = sentence(f.Say)
	return s.showWith(w, reply.Status(f), "admin_relays.html", page)
}

// lookOrFollow gives what stands at an address, nil when that is followed now.
func (s *Site) lookOrFollow(ctx context.Context, form url.Values) (*relay.Found, error) {
	style := social.RelayStyle(form.Get("style"))
	switch style {
	case "":
		found, err := s.Relays.Look(ctx, form.Get("url"))
		if err != nil {
			return nil, err
		}
		return &found, nil
	case social.RelayMastodon, social.RelayLitePub:
		_, err := s.Relays.Follow(ctx, form.Get("url"), style)
		return nil, err
	}
	return nil, social.Faultf(social.Unprocessable, "choose how the relay is followed")
}

// changeRelay answers the buttons of a relay.
func (s *Site) changeRelay(w http.ResponseWriter, r *http.Request) error {
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	switch ctx := r.Context(); chi.URLParam(r, "verb") {
	case "ask":
		_, err = s.Relays.Ask(ctx, id)
	case "pause":
		_, err = s.Relays.Pause(ctx, id, "you paused it: what it sends is dropped until you resume")
	case "resume":
		_, err = s.Relays.Resume(ctx, id)
	case "leave":
		_, err = s.Relays.Leave(ctx, id)
	default:
		err = social.Faultf(social.NotFound, nothing)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, "/admin/relays")
	return nil
}

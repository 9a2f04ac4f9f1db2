package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"skerry/internal/relay"
	"skerry/internal/reply"
	"skerry/internal/social"
)

type relaysPage struct {
	adminPage
	Relays []relay.Report
	URL    string // as typed
	Wrong  string
	Found  *relay.Found // what stands there; nil before anybody looked
}

// relaysPage reads the relays that were not left.
func (s *Site) relaysPage(r *http.Request) (page relaysPage, err error) {
	page.adminPage = s.adminPage(r, "Relays")
	page.Relays, err = s.Relays.Reports(r.Context())
	return page, err
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
	wrong, told := wrongOf(err)
	if err != nil && !told {
		return err
	}
	page, problem := s.relaysPage(r)
	if problem != nil {
		return problem
	}
	page.URL, page.Found, page.Wrong = r.PostForm.Get("url"), found, wrong
	if told {
		return s.showWith(w, reply.Status(err), "admin_relays.html", page)
	}
	return s.show(w, r, "admin_relays.html", page)
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
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	back := wayBack(r.PostForm.Get("back"), "/admin/relays")
	switch ctx := r.Context(); chi.URLParam(r, "verb") {
	case "ask":
		_, err = s.Relays.Ask(ctx, id)
	case "pause":
		_, err = s.Relays.Pause(ctx, id)
	case "resume":
		_, err = s.Relays.Resume(ctx, id)
	case "publish", "unpublish":
		_, err = s.Relays.Publish(ctx, id, chi.URLParam(r, "verb") == "publish")
	case "try":
		_, err = s.Relays.Trial(ctx, id, true)
	case "keep":
		_, err = s.Relays.Trial(ctx, id, false)
	case "tenth":
		_, err = s.Relays.CutToTenth(ctx, id)
		back = relayPath(id) + "?cut"
	case "leave":
		_, err = s.Relays.Leave(ctx, id)
		back = "/admin/relays"
	default:
		err = social.Faultf(social.NotFound, nothing)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, back)
	return nil
}

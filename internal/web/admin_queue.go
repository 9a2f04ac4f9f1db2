package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// How much the pages of the queues show at once.
const (
	listedHosts = 50
	listedItems = 50
)

type queuePage struct {
	adminPage
	Lanes     []store.LaneReport
	Hosts     []store.HostReport // those with trouble
	MoreHosts bool
	Items     []store.Item // what was given up
	Older     string
}

// queue answers /admin/queue.
func (s *Site) queue(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := queuePage{adminPage: s.adminPage(r, "Queues")}
	of, err := pageAsked(r, listedItems)
	if err != nil {
		return err
	}
	if page.Lanes, err = s.DB.Lanes(ctx, page.Now); err != nil {
		return err
	}
	page.Hosts, err = s.DB.Hosts(ctx, store.HostsOf{State: store.Ill, Limit: listedHosts + 1}, page.Now)
	if err != nil {
		return err
	}
	if page.MoreHosts = len(page.Hosts) > listedHosts; page.MoreHosts {
		page.Hosts = page.Hosts[:listedHosts]
	}
	items, err := s.DB.ParkedItems(ctx, of)
	if err != nil {
		return err
	}
	page.Items, page.Older = cut(r, items, listedItems, func(i store.Item) social.ID { return i.ID })
	return s.show(w, r, "admin_queue.html", page)
}

type hostsPage struct {
	adminPage
	States []hostChoice
	Chosen string
	Hosts  []store.HostReport
	More   string
}

type hostChoice struct{ Name, Say string }

// hostChoices are the states by which hosts are listed.
func hostChoices() []hostChoice {
	return []hostChoice{
		{"", "all"}, {string(store.Ill), "with trouble"}, {string(social.HostFailing), "failing"}, {string(social.HostDormant), "dormant"},
		{string(social.HostSlow), "slow"}, {string(social.HostPaused), "paused"}, {string(social.HostHealthy), "healthy"},
	}
}

// queueHosts answers /admin/queue/hosts.
func (s *Site) queueHosts(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	page := hostsPage{adminPage: s.adminPage(r, "Hosts"), States: hostChoices(), Chosen: query.Get("state")}
	of := store.HostsOf{State: social.HostState(page.Chosen), After: query.Get("after"), Limit: listedHosts + 1}
	if !social.Storable(page.Chosen) || !social.Storable(of.After) {
		return social.Faultf(social.NotFound, nothing)
	}
	hosts, err := s.DB.Hosts(r.Context(), of, page.Now)
	if err != nil {
		return err
	}
	if len(hosts) > listedHosts {
		hosts = hosts[:listedHosts]
		page.More = "?" + url.Values{"state": {page.Chosen}, "after": {hosts[listedHosts-1].Name}}.Encode()
	}
	page.Hosts = hosts
	return s.show(w, r, "admin_hosts.html", page)
}

type hostPage struct {
	adminPage
	Host  store.HostReport
	Items []store.Item
	Older string
}

// queueHost answers /admin/queue/host.
func (s *Site) queueHost(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("name")
	if !social.Storable(name) {
		return social.Faultf(social.NotFound, nothing)
	}
	page := hostPage{adminPage: s.adminPage(r, name)}
	of, err := pageAsked(r, listedItems)
	if err != nil {
		return err
	}
	if page.Host, err = s.DB.Host(r.Context(), name); err != nil {
		return err
	}
	items, err := s.DB.HostItems(r.Context(), name, of)
	if err != nil {
		return err
	}
	page.Items, page.Older = cut(r, items, listedItems, func(i store.Item) social.ID { return i.ID })
	return s.show(w, r, "admin_host.html", page)
}

// changeQueue answers the buttons.
func (s *Site) changeQueue(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.workQueue(r.Context(), chi.URLParam(r, "verb"), r.PostForm); err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), "/admin/queue"))
	return nil
}

// workQueue does what a button says: to one piece of work, to a host or to a lane.
func (s *Site) workQueue(ctx context.Context, verb string, form url.Values) (err error) {
	host, lane := form.Get("host"), form.Get("lane")
	var id social.ID
	if host == "" && lane == "" {
		if id, err = social.ParseID(form.Get("id")); err != nil {
			return err
		}
	}
	switch {
	case verb == "retry" && host != "":
		_, err = s.Foreman.RetryHost(ctx, host)
	case verb == "retry" && lane != "":
		_, err = s.Foreman.RetryLane(ctx, lane)
	case verb == "retry":
		err = s.Foreman.Retry(ctx, id)
	case verb == "abandon" && host != "":
		_, err = s.Foreman.AbandonHost(ctx, host)
	case verb == "abandon" && lane == "":
		err = s.Foreman.Abandon(ctx, id)
	case verb == "pause" && host != "":
		err = s.Foreman.PauseHost(ctx, host)
	case verb == "resume" && host != "":
		err = s.Foreman.ResumeHost(ctx, host)
	default:
		err = social.Faultf(social.NotFound, nothing)
	}
	return err
}

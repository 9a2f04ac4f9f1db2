package app

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"skerry/internal/access"
	"skerry/internal/bus"
	"skerry/internal/inbox"
	"skerry/internal/nodeinfo"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/webfinger"
)

// perAddress is how many requests an address may POST to the inboxes in a minute
// before anything about them is checked.
const perAddress = 600

// routes is the table of contents of the server.
func (a *App) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(a.clientAddress)
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	r.Get("/readyz", a.text(a.ready))
	a.inboxes(r)
	r.Group(func(r chi.Router) {
		r.Use(reply.NewMemory(a.DB.Changes, a.o.Now).Handler)
		a.documents.Routes(r, a.text)
		a.discovery(r)
	})
	r.Group(func(r chi.Router) { // what others cache is never compressed: some ignore Vary
		r.Use(weakenTags, middleware.Compress(5, "application/json"))
		a.api.Routes(r)
	})
	a.Library.Routes(r, a.text)
	a.Site.Routes(r)
	return r
}

// weakenTags makes the entity tag of a compressed answer weak: the strong one is
// of the bytes as they were before. [RFC 9110 8.8.3.3]
func weakenTags(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&tagWeakener{w}, r)
	})
}

type tagWeakener struct{ http.ResponseWriter }

// WriteHeader sees the headers as they are sent.
func (t *tagWeakener) WriteHeader(status int) {
	h := t.Header()
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) && h.Get("Content-Encoding") != "" {
		h.Set("ETag", "W/"+tag)
	}
	t.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *tagWeakener) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// text answers errors as one plain sentence: servers read these.
func (a *App) text(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return reply.Errors{Log: a.o.Log, Write: reply.Text}.Handle(h)
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := a.DB.Ready(ctx); err != nil {
		return err
	}
	_, err := w.Write([]byte(readiness(a.Bus, a.Blobs.Away(ctx))))
	return err
}

// readiness is what is said of a process whose database is there. mediaAway is why
// media cannot be kept or read, nil when they can, or nobody asked.
func readiness(b bus.Bus, mediaAway error) string {
	say := "ready\n"
	if b.Away() != nil {
		say += "Redis is away, work goes on from the database at a slower pace\n"
	}
	if mediaAway != nil {
		say += "the media store is away, uploads are refused and all else goes on\n"
	}
	return say
}

// inboxes mounts the doors for what we are told.
func (a *App) inboxes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(a.limitAddresses)
		r.Post("/inbox", a.text(func(w http.ResponseWriter, r *http.Request) error { return a.receiver.Receive(w, r, "") }))
		r.Post("/actor/inbox", a.text(func(w http.ResponseWriter, r *http.Request) error {
			return a.receiver.Receive(w, r, inbox.ServerInbox())
		}))
		r.Post("/users/{name}/inbox", a.text(func(w http.ResponseWriter, r *http.Request) error {
			return a.receiver.Receive(w, r, chi.URLParam(r, "name"))
		}))
	})
}

// discovery mounts how others find us.
func (a *App) discovery(r chi.Router) {
	finger := webfinger.Handler(webfinger.Options{
		URLs: a.urls,
		Owner: func(ctx context.Context) (social.Actor, error) {
			o, err := a.DB.Owner(ctx)
			return o.Actor, err
		},
		Server: a.Server,
	})
	r.Handle("/.well-known/webfinger", finger)
	r.Handle("/.well-known/host-meta", finger)
	r.Handle("/.well-known/host-meta.json", finger)
	node := nodeinfo.Handler(nodeinfo.Options{URLs: a.urls, Version: a.o.Version, Usage: a.usage, Node: a.node, Log: a.o.Log})
	r.Handle("/.well-known/nodeinfo", node)
	r.Handle("/nodeinfo/{version}", node)
}

// usage counts what NodeInfo tells, true to the data.
func (a *App) usage(ctx context.Context) (nodeinfo.Usage, error) {
	posts, replies, last, err := a.DB.OwnPostCounts(ctx)
	if err != nil {
		return nodeinfo.Usage{}, err
	}
	u := nodeinfo.Usage{LocalPosts: posts, LocalComments: replies}
	if _, err := a.DB.Owner(ctx); err == nil {
		u.Users = 1
	} else if !social.Is(err, social.NotFound) {
		return u, err
	}
	age := a.o.Now().Sub(last)
	if u.Users == 1 && !last.IsZero() {
		if age < 30*24*time.Hour {
			u.ActiveMonth = 1
		}
		if age < 180*24*time.Hour {
			u.ActiveHalfyear = 1
		}
	}
	return u, nil
}

// node names the server as its owner is named.
func (a *App) node(ctx context.Context) (name, description string) {
	o, err := a.DB.Owner(ctx)
	if err != nil {
		return a.cfg.Domain, ""
	}
	return o.Actor.Name, o.Profile.Bio
}

// limitAddresses counts POSTs by address before anything is checked.
func (a *App) limitAddresses(next http.Handler) http.Handler {
	return a.text(func(w http.ResponseWriter, r *http.Request) error {
		if ip, err := netip.ParseAddr(hostOf(r.RemoteAddr)); err != nil || !a.allowedPrivate(ip) {
			if wait := a.Bus.Allow(r.Context(), "inbox "+access.Address(r.RemoteAddr), perAddress, time.Minute); wait > 0 {
				f := social.Faultf(social.Limited, "too many requests from your address")
				f.After = wait
				return f
			}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// clientAddress puts the visitor's address into RemoteAddr when a trusted proxy
// tells it: the last one in X-Forwarded-For that is not a trusted proxy itself.
// Host, scheme and path are never taken from a header.
func (a *App) clientAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ip, err := netip.ParseAddr(hostOf(r.RemoteAddr)); err == nil && contains(a.cfg.TrustedProxies, ip) {
			if real := forwardedFor(r.Header.Values("X-Forwarded-For"), a.cfg.TrustedProxies); real != "" {
				r.RemoteAddr = net.JoinHostPort(real, "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}

func forwardedFor(headers []string, trusted []netip.Prefix) string {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return ""
		}
		if !contains(trusted, ip) {
			return ip.Unmap().String()
		}
	}
	return ""
}

// privatePeer reports whether a host is an address that ALLOW_PRIVATE_PEERS opens.
func (a *App) privatePeer(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && a.allowedPrivate(ip)
}

func (a *App) allowedPrivate(ip netip.Addr) bool { return contains(a.cfg.AllowPrivatePeers, ip) }

func contains(all []netip.Prefix, ip netip.Addr) bool {
	ip = ip.Unmap()
	for _, p := range all {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// Package webfinger answers who is behind user@host of ours, and asks other
// hosts the same.
//
// Requests for /.well-known/webfinger and host-meta come in, resource
// descriptors go out; handles come in, checked answers of other hosts go out. A
// handle is believed only when the host in it says so itself. The package opens
// no connection: whoever makes an Asker hands in the way out. It knows two
// accounts, the owner and the server, and tells strangers of no other.
// [RFC 7033] [RFC 7565]
package webfinger

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// Relations of a link.
const (
	relSelf    = "self"
	relProfile = "http://webfinger.net/rel/profile-page"
	relAvatar  = "http://webfinger.net/rel/avatar"
	relService = "https://www.w3.org/ns/activitystreams#Service" // [FEP-d556]

	// relSubscribe is where an account acts on what its person found elsewhere.
	relSubscribe = "http://ostatus.org/schema/1.0/subscribe" // [Masto: remote interaction]
)

const (
	path         = "/.well-known/webfinger"
	pathHostMeta = "/.well-known/host-meta"

	typeJRD      = "application/jrd+json"
	typeActivity = "application/activity+json"
)

// Options say who can be asked about.
type Options struct {
	URLs   activitypub.URLs
	Owner  func(context.Context) (social.Actor, error) // NotFound: there is none yet
	Server social.Actor                                // the server's own actor
}

// Handler answers /.well-known/webfinger, /.well-known/host-meta and
// /.well-known/host-meta.json, to scripts of every origin. What is found may be
// kept for three days, what is not for three minutes.
func Handler(o Options) http.Handler {
	a := answerer{Options: o}
	mux := http.NewServeMux()
	mux.HandleFunc(path, a.webfinger)
	mux.HandleFunc(pathHostMeta, a.hostMeta)
	mux.HandleFunc(pathHostMeta+".json", a.hostMetaJSON)
	return reply.Open(mux)
}

type answerer struct{ Options }

// ours reports whether a canonical host is the part after the @ of our accounts.
// Of a split domain both parts are.
func (a answerer) ours(host string) bool {
	return host != "" && (host == canonical(a.URLs.AccountDomain) || host == canonical(a.URLs.Domain))
}

func (a answerer) webfinger(w http.ResponseWriter, r *http.Request) {
	d, err := a.answer(r)
	if err != nil {
		refuse(w, r, err)
		return
	}
	send(w, r, typeJRD, d)
}

// refuse says what is wrong with a question. Caches may keep that; what is wrong
// with us is for nobody to keep.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	switch social.KindOf(err) {
	case social.Invalid, social.NotFound:
		w.Header().Set("Cache-Control", reply.Public3m.String())
		reply.Text(w, r, reply.Status(err), err.Error())
	default:
		w.Header().Set("Retry-After", "10")
		reply.Text(w, r, http.StatusServiceUnavailable, "who lives here cannot be looked up right now")
	}
}

// answer describes the resource that the request names, with the links it wants.
// [RFC 7033 4.2]
func (a answerer) answer(r *http.Request) (descriptor, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return descriptor{}, social.Faultf(social.Invalid, "the query is not well-formed")
	}
	asked := query["resource"]
	if len(asked) != 1 {
		return descriptor{}, social.Faultf(social.Invalid, "ask about one resource, as ?resource=acct:user@%s", a.URLs.AccountDomain)
	}
	d, err := a.describe(r.Context(), asked[0])
	if err != nil {
		return descriptor{}, err
	}
	return d.only(query["rel"]), nil
}

// describe finds who the resource is: an account or an address of the owner or
// of the server. What is no URI is Invalid, all others are NotFound.
func (a answerer) describe(ctx context.Context, resource string) (descriptor, error) {
	scheme, rest, ok := strings.Cut(resource, ":")
	if !ok || !isScheme(scheme) || rest == "" || len(resource) > maxURL {
		return descriptor{}, social.Faultf(social.Invalid, "the resource is not a URI")
	}
	user, host := "", ""
	if strings.EqualFold(scheme, "acct") {
		var err error
		if user, host, err = ParseHandle(resource); err != nil {
			return descriptor{}, err
		}
		if !a.ours(host) {
			return descriptor{}, social.Faultf(social.NotFound, "%s is not a domain of this server", host)
		}
	}
	if a.ours(canonical(user)) {
		// At a port the account is also known as host:port@host:port, which is no
		// name that every server can read.
		return a.server(a.URLs.Domain + "@" + a.URLs.Domain), nil
	}
	if user != "" && strings.EqualFold(user, a.Server.Username) || a.serverAddress(resource) {
		return a.server(a.Server.Handle()), nil
	}
	owner, err := a.Owner(ctx)
	if err != nil && !social.Is(err, social.NotFound) {
		return descriptor{}, err
	}
	if err == nil && (user != "" && strings.EqualFold(user, owner.Username) || sameAddress(resource, owner.IRI) || sameAddress(resource, owner.URL)) {
		return a.owner(owner), nil
	}
	return descriptor{}, social.Faultf(social.NotFound, "nobody here is called that")
}

// serverAddress reports whether the resource is the server itself rather than
// somebody on it. [FEP-d556]
func (a answerer) serverAddress(resource string) bool {
	scheme, _, _ := strings.Cut(a.URLs.Origin, "://")
	return sameAddress(resource, a.URLs.Origin+"/") || sameAddress(resource, a.Server.IRI) ||
		sameAddress(resource, scheme+"://"+a.URLs.AccountDomain+"/")
}

func (a answerer) owner(owner social.Actor) descriptor {
	d := descriptor{
		Subject: "acct:" + owner.Username + "@" + a.URLs.AccountDomain,
		Aliases: []string{owner.URL, owner.IRI},
		Links: []link{
			{Rel: relProfile, Type: "text/html", Href: owner.URL},
			{Rel: relSelf, Type: typeActivity, Href: owner.IRI},
			{Rel: relSubscribe, Template: a.URLs.Interact("{uri}")},
		},
	}
	if owner.Icon.URL != "" {
		d.Links = append(d.Links, link{Rel: relAvatar, Type: owner.Icon.MediaType, Href: owner.Icon.URL})
	}
	return d
}

// server describes the server's actor under a handle of its own.
func (a answerer) server(handle string) descriptor {
	return descriptor{
		Subject: "acct:" + handle,
		Aliases: []string{a.URLs.Origin + "/", a.Server.IRI},
		Links: []link{
			{Rel: relProfile, Type: "text/html", Href: a.URLs.Origin + "/"},
			{Rel: relSelf, Type: typeActivity, Href: a.Server.IRI},
			{Rel: relService, Type: typeActivity, Href: a.Server.IRI},
		},
	}
}

// descriptor is a JSON Resource Descriptor. [RFC 7033 4.4]
type descriptor struct {
	Subject string   `json:"subject,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Links   []link   `json:"links"`
}

type link struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// only keeps the links of these relations, or all when none is given; the rest
// of the descriptor stays. [RFC 7033 4.3]
func (d descriptor) only(rels []string) descriptor {
	if len(rels) == 0 {
		return d
	}
	kept := []link{}
	for _, l := range d.Links {
		if slices.Contains(rels, l.Rel) {
			kept = append(kept, l)
		}
	}
	d.Links = kept
	return d
}

func send(w http.ResponseWriter, r *http.Request, mediaType string, d descriptor) {
	if err := reply.JSONAs(w, r, mediaType, d, reply.Public3d); err != nil {
		panic(err) // strings always have a JSON form
	}
}

// Package nodeinfo tells what software this server is and how much it is used,
// and reads the same of others.
//
// Requests for /.well-known/nodeinfo and the documents it names come in, JSON
// goes out; hosts come in, the names of their software go out. Numbers are true
// or absent. What others tell of themselves is for people to read: nothing is
// decided by it, as any server can claim any name. [NodeInfo 2.1] [FEP-f1d5]
// [FEP-0151]
package nodeinfo

import (
	"context"
	"log/slog"
	"net/http"

	"skerry/internal/activitypub"
	"skerry/internal/reply"
)

const (
	// Name is how the software calls itself.
	Name = "skerry"

	pathDiscovery = "/.well-known/nodeinfo"
	pathDocument  = "/nodeinfo/"

	relSchema      = "http://nodeinfo.diaspora.software/ns/schema/"
	relApplication = "https://www.w3.org/ns/activitystreams#Application" // [FEP-2677]
)

// Usage is what the census of servers counts.
type Usage struct {
	Users          int // 0 before the owner is created, then 1
	ActiveMonth    int // users who did something in the last 30 days
	ActiveHalfyear int // in the last 180 days
	LocalPosts     int // posts that answer nothing
	LocalComments  int // posts that answer another
}

// Options say what is told.
type Options struct {
	URLs    activitypub.URLs
	Version string // of the software
	Usage   func(context.Context) (Usage, error)
	Node    func(context.Context) (name, description string)
	Log     *slog.Logger
}

// Handler answers /.well-known/nodeinfo, /nodeinfo/2.0 and /nodeinfo/2.1, to
// scripts of every origin.
func Handler(o Options) http.Handler {
	errors := reply.Errors{Log: o.Log, Write: reply.JSONError}
	mux := http.NewServeMux()
	mux.HandleFunc(pathDiscovery, errors.Handle(o.discovery))
	for _, version := range []string{"2.0", "2.1"} {
		mux.HandleFunc(pathDocument+version, errors.Handle(func(w http.ResponseWriter, r *http.Request) error {
			return o.document(w, r, version)
		}))
	}
	return reply.Open(mux)
}

type discovery struct {
	Links []link `json:"links"`
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// discovery lists the documents, the best first.
//
// Quirk(gotosocial): of all links it follows the last that begins with schema/2,
// and it takes the 2.0 document only: 2.0 stands last.
func (o Options) discovery(w http.ResponseWriter, r *http.Request) error {
	document := func(version string) link {
		return link{Rel: relSchema + version, Href: o.URLs.Origin + pathDocument + version}
	}
	return reply.JSONAs(w, r, reply.TypeJSON, discovery{Links: []link{
		document("2.1"),
		{Rel: relApplication, Href: o.URLs.Server()},
		document("2.0"),
	}}, reply.Public3d)
}

// The schemas allow no other keys than these, save in metadata.
type document struct {
	Version           string   `json:"version"`
	Software          software `json:"software"`
	Protocols         []string `json:"protocols"`
	Services          services `json:"services"`
	OpenRegistrations bool     `json:"openRegistrations"`
	Usage             usage    `json:"usage"`
	Metadata          metadata `json:"metadata"`
}

type software struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type services struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

type usage struct {
	Users struct {
		Total          int `json:"total"`
		ActiveMonth    int `json:"activeMonth"`
		ActiveHalfyear int `json:"activeHalfyear"`
	} `json:"users"`
	LocalPosts    int `json:"localPosts"`
	LocalComments int `json:"localComments"`
}

type metadata struct {
	NodeName        string   `json:"nodeName"`
	NodeDescription string   `json:"nodeDescription"`
	Upstream        upstream `json:"upstream"`
}

type upstream struct {
	Name string `json:"name"`
}

// document writes one version; they differ in nothing but the number. The type
// is bare JSON: the profile that the standard wishes for is what GoToSocial
// refuses in 2.1.
//
// Quirk(megalodon): a client library that throws at software it does not know,
// unless metadata says whose API is spoken.
func (o Options) document(w http.ResponseWriter, r *http.Request, version string) error {
	counted, err := o.Usage(r.Context())
	if err != nil {
		return err
	}
	name, description := o.Node(r.Context())
	d := document{
		Version:   version,
		Software:  software{Name: Name, Version: o.Version},
		Protocols: []string{"activitypub"},
		Services:  services{Inbound: []string{}, Outbound: []string{}},
		Usage:     usage{LocalPosts: counted.LocalPosts, LocalComments: counted.LocalComments},
		Metadata:  metadata{NodeName: name, NodeDescription: description, Upstream: upstream{Name: "mastodon"}},
	}
	d.Usage.Users.Total = counted.Users
	d.Usage.Users.ActiveMonth = counted.ActiveMonth
	d.Usage.Users.ActiveHalfyear = counted.ActiveHalfyear
	return reply.JSONAs(w, r, reply.TypeJSON, d, reply.Public30m)
}

package relay

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/nodeinfo"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/transport"
)

// Found is what stands at an address: a relay that was not asked yet, or one that is
// known. Its ID says which.
type Found struct{ social.Relay }

// looks is how many requests one look may take.
const looks = 16

// paste says what leads to a relay.
const paste = "paste the address that the relay's own page gives, such as https://relay.example/inbox or https://relay.example/actor"

// Look says what stands at an address that the owner was given: the actor of a relay,
// its inbox, or its bare host. Nothing is followed. When there is no relay, a Fault
// says what was found instead and what to paste.
func (k *Keeper) Look(ctx context.Context, text string) (Found, error) {
	address, err := k.address(text)
	if err != nil {
		return Found{}, err
	}
	ctx = transport.WithBudget(ctx, looks)
	r, err := k.find(ctx, address)
	if err != nil {
		return Found{}, err
	}
	r.relay.URL = address
	software, err := nodeinfo.Read(ctx, k.get, origin(r.relay.Inbox))
	if err != nil {
		k.Log.Debug("a relay does not say what it runs", "iri", address, "err", err) // it is a label, no more
	}
	if err := r.check(software.Name); err != nil {
		return Found{}, err
	}
	r.relay.Software = strings.TrimSpace(software.Name + " " + software.Version)
	r.relay.Style = styleOf(r.relay.Actor, software.Name)
	return k.known(ctx, r.relay)
}

// known gives the relay that is followed already, or was once.
func (k *Keeper) known(ctx context.Context, r social.Relay) (Found, error) {
	had, err := k.DB.Reader.RelayByInbox(ctx, r.Inbox)
	if social.Is(err, social.NotFound) && r.Actor != "" {
		had, err = k.DB.Reader.RelayOf(ctx, r.Actor)
	}
	if err != nil && !social.Is(err, social.NotFound) {
		return Found{}, err
	}
	if err == nil {
		had.URL, had.Name, had.Software, had.Style = r.URL, r.Name, r.Software, r.Style
		if r.Actor != "" {
			had.Actor = r.Actor
		}
		return Found{had}, nil
	}
	return Found{r}, nil
}

// address reads what was pasted.
func (k *Keeper) address(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", social.Faultf(social.Unprocessable, "paste the address of a relay")
	case remote.LooksLikeHandle(text):
		return "", social.Faultf(social.Unprocessable, "%.100q is a handle: %s", text, paste)
	case strings.Contains(text, "#"):
		return "", social.Faultf(social.Unprocessable, "leave out the # of the address and what is behind it")
	case !strings.Contains(text, "://"):
		text = "https://" + text
	}
	address, err := activitypub.CanonicalIRI(text)
	if err != nil {
		return "", social.Faultf(social.Unprocessable, "%.100q is no address: %s", text, paste).Because(err)
	}
	if k.URLs.Own(address) {
		return "", social.Faultf(social.Unprocessable, "that is this server: %s", paste)
	}
	if _, err := k.Client.CheckURL(address); err != nil {
		return "", social.OfField(err)
	}
	return address, nil
}

// standing is a relay as its address shows it, and what sort of actor it is.
type standing struct {
	relay social.Relay
	actor social.Actor // zero when the address does not tell
}

func (k *Keeper) find(ctx context.Context, address string) (standing, error) {
	u, err := url.Parse(address)
	if err != nil {
		return standing{}, err // it is canonical
	}
	if u.Path == "" || u.Path == "/" {
		return k.atHost(ctx, u)
	}
	s, err := k.actorAt(ctx, address)
	switch {
	case err == nil:
		return s, nil
	case unreachable(err):
		return standing{}, social.OfField(remote.Explain(err))
	case strings.HasSuffix(u.Path, "/inbox"):
		return k.behindInbox(ctx, u)
	}
	return standing{}, social.Faultf(social.Unprocessable, "%s: %s", social.Say(err), paste).Because(err)
}

// actorAt reads the actor at an address.
func (k *Keeper) actorAt(ctx context.Context, address string) (standing, error) {
	doc, err := k.Finder.Document(ctx, address)
	if err != nil {
		return standing{}, err
	}
	a, keys, err := activitypub.ParseActor(doc)
	switch {
	case err != nil && doc.Type() != "":
		return standing{}, social.Faultf(social.Invalid, "at %s there is something of the type %.40q, no relay", address, doc.Type())
	case err != nil:
		return standing{}, err
	case len(keys) == 0:
		return standing{}, social.Faultf(social.Invalid, "%s has no key, so nothing of it could be believed", a.IRI)
	case !activitypub.SameOrigin(a.Inbox, a.IRI):
		return standing{}, social.Faultf(social.Invalid, "%s takes what is sent to it on another host, %s", a.IRI, activitypub.Host(a.Inbox))
	}
	name := a.Name
	if name == "" {
		name = a.Username
	}
	return standing{social.Relay{Actor: a.IRI, Inbox: a.Inbox, Name: markup.Line(name, 255)}, a}, nil
}

// behindInbox finds whose inbox it is. Where that cannot be known, the first answer
// of the relay tells.
func (k *Keeper) behindInbox(ctx context.Context, inbox *url.URL) (standing, error) {
	candidates := []string{strings.TrimSuffix(inbox.String(), "/inbox")}
	if inbox.Path == "/inbox" {
		candidates = k.usual(ctx, inbox)
	}
	for _, address := range candidates {
		s, err := k.actorAt(ctx, address)
		if err == nil && (s.actor.Inbox == inbox.String() || s.actor.SharedInbox == inbox.String()) {
			s.relay.Inbox = inbox.String()
			return s, nil
		}
	}
	return standing{relay: social.Relay{Inbox: inbox.String(), Name: inbox.Host}}, nil
}

// atHost finds the relay of a host.
func (k *Keeper) atHost(ctx context.Context, host *url.URL) (standing, error) {
	var first error
	for _, address := range k.usual(ctx, host) {
		s, err := k.actorAt(ctx, address)
		if err == nil {
			return s, nil
		}
		if unreachable(err) {
			return standing{}, social.OfField(remote.Explain(err))
		}
		if first == nil {
			first = err
		}
	}
	return standing{}, social.Faultf(social.Unprocessable, "%s answers, and shows no relay at the usual places: %s", host.Host, paste).Because(first)
}

// usual are the places where relays have their actor.
func (k *Keeper) usual(ctx context.Context, host *url.URL) []string {
	top := origin(host.String())
	out := []string{top + "/actor", top + "/relay"}
	if told, err := k.Asker.Ask(ctx, "relay@"+host.Host); err == nil && activitypub.SameOrigin(told.ActorIRI, top) {
		out = append([]string{told.ActorIRI}, out...)
	}
	return out
}

// unreachable reports whether nobody answered, so that asking further is no use.
func unreachable(err error) bool {
	var e *transport.Error
	return errors.As(err, &e)
}

// instances are the servers of people that are no relays, by their NodeInfo names.
var instances = map[string]string{
	"mastodon": "Mastodon", "hometown": "Mastodon", "glitch": "Mastodon", "gotosocial": "GoToSocial", "misskey": "Misskey", "sharkey": "Misskey",
	"firefish": "Misskey", "iceshrimp": "Iceshrimp", "iceshrimp.net": "Iceshrimp", "foundkey": "Misskey", "cherrypick": "Misskey", "lemmy": "Lemmy",
	"piefed": "PieFed", "mbin": "Mbin", "kbin": "Kbin", "peertube": "PeerTube", "pixelfed": "Pixelfed", "writefreely": "WriteFreely",
	"wordpress": "WordPress", "friendica": "Friendica", "hubzilla": "Hubzilla", "hollo": "Hollo", "snac": "snac", "takahe": "Takahē",
	"bookwyrm": "BookWyrm", "mobilizon": "Mobilizon", "funkwhale": "Funkwhale", "owncast": "Owncast", "skerry": "Skerry", "loops": "Loops",
}

// withRelay are servers of people that have a relay of their own beside them.
var withRelay = map[string]string{"pleroma": "Pleroma", "akkoma": "Akkoma", "rebased": "Rebased", "mitra": "Mitra", "nodebb": "NodeBB"}

// check says why that is no relay.
func (s standing) check(software string) error {
	host := activitypub.Host(s.relay.Inbox)
	what, people := instances[software]
	own, beside := withRelay[software]
	switch s.actor.Kind {
	case social.Person, social.Group, social.Organization:
		return social.Faultf(social.Unprocessable, "that is %s@%s, a %s to be followed from the search, no relay: %s",
			s.actor.Username, host, strings.ToLower(string(s.actor.Kind)), paste)
	}
	switch {
	case beside && !strings.HasSuffix(s.relay.Actor, "/relay"):
		return social.Faultf(social.Unprocessable, "%s is a server of people that runs %s; its own relay is %s: paste that",
			host, own, origin(s.relay.Inbox)+"/relay")
	case people:
		return social.Faultf(social.Unprocessable, "%s is a server of people that runs %s, no relay: %s", host, what, paste)
	}
	return nil
}

// styleOf says how a relay is followed: nearly all take the Follow of everybody.
func styleOf(actor, software string) social.RelayStyle {
	if _, beside := withRelay[software]; beside || strings.HasSuffix(actor, "/relay") {
		return social.RelayLitePub
	}
	return social.RelayMastodon
}

// get asks for what is no ActivityStreams.
func (k *Keeper) get(ctx context.Context, address, accept string, maxBytes int64) (int, string, []byte, error) {
	res, err := k.Client.Get(ctx, address, transport.Get{Accept: accept, MaxBytes: maxBytes, Unsigned: true, Fresh: true})
	if err != nil {
		return 0, "", nil, err
	}
	return res.Status, res.Header.Get("Content-Type"), res.Body, nil
}

// origin gives the scheme and the host of an address.
func origin(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

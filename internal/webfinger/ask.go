package webfinger

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"

	"skerry/internal/social"
)

// maxAnswer is how many bytes of a descriptor or of host metadata are read.
const maxAnswer = 64 << 10

// ErrRefused says that a host is one that we do not ask.
var ErrRefused = errors.New("it is not asked")

// Get fetches a URL, of any host a stranger named, without ever reaching a
// private address. A body longer than maxBytes is an error or is cut.
type Get func(ctx context.Context, url, accept string, maxBytes int64) (status int, contentType string, body []byte, err error)

// Asker asks other hosts about their accounts. It is safe to use at once and
// remembers nothing.
type Asker struct {
	get       Get
	allowHTTP func(host string) bool
}

// NewAsker makes an asker. Hosts for which allowHTTP is true are asked by http
// and may name http addresses; all others only https.
func NewAsker(get Get, allowHTTP func(host string) bool) *Asker {
	return &Asker{get: get, allowHTTP: allowHTTP}
}

// Answer is what a host says of an account of its own.
type Answer struct {
	Subject    string // user@host, as the account is really called
	ActorIRI   string // the ActivityPub id
	ProfileURL string // the page for people; may be empty
	Subscribe  string // the page on which they act on what {uri} stands for; may be empty
}

// Ask asks the host in user@host who that is. A host may say that the account is
// really called otherwise, also elsewhere; then that name is asked for once and
// must stand by itself. NotFound, Gone, Unavailable and Upstream say why there is
// no answer, and ErrRefused, which is Forbidden.
func (a *Asker) Ask(ctx context.Context, handle string) (Answer, error) {
	user, host, err := ParseHandle(handle)
	if err != nil {
		return Answer{}, err
	}
	first, err := a.lookup(ctx, user, host)
	if err != nil || strings.EqualFold(first.Subject, user+"@"+host) {
		return first, err
	}
	if user, host, err = ParseHandle(first.Subject); err != nil {
		return Answer{}, err
	}
	second, err := a.lookup(ctx, user, host)
	if err != nil {
		return Answer{}, err
	}
	if !strings.EqualFold(second.Subject, first.Subject) {
		return Answer{}, social.Faultf(social.Upstream, "%.200s is called %s, which is called %s: that has no end", handle, first.Subject, second.Subject)
	}
	return second, nil
}

// Confirm gives the handle of an actor, user@host: the one that its document
// claims, else preferredUsername at the host of its id. Both sides must agree: a
// handle that leads to somebody else is Forbidden, one whose user is not
// preferredUsername is Invalid, so that nobody borrows a name from a host that
// knows them by another. Other kinds say that the host could not be asked.
// [FEP-2c59]
func (a *Asker) Confirm(ctx context.Context, actorIRI, preferredUsername, claimed string) (handle string, err error) {
	if claimed == "" {
		id, err := url.Parse(actorIRI)
		if err != nil {
			return "", social.Faultf(social.Invalid, "%.200q is not the id of an actor", actorIRI)
		}
		claimed = preferredUsername + "@" + id.Host
	}
	answer, err := a.Ask(ctx, claimed)
	if err != nil {
		return "", err
	}
	if !sameAddress(answer.ActorIRI, actorIRI) {
		return "", social.Faultf(social.Forbidden, "%s is %s, not %.200s", answer.Subject, answer.ActorIRI, actorIRI)
	}
	if user, _, _ := strings.Cut(answer.Subject, "@"); preferredUsername != "" && !strings.EqualFold(user, preferredUsername) {
		return "", social.Faultf(social.Invalid, "%.200s calls itself %.200q and is called %s", actorIRI, preferredUsername, answer.Subject)
	}
	return answer.Subject, nil
}

// lookup asks host about its user, where its host metadata says if not in the
// usual place.
func (a *Asker) lookup(ctx context.Context, user, host string) (Answer, error) {
	origin := "https://" + host
	if a.allowHTTP(host) {
		origin = "http://" + host
	}
	resource := url.QueryEscape("acct:" + user + "@" + host)
	usual := origin + path + "?resource=" + resource
	doc, err := a.descriptor(ctx, usual)
	// A host that answers wrongly may have its WebFinger elsewhere; one that is
	// away, or says that the account is gone, has answered.
	if social.Is(err, social.NotFound) || social.Is(err, social.Upstream) {
		if other := a.elsewhere(ctx, origin, resource); other != "" && other != usual {
			doc, err = a.descriptor(ctx, other)
		}
	}
	if err != nil {
		return Answer{}, fmt.Errorf("ask who %s@%s is: %w", user, host, err)
	}
	return a.read(doc, user, host)
}

// elsewhere gives the address at which host metadata wants the question asked,
// or "" when it tells none that we may ask.
func (a *Asker) elsewhere(ctx context.Context, origin, resource string) string {
	body, _, err := a.fetch(ctx, origin+pathHostMeta, "application/xrd+xml, application/xml")
	if err != nil {
		return ""
	}
	template, err := readHostMeta(body)
	if err != nil {
		return ""
	}
	return a.address(strings.ReplaceAll(template, "{uri}", resource))
}

// descriptor fetches a descriptor of either media type. [RFC 7033 10.2]
func (a *Asker) descriptor(ctx context.Context, address string) ([]byte, error) {
	body, contentType, err := a.fetch(ctx, address, typeJRD+", application/json")
	if err != nil {
		return nil, err
	}
	if t, _, err := mime.ParseMediaType(contentType); err != nil || t != typeJRD && t != "application/json" {
		return nil, social.Faultf(social.Upstream, "%s answers WebFinger with %.100q instead of a description of the account", hostOf(address), contentType)
	}
	return body, nil
}

func (a *Asker) fetch(ctx context.Context, address, accept string) (body []byte, contentType string, err error) {
	status, contentType, body, err := a.get(ctx, address, accept, maxAnswer)
	host := hostOf(address)
	switch {
	case social.Is(err, social.Invalid): // an address that nobody asks
		return nil, "", social.Faultf(social.Invalid, "%s is no server that can be asked", host).Because(err)
	case social.Is(err, social.Forbidden): // and not a host that is away: nothing follows from its silence
		return nil, "", fmt.Errorf("%w: %w", ErrRefused, err)
	case err != nil:
		return nil, "", social.Faultf(social.Unavailable, "could not ask %s", host).Because(err)
	case len(body) > maxAnswer:
		return nil, "", social.Faultf(social.Upstream, "%s answers WebFinger with more than %d bytes", host, maxAnswer)
	case status == 200:
		return body, contentType, nil
	case status == 404:
		return nil, "", social.Faultf(social.NotFound, "%s knows nobody of that name", host)
	case status == 410:
		return nil, "", social.Faultf(social.Gone, "%s says that the account is gone", host)
	case status == 408 || status == 425 || status == 429 || status >= 500:
		return nil, "", social.Faultf(social.Unavailable, "%s answers WebFinger with %d", host, status)
	}
	return nil, "", social.Faultf(social.Upstream, "%s answers WebFinger with %d", host, status)
}

// address gives an address as it stands when it is one that we would ask or show:
// https, or http where that is allowed, without credentials. Else "".
func (a *Asker) address(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.User != nil || canonical(u.Host) == "" {
		return ""
	}
	if u.Scheme == "https" || u.Scheme == "http" && a.allowHTTP(u.Host) {
		return s
	}
	return ""
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the host"
	}
	return u.Host
}

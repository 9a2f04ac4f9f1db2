package webfinger

import (
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// read takes from a descriptor what we believe: it was fetched because host said
// so, and it speaks of user@host.
//
// A subject that is missing or no acct: URI changes nothing: the account is
// called what was asked for. [RFC 7033 4.4.1]
func (a *Asker) read(body []byte, user, host string) (Answer, error) {
	doc, err := activitypub.Decode(body)
	if err != nil {
		return Answer{}, social.Faultf(social.Upstream, "what %s answers by WebFinger cannot be read", host).Because(err)
	}
	answer := Answer{Subject: user + "@" + host}
	if subject := text(doc, "subject"); hasScheme(subject, "acct") {
		u, h, err := ParseHandle(subject)
		if err != nil {
			return Answer{}, social.Faultf(social.Upstream, "%s calls the account %.100q, which is no handle", host, subject).Because(err)
		}
		answer.Subject = u + "@" + h
	}
	links, _ := doc["links"].([]any)
	for _, entry := range links {
		a.take(&answer, members(entry))
	}
	if answer.ActorIRI == "" {
		return Answer{}, social.Faultf(social.Upstream, "%s does not speak ActivityPub", answer.Subject)
	}
	return answer, nil
}

// take keeps of a link what the answer has not got yet: of several links with one
// relation the first that we can use counts.
func (a *Asker) take(answer *Answer, l map[string]any) {
	switch href := a.address(text(l, "href")); text(l, "rel") {
	case relSubscribe:
		if t := text(l, "template"); answer.Subscribe == "" && strings.Contains(t, "{uri}") {
			answer.Subscribe = a.address(t)
		}
	case relSelf:
		if answer.ActorIRI == "" && isActorType(text(l, "type")) {
			answer.ActorIRI = href
		}
	case relProfile:
		if t := text(l, "type"); answer.ProfileURL == "" && (t == "" || t == "text/html") {
			answer.ProfileURL = href
		}
	}
}

// isActorType takes the two forms that Mastodon takes, to the letter.
func isActorType(t string) bool {
	return t == typeActivity || t == `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
}

func hasScheme(uri, scheme string) bool {
	s, _, ok := strings.Cut(uri, ":")
	return ok && strings.EqualFold(s, scheme)
}

// members gives the members of a JSON object, none for other values.
func members(v any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return v
	case activitypub.Object:
		return v
	}
	return nil
}

// text gives a member that is a string, "" for others.
func text(object map[string]any, name string) string {
	s, _ := object[name].(string)
	return s
}

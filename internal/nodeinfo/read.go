package nodeinfo

import (
	"context"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

const (
	maxAnswer  = 64 << 10 // bytes of either document
	maxVersion = 64       // characters of a version that are kept
)

// Get fetches a URL without ever reaching a private address. A body longer than
// maxBytes is an error or is cut.
type Get func(ctx context.Context, url, accept string, maxBytes int64) (status int, contentType string, body []byte, err error)

// Software is what a server says that it runs. It is safe to show, once escaped.
type Software struct {
	Name    string // lower-case letters, digits, dot, dash and underscore
	Version string // one line, 64 characters at most; may be empty
}

// Read asks the server at origin, as in https://example.com, what it runs. Its
// document must be on the same origin: a link is no way to make us ask others
// (CVE-2026-62857). NotFound, Unavailable and Upstream say why there is no answer.
func Read(ctx context.Context, get Get, origin string) (Software, error) {
	base, err := url.Parse(origin)
	if err != nil || base.Host == "" {
		return Software{}, social.Faultf(social.Invalid, "%.100q is no server", origin)
	}
	links, err := fetch(ctx, get, base.JoinPath(pathDiscovery))
	if err != nil {
		return Software{}, err
	}
	address := choose(base, links)
	if address == nil {
		return Software{}, social.Faultf(social.NotFound, "%s names no NodeInfo document of its own", base.Host)
	}
	doc, err := fetch(ctx, get, address)
	if err != nil {
		return Software{}, err
	}
	return softwareOf(base.Host, doc)
}

// choose gives the address of the best document that stands on the same origin,
// or nil.
func choose(base *url.URL, doc map[string]any) *url.URL {
	entries, _ := doc["links"].([]any)
	for _, version := range []string{"2.1", "2.0", "2.2", "1.1", "1.0"} {
		for _, entry := range entries {
			l := members(entry)
			if text(l, "rel") != relSchema+version {
				continue
			}
			address, err := base.Parse(text(l, "href"))
			if err == nil && address.Scheme == base.Scheme && strings.EqualFold(address.Host, base.Host) && address.User == nil {
				return address
			}
		}
	}
	return nil
}

func fetch(ctx context.Context, get Get, address *url.URL) (map[string]any, error) {
	status, contentType, body, err := get(ctx, address.String(), "application/json", maxAnswer)
	host := address.Host
	switch {
	case err != nil:
		return nil, social.Faultf(social.Unavailable, "could not ask %s", host).Because(err)
	case status == 404 || status == 410:
		return nil, social.Faultf(social.NotFound, "%s has no NodeInfo", host)
	case status == 408 || status == 425 || status == 429 || status >= 500:
		return nil, social.Faultf(social.Unavailable, "%s answers %d", host, status)
	case status != 200 || len(body) > maxAnswer:
		return nil, social.Faultf(social.Upstream, "%s answers %d with %d bytes", host, status, len(body))
	}
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil || t != "application/json" && !strings.HasSuffix(t, "+json") {
		return nil, social.Faultf(social.Upstream, "%s answers %.100q instead of NodeInfo", host, contentType)
	}
	doc, err := activitypub.Decode(body)
	if err != nil {
		return nil, social.Faultf(social.Upstream, "%s answers with NodeInfo that cannot be read", host).Because(err)
	}
	return doc, nil
}

// software names are lower case by the schema; NodeBB and others write capitals.
var softwareName = regexp.MustCompile(`^[a-z0-9._-]{1,64}$`)

func softwareOf(host string, doc map[string]any) (Software, error) {
	told := members(doc["software"])
	s := Software{Name: strings.ToLower(text(told, "name"))}
	if !softwareName.MatchString(s.Name) {
		return Software{}, social.Faultf(social.Upstream, "%s gives its software no name", host)
	}
	for i, r := range []rune(text(told, "version")) {
		if i == maxVersion {
			break
		}
		if unicode.IsPrint(r) {
			s.Version += string(r)
		}
	}
	return s, nil
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

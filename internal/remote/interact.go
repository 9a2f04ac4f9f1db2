package remote

import (
	"context"
	"net/url"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/transport"
	"skerry/internal/webfinger"
)

// Way is how somebody of another server comes from here to there.
type Way struct {
	Host string // their server, which WebFinger names
	At   string // the page there on which they go on; "" when it tells none
}

// Interact finds out where the person behind a handle acts on something of ours.
// [Masto: remote interaction]
func (f *Finder) Interact(ctx context.Context, handle, iri string) (Way, error) {
	user, host, err := webfinger.ParseHandle(handle)
	if err != nil {
		return Way{}, err
	}
	uri := url.QueryEscape(iri)
	if host == f.urls.AccountDomain || host == f.urls.Domain {
		if _, err := f.ActorByHandle(ctx, handle); err != nil {
			return Way{}, err
		}
		return Way{Host: f.urls.Domain, At: f.urls.Interact(uri)}, nil
	}
	answer, err := f.asker.Ask(cause(ctx), user+"@"+host)
	if w := way(err); w != nil && w.Kind == transport.Refused {
		// A stranger asks: they do not learn which names lead into our network.
		return Way{}, social.Faultf(social.NotFound, "there is no server called %s", w.Host).Because(err)
	}
	if err != nil {
		return Way{}, Explain(err)
	}
	at := strings.ReplaceAll(answer.Subscribe, "{uri}", uri)
	if at != "" {
		host = activitypub.Host(at)
	}
	return Way{Host: host, At: at}, nil
}

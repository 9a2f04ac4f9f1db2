package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/testkit"
	"skerry/internal/transport"
	"skerry/internal/webfinger"
)

// seeker is a finder whose names lead where the test wants.
func (h *house) seeker(names map[string]string) *remote.Finder {
	h.Helper()
	client, err := transport.New(transport.Options{
		UserAgent: "Skerry/test", AllowPrivate: []netip.Prefix{testkit.Loopback}, Now: h.clock.Now,
		Limits: transport.Limits{Header: 200 * time.Millisecond},
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if ip, ok := names[host]; ok {
				return []netip.Addr{netip.MustParseAddr(ip)}, nil
			}
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		},
	})
	if err != nil {
		h.Fatal(err)
	}
	get := func(ctx context.Context, url, accept string, maxBytes int64) (int, string, []byte, error) {
		res, err := client.Get(ctx, url, transport.Get{Accept: accept, MaxBytes: maxBytes, Fresh: true})
		if err != nil {
			return 0, "", nil, err
		}
		return res.Status, res.Header.Get("Content-Type"), res.Body, nil
	}
	asker := webfinger.NewAsker(get, func(host string) bool { return strings.HasPrefix(host, "127.") })
	return remote.New(h.s.DB, client, asker, h.s.URLs(), testkit.Log(h.T))
}

// says makes the peer answer WebFinger with this.
func (h *house) says(mediaType, body string) {
	h.peer.Handle("/.well-known/webfinger", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		fmt.Fprint(w, body)
	})
}

// account is a descriptor that leads to an actor.
func account(iri string) string {
	return fmt.Sprintf(`{"links":[{"rel":"self","type":"application/activity+json","href":%q}]}`, iri)
}

// mute is a host that takes connections and says nothing.
func mute(t *testing.T) (host string) {
	l := testkit.Listen(t)
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

// closed is a host where nothing listens.
func closed(t *testing.T) (host string) {
	l := testkit.Listen(t)
	l.Close()
	return l.Addr().String()
}

func TestLookupThatFailsSaysWhichStepDid(t *testing.T) {
	onHouse(t, func(h *house) {
		h.peer.Person("bert")
		f := h.seeker(map[string]string{"inside.example": "10.0.0.1"})
		host := strings.TrimPrefix(h.peer.Origin, "http://")
		silent, shut := mute(h.T), closed(h.T)
		h.peer.Handle("/page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<p>hello")
		})
		h.peer.Handle("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "ftp://"+host, http.StatusFound) })
		h.peer.Serve("/lie", map[string]any{"id": h.peer.Origin + "/other", "type": "Note", "attributedTo": h.peer.Origin + "/users/bert"})
		h.peer.Serve("/other", map[string]any{"id": h.peer.Origin + "/third", "type": "Note"})
		for path, status := range map[string]int{"/no": 404, "/secret": 403, "/locked": 401, "/gone": 410, "/ill": 500} {
			h.peer.Fail(path, status)
		}
		for _, step := range []struct {
			what string
			kind social.Kind
			say  string
		}{
			{"nothing of it", social.Invalid, "neither a handle such as @user@example.com nor the address"},
			{"@@" + host, social.Invalid, "is not a handle"},
			{"@nobody@" + h.s.URLs().Domain, social.NotFound, "nobody here is called nobody"},
			{"@bert@lost.example", social.NotFound, "there is no server called lost.example"},
			{"https://lost.example/@bert", social.NotFound, "there is no server called lost.example"},
			{"@bert@inside.example", social.Forbidden, "inside.example leads to an address that is not on the public internet"},
			{"https://inside.example/@bert", social.Forbidden, "inside.example leads to an address that is not on the public internet"},
			{"https://10.0.0.1/@bert", social.Invalid, "cannot be asked"},
			{"@bert@localhost", social.Invalid, "localhost is no server that can be asked"},
			{"@bert@" + silent, social.Unavailable, silent + " does not answer in time"},
			{"http://" + silent + "/@bert", social.Unavailable, silent + " does not answer in time"},
			{"@bert@" + shut, social.Unavailable, shut + " cannot be reached"},
			{"https://" + host + "/@bert", social.Upstream, "the secure connection with " + host + " failed"},
			{h.peer.Origin + "/away", social.Upstream, host + " sends us on to where we do not go"},
			{h.peer.Origin + "/no", social.NotFound, "there is nothing at " + h.peer.Origin + "/no"},
			{h.peer.Origin + "/secret", social.Forbidden, host + " does not let us read"},
			{h.peer.Origin + "/locked", social.Forbidden, host + " does not let us read"},
			{h.peer.Origin + "/gone", social.Gone, "/gone is gone"},
			{h.peer.Origin + "/ill", social.Unavailable, "/ill answers 500"},
			{h.peer.Origin + "/page", social.Invalid, "/page is a web page"},
			{h.peer.Origin + "/lie", social.Invalid, "calls itself otherwise"},
		} {
			h.fails(f, step.what, step.kind, step.say)
		}
	})
}

func TestHandleThatIsNotFoundSaysWhatWebFingerSaid(t *testing.T) {
	onHouse(t, func(h *house) {
		bert, f := h.peer.Person("bert"), h.seeker(nil)
		host := strings.TrimPrefix(h.peer.Origin, "http://")
		jrd := "application/jrd+json"
		for _, step := range []struct {
			status          int
			mediaType, body string
			kind            social.Kind
			say             string
		}{
			{status: 404, kind: social.NotFound, say: host + " knows nobody of that name"},
			{status: 410, kind: social.Gone, say: host + " says that the account is gone"},
			{status: 403, kind: social.Upstream, say: host + " answers WebFinger with 403"},
			{status: 502, kind: social.Unavailable, say: host + " answers WebFinger with 502"},
			{mediaType: "text/html", body: "<p>", kind: social.Upstream, say: `answers WebFinger with "text/html"`},
			{mediaType: jrd, body: "{", kind: social.Upstream, say: "by WebFinger cannot be read"},
			{mediaType: jrd, body: "{}", kind: social.Upstream, say: "does not speak ActivityPub"},
			{mediaType: jrd, body: account(h.peer.Origin + "/secret"), kind: social.Forbidden, say: host + " does not let us read"},
			{mediaType: jrd, body: account(h.peer.Origin + "/users/eve"), kind: social.Forbidden, say: "not " + bert.IRI},
		} {
			h.peer.Fail("/.well-known/webfinger", step.status)
			h.says(step.mediaType, step.body)
			h.peer.Fail("/secret", 403)
			h.peer.Person("eve")
			what := "@bert@" + host
			if strings.HasPrefix(step.say, "not ") { // the person is found, and the handle is another's
				what = bert.IRI
			}
			h.fails(f, what, step.kind, step.say)
		}
	})
}

// fails wants a lookup to fail with a sentence, and none of the network's words in it.
func (h *house) fails(f *remote.Finder, what string, kind social.Kind, say string) {
	h.Helper()
	_, _, err := f.Resolve(h.Context(), what)
	var fault *social.Fault
	said := ""
	if errors.As(err, &fault) {
		said = fault.Say
	}
	if social.KindOf(err) != kind || !strings.Contains(said, say) {
		h.Errorf("%s: got kind %d, %q (%v); want kind %d and %q", what, social.KindOf(err), said, err, kind, say)
	}
	for _, inner := range []string{"dial", "lookup", "10.0.0.1:", "EOF", "connection refused"} {
		if strings.Contains(said, inner) {
			h.Errorf("%s: %q tells of %q", what, said, inner)
		}
	}
}

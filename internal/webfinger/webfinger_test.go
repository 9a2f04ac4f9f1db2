package webfinger

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// house is a server whose accounts are called @account.example and which is
// reached at social.example.
func house(origin, domain, account, username string) http.Handler {
	return Handler(Options{
		URLs: activitypub.URLs{Origin: origin, Domain: domain, AccountDomain: account},
		Owner: func(context.Context) (social.Actor, error) {
			if username == "" {
				return social.Actor{}, social.Faultf(social.NotFound, "there is no owner")
			}
			return social.Actor{
				IRI: origin + "/users/" + username, URL: origin + "/@" + username, Username: username, Domain: account,
				Icon: social.Image{URL: origin + "/media/a.png", MediaType: "image/png"},
			}, nil
		},
		Server: social.Actor{IRI: origin + "/actor", Username: domain, Domain: domain},
	})
}

func ask(t *testing.T, h http.Handler, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
	return rec
}

func about(t *testing.T, h http.Handler, resource string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, h, "GET", "/.well-known/webfinger?resource="+url.QueryEscape(resource))
}

func decode(t *testing.T, rec *httptest.ResponseRecorder) (d descriptor) {
	t.Helper()
	if err := json.Unmarshal(rec.Body.Bytes(), &d); err != nil {
		t.Fatalf("answer %d %q is not JSON: %v", rec.Code, rec.Body, err)
	}
	return d
}

func TestOwnerIsDescribed(t *testing.T) {
	t.Parallel()
	rec := about(t, house("https://social.example", "social.example", "account.example", "alice"), "acct:alice@account.example")
	want := descriptor{
		Subject: "acct:alice@account.example",
		Aliases: []string{"https://social.example/@alice", "https://social.example/users/alice"},
		Links: []link{
			{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: "https://social.example/@alice"},
			{Rel: "self", Type: "application/activity+json", Href: "https://social.example/users/alice"},
			{Rel: "http://ostatus.org/schema/1.0/subscribe", Template: "https://social.example/authorize_interaction?uri={uri}"},
			{Rel: "http://webfinger.net/rel/avatar", Type: "image/png", Href: "https://social.example/media/a.png"},
		},
	}
	if diff := cmp.Diff(want, decode(t, rec)); diff != "" {
		t.Errorf("descriptor (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/jrd+json", "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=259200",
	} {
		if got := rec.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestOwnerWithoutPictureHasNoAvatarLink(t *testing.T) {
	t.Parallel()
	h := Handler(Options{
		URLs: activitypub.URLs{Origin: "https://a.example", Domain: "a.example", AccountDomain: "a.example"},
		Owner: func(context.Context) (social.Actor, error) {
			return social.Actor{IRI: "https://a.example/users/al", URL: "https://a.example/@al", Username: "al"}, nil
		},
	})
	if body := about(t, h, "acct:al@a.example").Body.String(); !strings.Contains(body, "acct:al@a.example") || strings.Contains(body, "avatar") {
		t.Errorf("got %s, want al without an avatar", body)
	}
}

func TestEveryFormOfResource(t *testing.T) {
	t.Parallel()
	const owner, server = "acct:alice@account.example", "acct:social.example@social.example"
	split := house("https://social.example", "social.example", "account.example", "alice")
	for resource, want := range map[string]string{
		"acct:alice@account.example":             owner,
		"acct:alice@social.example":              owner,
		"ACCT:Alice@Account.EXAMPLE":             owner,
		"acct:alice@account.example.":            owner,
		"acct:alice@account.example:443":         owner,
		"https://social.example/users/alice":     owner,
		"https://social.example/@alice":          owner,
		"HTTPS://SOCIAL.example:443/users/alice": owner,

		"acct:social.example@social.example":   server,
		"acct:social.example@account.example":  server,
		"acct:account.example@account.example": server,
		"https://social.example/":              server,
		"https://social.example":               server,
		"https://social.example/actor":         server,
		"https://account.example/":             server,

		"acct:bob@account.example":                  "404",
		"acct:alice@elsewhere.example":              "404",
		"acct:alice@account.example.elsewhere.test": "404",
		"https://social.example/users/Alice":        "404",
		"https://social.example/users/alice/":       "404",
		"https://social.example/users/alice?x":      "404",
		"https://x@social.example/users/alice":      "404",
		"http://social.example/users/alice":         "404",
		"https://account.example/users/alice":       "404",
		"mailto:alice@account.example":              "404",
		"urn:uuid:5":                                "404",
		"https:":                                    "400",
		"alice@account.example":                     "400",
		"@alice@account.example":                    "400",
		"=acct:alice@account.example":               "400",
		"acct:alice":                                "400",
		"acct:@account.example":                     "400",
		"acct:alice@":                               "400",
		"acct:a b@account.example":                  "400",
		"alice":                                     "400",
		"":                                          "400",
		"acct:" + strings.Repeat("a", 3000) + "@account.example": "400",
	} {
		rec := about(t, split, resource)
		got := rec.Result().Status[:3]
		if rec.Code == 200 {
			got = decode(t, rec).Subject
		} else if cache := rec.Header().Get("Cache-Control"); cache != "public, max-age=180" {
			t.Errorf("%.100q: got %q, want a refusal kept for three minutes", resource, cache)
		}
		if got != want {
			t.Errorf("%.100q: got %s, want %s", resource, got, want)
		}
	}
}

func TestServerIsDescribed(t *testing.T) {
	t.Parallel()
	want := descriptor{
		Subject: "acct:social.example@social.example",
		Aliases: []string{"https://social.example/", "https://social.example/actor"},
		Links: []link{
			{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: "https://social.example/"},
			{Rel: "self", Type: "application/activity+json", Href: "https://social.example/actor"},
			{Rel: "https://www.w3.org/ns/activitystreams#Service", Type: "application/activity+json", Href: "https://social.example/actor"},
		},
	}
	// It is there before the owner is.
	rec := about(t, house("https://social.example", "social.example", "account.example", ""), "https://social.example/")
	if diff := cmp.Diff(want, decode(t, rec)); diff != "" {
		t.Errorf("descriptor (-want +got):\n%s", diff)
	}
}

func TestServerAtAPort(t *testing.T) {
	t.Parallel()
	h := house("http://localhost:8080", "localhost:8080", "localhost:8080", "alice")
	for resource, want := range map[string]string{
		"acct:alice@localhost:8080":          "acct:alice@localhost:8080",
		"http://localhost:8080/users/alice":  "acct:alice@localhost:8080",
		"acct:localhost:8080@localhost:8080": "acct:localhost:8080@localhost:8080",
		"http://localhost:8080/":             "acct:localhost:8080@localhost:8080",
	} {
		if got := decode(t, about(t, h, resource)).Subject; got != want {
			t.Errorf("%s: got %s, want %s", resource, got, want)
		}
	}
	if rec := about(t, h, "acct:alice@localhost"); rec.Code != 404 {
		t.Errorf("without the port: got %d, want 404", rec.Code)
	}
}

func TestBeforeTheOwnerNobodyIsKnown(t *testing.T) {
	t.Parallel()
	h := house("https://a.example", "a.example", "a.example", "")
	for _, resource := range []string{"acct:alice@a.example", "https://a.example/users/", "acct:@a.example"} {
		if rec := about(t, h, resource); rec.Code == 200 {
			t.Errorf("%s: got %s, want a refusal", resource, rec.Body)
		}
	}
}

// A database that is away is no reason to say that nobody lives here.
func TestTroubleOfOursIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.New("disk on fire"), social.Faultf(social.Unavailable, "the database is away")} {
		h := Handler(Options{
			URLs:  activitypub.URLs{Origin: "https://a.example", Domain: "a.example", AccountDomain: "a.example"},
			Owner: func(context.Context) (social.Actor, error) { return social.Actor{}, err },
		})
		rec := about(t, h, "acct:al@a.example")
		if rec.Code != 503 || rec.Header().Get("Cache-Control") != "private, no-store" || strings.Contains(rec.Body.String(), err.Error()) {
			t.Errorf("%v: got %d %v %s, want 503 that nobody keeps and that tells nothing", err, rec.Code, rec.Header(), rec.Body)
		}
	}
}

func TestQueryThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	h := house("https://a.example", "a.example", "a.example", "alice")
	for _, query := range []string{
		"", "?", "?resource", "?resource=", "?rel=self", "?resource=acct:alice@a.example&resource=acct:alice@a.example",
		"?resource=acct:alice@a.example&rel=%zz", "?resource=%zz", "?resource==acct:alice@a.example",
	} {
		if rec := ask(t, h, "GET", "/.well-known/webfinger"+query); rec.Code != 400 {
			t.Errorf("%q: got %d, want 400", query, rec.Code)
		}
	}
}

func TestResourceMayBeWrittenWithOrWithoutEscapes(t *testing.T) {
	t.Parallel()
	h := house("https://a.example", "a.example", "a.example", "alice")
	for _, query := range []string{
		"resource=acct:alice@a.example", "resource=acct%3Aalice%40a.example", "resource=%61cct%3aalice@a.example&rel=self",
		"rel=self&resource=acct:alice@a.example",
	} {
		if got := decode(t, ask(t, h, "GET", "/.well-known/webfinger?"+query)).Subject; got != "acct:alice@a.example" {
			t.Errorf("%s: got %q, want alice", query, got)
		}
	}
}

func TestOnlyWantedRelationsAreGiven(t *testing.T) {
	t.Parallel()
	h := house("https://a.example", "a.example", "a.example", "alice")
	for query, want := range map[string][]string{
		"&rel=self":                           {"self"},
		"&rel=self&rel=urn:x":                 {"self"},
		"&rel=http://webfinger.net/rel/x":     {},
		"&rel=self&rel=" + relAvatar:          {"self", relAvatar},
		"&rel=":                               {},
		"&rel=" + url.QueryEscape(relProfile): {relProfile},
	} {
		rec := ask(t, h, "GET", "/.well-known/webfinger?resource=acct:alice@a.example"+query)
		d := decode(t, rec)
		got := []string{}
		for _, l := range d.Links {
			got = append(got, l.Rel)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		if d.Subject == "" || len(d.Aliases) != 2 || !strings.Contains(rec.Body.String(), `"links":[`) {
			t.Errorf("%s: got %s, want the rest of the descriptor", query, rec.Body)
		}
	}
}

func TestHeadAndOtherMethods(t *testing.T) {
	t.Parallel()
	h := house("https://a.example", "a.example", "a.example", "alice")
	for _, target := range []string{"/.well-known/webfinger?resource=acct:alice@a.example", "/.well-known/host-meta", "/.well-known/host-meta.json"} {
		get, head := ask(t, h, "GET", target), ask(t, h, "HEAD", target)
		if head.Code != 200 || head.Body.Len() > 0 {
			t.Errorf("HEAD %s: got %d with %d bytes, want 200 with none", target, head.Code, head.Body.Len())
		}
		if diff := cmp.Diff(get.Header(), head.Header()); diff != "" {
			t.Errorf("HEAD %s (-get +head):\n%s", target, diff)
		}
		if post := ask(t, h, "POST", target); post.Code != 405 {
			t.Errorf("POST %s: got %d, want 405", target, post.Code)
		}
	}
}

func TestHostMetaNamesWhereToAsk(t *testing.T) {
	t.Parallel()
	h := house("https://social.example:8443", "social.example:8443", "account.example", "alice")
	const want = "https://social.example:8443/.well-known/webfinger?resource={uri}"
	rec := ask(t, h, "GET", "/.well-known/host-meta")
	if got, err := readHostMeta(rec.Body.Bytes()); err != nil || got != want {
		t.Errorf("XML: got %q, %v, want %q", got, err, want)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/xrd+xml; charset=utf-8" {
		t.Errorf("XML: got type %q", got)
	}
	rec = ask(t, h, "GET", "/.well-known/host-meta.json")
	if diff := cmp.Diff(descriptor{Links: []link{{Rel: "lrdd", Template: want}}}, decode(t, rec)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	if got := rec.Header().Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("JSON: open to %q, want everybody", got)
	}
}

func FuzzResource(f *testing.F) {
	for _, seed := range []string{"acct:alice@a.example", "https://a.example/", "https://a.example/@alice", "acct:a.example@a.example", "acct:%40", ":", "https://[::1"} {
		f.Add(seed)
	}
	h := house("https://a.example", "a.example", "a.example", "alice")
	f.Fuzz(func(t *testing.T, resource string) {
		rec := about(t, h, resource)
		switch rec.Code {
		case 400, 404:
		case 200:
			if s := decode(t, rec).Subject; s != "acct:alice@a.example" && s != "acct:a.example@a.example" {
				t.Errorf("%q: got %q, want one of ours", resource, s)
			}
		default:
			t.Errorf("%q: got %d, want 200, 400 or 404", resource, rec.Code)
		}
	})
}

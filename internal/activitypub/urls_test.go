package activitypub

import (
	"strings"
	"testing"

	"skerry/internal/social"
)

const postID social.ID = 3713379000000000001

var ours = URLs{Origin: "https://social.example", Domain: "social.example", AccountDomain: "example"}

func TestAddressSchemeNeverChanges(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, want string }{
		"actor":            {ours.Actor("kim"), "https://social.example/users/kim"},
		"inbox":            {ours.Inbox("kim"), "https://social.example/users/kim/inbox"},
		"outbox":           {ours.Outbox("kim"), "https://social.example/users/kim/outbox"},
		"followers":        {ours.Followers("kim"), "https://social.example/users/kim/followers"},
		"following":        {ours.Following("kim"), "https://social.example/users/kim/following"},
		"featured":         {ours.Featured("kim"), "https://social.example/users/kim/collections/featured"},
		"featured tags":    {ours.FeaturedTags("kim"), "https://social.example/users/kim/collections/tags"},
		"RSA key":          {ours.MainKey("kim"), "https://social.example/users/kim#main-key"},
		"Ed25519 key":      {ours.Ed25519Key("kim"), "https://social.example/users/kim#ed25519-key"},
		"post":             {ours.Post("kim", postID), "https://social.example/users/kim/posts/3713379000000000001"},
		"replies":          {ours.Replies("kim", postID), "https://social.example/users/kim/posts/3713379000000000001/replies"},
		"likes":            {ours.Likes("kim", postID), "https://social.example/users/kim/posts/3713379000000000001/likes"},
		"shares":           {ours.Shares("kim", postID), "https://social.example/users/kim/posts/3713379000000000001/shares"},
		"activity":         {ours.Activity("kim", "t0k3n"), "https://social.example/users/kim/activities/t0k3n"},
		"context":          {ours.Context("kim", postID), "https://social.example/users/kim/contexts/3713379000000000001"},
		"profile":          {ours.Profile("kim"), "https://social.example/@kim"},
		"post page":        {ours.PostPage("kim", postID), "https://social.example/@kim/3713379000000000001"},
		"hashtag":          {ours.Tag("GoLang"), "https://social.example/tags/golang"},
		"foreign hashtag":  {ours.Tag("Grüße"), "https://social.example/tags/gr%C3%BC%C3%9Fe"},
		"hashtag as path":  {ours.Tag("a/../b?c"), "https://social.example/tags/a%2F..%2Fb%3Fc"},
		"emoji":            {ours.Emoji(postID), "https://social.example/emoji/3713379000000000001"},
		"shared inbox":     {ours.SharedInbox(), "https://social.example/inbox"},
		"server":           {ours.Server(), "https://social.example/actor"},
		"server inbox":     {ours.ServerInbox(), "https://social.example/actor/inbox"},
		"server outbox":    {ours.ServerOutbox(), "https://social.example/actor/outbox"},
		"server followers": {ours.ServerFollowers(), "https://social.example/actor/followers"},
		"server following": {ours.ServerFollowing(), "https://social.example/actor/following"},
		"server key":       {ours.ServerMainKey(), "https://social.example/actor#main-key"},
		"server activity":  {ours.ServerActivity("t0k3n"), "https://social.example/actor/activities/t0k3n"},
	}
	for name, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
		if iri, err := CanonicalIRI(test.got); err != nil || iri != test.got {
			t.Errorf("%s: %s in canonical form is %q, %v", name, test.got, iri, err)
		}
		if !ours.Own(test.got) {
			t.Errorf("%s: %s is not known as ours", name, test.got)
		}
	}
}

func TestServerIsNamedAfterTheDomainWithoutPort(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"social.example":      "social.example",
		"social.example:8443": "social.example",
		"[2001:db8::1]":       "2001:db8::1",
	}
	for domain, want := range tests {
		if got := (URLs{Domain: domain}).ServerName(); got != want {
			t.Errorf("%s: got %q, want %q", domain, got, want)
		}
	}
}

func TestParseActorReadsIdsAndPagesOfOurs(t *testing.T) {
	t.Parallel()
	for _, iri := range []string{
		ours.Actor("kim"), ours.Profile("kim"), "HTTPS://Social.Example:443/users/kim", "https://social.example./@kim",
	} {
		if name, ok := ours.ParseActor(iri); !ok || name != "kim" {
			t.Errorf("%s: got %q, %t; want kim", iri, name, ok)
		}
	}
	for _, iri := range []string{
		"", "kim", "@kim@social.example", "https://social.example", "https://social.example/",
		"http://social.example/users/kim", "https://social.example:8443/users/kim", "https://evil.example/users/kim",
		"https://social.example.evil.example/users/kim", "https://social.example@evil.example/users/kim",
		"https://evil.example/?https://social.example/users/kim", "https://user@social.example/users/kim",
		"https://social.example/users/", "https://social.example/users", "https://social.example/@",
		"https://social.example/users/kim/", "https://social.example/users/kim/inbox", "https://social.example/users/kim#main-key",
		"https://social.example/users/kim?page=1", "https://social.example/users/kim%20", "https://social.example/users/%6bim",
		"https://social.example/users/Kim", "https://social.example/users/../users/kim", "https://social.example//users/kim",
		"https://social.example/Users/kim", "https://social.example/users/@kim", "https://social.example/@kim@evil.example",
		"https://social.example/users/kïm", "https://social.example/users/" + strings.Repeat("k", 31), ours.Server(),
		ours.Post("kim", postID), ours.PostPage("kim", postID), "https://social.example/users/kim\n",
	} {
		if name, ok := ours.ParseActor(iri); ok || name != "" {
			t.Errorf("%q: got %q, %t; want nothing", iri, name, ok)
		}
	}
}

func TestParsePostReadsIdsAndPagesOfOurs(t *testing.T) {
	t.Parallel()
	for _, iri := range []string{
		ours.Post("kim", postID), ours.PostPage("kim", postID), "https://SOCIAL.example:443/@kim/3713379000000000001",
	} {
		if name, id, ok := ours.ParsePost(iri); !ok || name != "kim" || id != postID {
			t.Errorf("%s: got %q, %d, %t; want kim, %d", iri, name, id, ok, postID)
		}
	}
	users, page := "https://social.example/users/", "https://social.example/@"
	for _, iri := range []string{
		"", ours.Actor("kim"), ours.Profile("kim"), ours.Replies("kim", postID), ours.Likes("kim", postID),
		ours.Shares("kim", postID), ours.Context("kim", postID), ours.Activity("kim", "1"), ours.Tag("1"),
		users + "kim/posts/", users + "kim/posts", users + "kim/posts/0", users + "kim/posts/-1", users + "kim/posts/+1",
		users + "kim/posts/01", users + "kim/posts/0x1", users + "kim/posts/1e3", users + "kim/posts/1_0", users + "kim/posts/1/",
		users + "kim/posts/1#a", users + "kim/posts/1?a", users + "kim/posts/%31", users + "kim/posts/١", users + "kim/posts/one",
		users + "kim/posts/9223372036854775808", users + "kim/posts/99999999999999999999999999", users + "kim/statuses/1",
		users + "Kim/posts/1", users + "/posts/1", users + "kim/x/posts/1", users + "../users/kim/posts/1", users + "kim/1",
		page + "kim/", page + "kim/01", page + "kim/+1", page + "kim/posts/1", page + "/1", page + "kim@evil.example/1",
		"http://social.example/users/kim/posts/1", "https://evil.example/users/kim/posts/1",
		"https://social.example@evil.example/users/kim/posts/1", "https://social.example:444/users/kim/posts/1",
	} {
		if name, id, ok := ours.ParsePost(iri); ok || name != "" || id != 0 {
			t.Errorf("%q: got %q, %d, %t; want nothing", iri, name, id, ok)
		}
	}
}

func TestOnlyOurOriginIsOwn(t *testing.T) {
	t.Parallel()
	for _, iri := range []string{"https://social.example", "https://social.example/x", "HTTPS://SOCIAL.EXAMPLE.:443/?"} {
		if !ours.Own(iri) {
			t.Errorf("%s is not known as ours", iri)
		}
	}
	for _, iri := range []string{
		"", Public, "http://social.example/", "https://example/", "https://a.social.example/", "https://social.example:8443/",
		"https://social.example@evil.example/", "https://social.example.evil.example/",
	} {
		if ours.Own(iri) {
			t.Errorf("%q is taken for ours", iri)
		}
	}
}

func TestOriginWithPortIsKept(t *testing.T) {
	t.Parallel()
	u := URLs{Origin: "http://127.0.0.1:8080", Domain: "127.0.0.1:8080"}
	if name, id, ok := u.ParsePost(u.Post("kim", postID)); !ok || name != "kim" || id != postID {
		t.Errorf("got %q, %d, %t; want kim, %d", name, id, ok, postID)
	}
	if _, ok := u.ParseActor("http://127.0.0.1:80801/users/kim"); ok {
		t.Error("another port was taken for ours")
	}
}

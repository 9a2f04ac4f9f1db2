package social_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestDomainIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"example.org":                   "example.org",
		" Example.ORG. ":                "example.org",
		"*.example.org":                 "example.org",
		"*.xyz":                         "xyz",
		"https://example.org/@bert?x=1": "example.org",
		"@bert@example.org":             "example.org",
		"bücher.example":                "xn--bcher-kva.example",
		"a_b.example.org":               "a_b.example.org",
		"example.org:8443":              "example.org:8443",
		"127.0.0.1:3000":                "127.0.0.1:3000",
		"127.0.0.1":                     "127.0.0.1",
		"[::1]":                         "[::1]",
		"":                              "",
		"*.":                            "",
		"xyz":                           "",
		"ex***le.org":                   "",
		"a b.example":                   "",
		"example..org":                  "",
		"exa/mple.org":                  "",
	} {
		got, err := social.CleanDomain(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestClosestDomainDecides(t *testing.T) {
	t.Parallel()
	const byHand, first, second = social.ID(0), social.ID(1), social.ID(2)
	all := []social.DomainBlock{
		{Domain: "bad.example", Severity: social.Suspended},
		{Domain: "good.bad.example", Severity: social.Unlimited},
		{Domain: "xyz", Severity: social.Silenced},
		{Domain: "listed.example", Severity: social.Silenced, List: first},
		{Domain: "listed.example", Severity: social.Suspended, List: second},
		{Domain: "mine.example", Severity: social.Suspended, List: first},
		{Domain: "mine.example", Severity: social.Silenced, List: byHand},
		{Domain: "held.example", Severity: social.Suspended, List: first, Held: true},
		{Domain: "127.0.0.1", Severity: social.Suspended},
	}
	f := social.NewFederation(false, all, nil)
	for host, want := range map[string]social.Severity{
		"bad.example": social.Suspended, "a.b.bad.example": social.Suspended, "bad.example:8443": social.Suspended,
		"notbad.example": social.Unlimited, "good.bad.example": social.Unlimited, "a.good.bad.example": social.Unlimited,
		"a.xyz": social.Silenced, "listed.example": social.Suspended, "mine.example": social.Silenced, "held.example": social.Unlimited,
		"127.0.0.1:3000": social.Suspended, "0.0.1": social.Unlimited, "": social.Unlimited,
	} {
		if got := f.Of(host).Severity; got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
	if got := f.OfActor("web.example", "bad.example").Limited; got != social.Suspended {
		t.Errorf("who is named by a blocked domain: got %v, want suspended", got)
	}
}

func TestLimitedFederationSuspendsAllOthers(t *testing.T) {
	t.Parallel()
	f := social.NewFederation(true, []social.DomainBlock{{Domain: "b.friend.example", Severity: social.Silenced}}, []social.AllowedDomain{{Domain: "friend.example"}})
	got := map[string]social.Severity{}
	for _, host := range []string{"friend.example", "a.friend.example", "b.friend.example", "other.example", "example"} {
		got[host] = f.Of(host).Severity
	}
	want := map[string]social.Severity{
		"friend.example": social.Unlimited, "a.friend.example": social.Unlimited, "b.friend.example": social.Silenced,
		"other.example": social.Suspended, "example": social.Suspended,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

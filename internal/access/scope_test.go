package access_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/access"
	"skerry/internal/social"
)

func TestScopesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"read": "read", " read  write:statuses\t": "read write:statuses", "read read": "read", "follow push profile": "follow push profile",
		"write:media read:search": "write:media read:search",
	} {
		if got, err := access.ParseScopes(text); err != nil || got.String() != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for text, says := range map[string]string{
		"": "no scope", " \n": "no scope", "read sing": `"sing"`, "read,write": `"read,write"`, "read:": `"read:"`, "read:media": `"read:media"`,
		"follow:follows": `"follow:follows"`, "Read": `"Read"`, "admin:read": `"admin:read"`, "read:statuses:all": "read:statuses:all", ":": `":"`,
	} {
		got, err := access.ParseScopes(text)
		if !social.Is(err, social.Unprocessable) || !strings.Contains(err.Error(), says) || got != nil {
			t.Errorf("%q: got %q, %v, want it refused with %s", text, got, err, says)
		}
	}
	for _, whole := range []string{"read", "write"} {
		all := access.Parts(whole)
		if got, err := access.ParseScopes(all.String()); err != nil || !cmp.Equal(all, got) || len(all) < 11 {
			t.Errorf("the parts of %s: got %v, %v", whole, got, err)
		}
	}
}

func TestScopesCoverTheirParts(t *testing.T) {
	t.Parallel()
	for scopes, c := range map[string]struct{ needed, kept []string }{
		"read":              {[]string{"read:statuses", "read:follows"}, []string{"write:statuses"}},
		"write":             {[]string{"write:statuses", "write:blocks"}, []string{"read:statuses"}},
		"read:statuses":     {[]string{"read:statuses"}, []string{"read:accounts", "write:statuses"}},
		"follow":            {[]string{"write:follows", "read:follows", "write:blocks", "read:mutes"}, []string{"write:statuses", "read:accounts"}},
		"push profile":      {nil, []string{"read:accounts", "write:follows"}},
		"read:statuses:all": {nil, []string{"read:statuses"}},
		"":                  {nil, []string{"read:accounts"}},
	} {
		has := access.Scopes(strings.Fields(scopes))
		for _, needed := range c.needed {
			if !has.Grant(needed) {
				t.Errorf("%q does not grant %s, want it to", scopes, needed)
			}
		}
		for _, kept := range c.kept {
			if has.Grant(kept) {
				t.Errorf("%q grants %s, want it not to", scopes, kept)
			}
		}
	}
}

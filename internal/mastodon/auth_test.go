package mastodon_test

import (
	"slices"
	"strings"
	"testing"
)

// nobody is an id that nothing has.
const nobody = "1"

func TestWithoutATokenNothingOfTheOwnerIsTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, e := range endpoints {
			path := e.of(nobody)
			if e.scope == "" {
				for name, change := range map[string]change{"none": token(""), "wrong": token("wrong"), "empty": header("Authorization", "Bearer ")} {
					if a := st.ask(e.method, path, change); a.status != 200 {
						t.Errorf("%s, token %s: got %d, want 200", e, name, a.status)
					}
				}
				continue
			}
			for name, change := range map[string]change{
				"none":             token(""),
				"wrong":            token("wrong"),
				"empty":            header("Authorization", "Bearer "),
				"of another kind":  header("Authorization", "Basic "+st.Token),
				"without its kind": header("Authorization", st.Token),
				"its hash":         token(strings.Repeat("0", 64)),
			} {
				a := st.want(401, e.method, path, change)
				if got := a.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
					t.Errorf("%s, token %s: WWW-Authenticate is %q, want Bearer", e, name, got)
				}
			}
		}
	})
}

// A token in an address ends up in logs and in the history of browsers.
func TestTokenInTheQueryIsNoToken(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	st.refused(401, "GET", "/v1/timelines/home"+query("access_token", st.Token), token(""))
	st.refused(401, "POST", "/v1/statuses", form("access_token", st.Token, "status", "hello"), token(""))
}

func TestKindOfTokenIsReadInAnyCase(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	for _, kind := range []string{"bearer ", "BEARER ", "Bearer  "} {
		st.want(200, "GET", "/v1/timelines/home", header("Authorization", kind+st.Token))
	}
}

func TestEveryEndpointNeedsItsScope(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		secrets := map[string]string{}
		with := func(scopes string) change {
			if secrets[scopes] == "" {
				secrets[scopes] = st.scoped(scopes)
			}
			return token(secrets[scopes])
		}
		for _, e := range endpoints {
			if e.scope == "" {
				continue
			}
			top, part, _ := strings.Cut(e.scope, ":")
			let, kept := []string{e.scope, top, "push " + e.scope}, []string{"push", top + ":lists", top + ":", "admin:" + top, strings.ToUpper(top)}
			other := map[string]string{"read": "write", "write": "read"}[top]
			kept = append(kept, other, other+":"+part)
			if slices.Contains([]string{"follows", "blocks", "mutes"}, part) {
				let = append(let, "follow")
			} else {
				kept = append(kept, "follow")
			}
			for _, scopes := range let {
				if a := st.ask(e.method, e.of(nobody), with(scopes)); a.status == 401 || a.status == 403 || a.status >= 500 {
					t.Errorf("%s with %q: got %d %s, want to be let in", e, scopes, a.status, a.body)
				}
			}
			for _, scopes := range kept {
				if said := st.refused(403, e.method, e.of(nobody), with(scopes)); !strings.Contains(said, e.scope) {
					t.Errorf("%s with %q: told %q, want %s named", e, scopes, said, e.scope)
				}
			}
		}
	})
}

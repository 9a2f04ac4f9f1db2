package mastodon_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

// found gives the addresses of what a search finds: accounts, then statuses.
func (st *stage) found(q string, pairs ...string) []string {
	st.t.Helper()
	got := st.get("/v2/search" + query(append([]string{"q", q}, pairs...)...))
	check(st.t, "search for "+q, got, searchRules)
	out := []string{}
	for _, list := range []string{"accounts", "statuses"} {
		for _, o := range got[list].([]any) {
			out = append(out, text(o.(object), "uri"))
		}
	}
	return out
}

// fingers makes the peer answer WebFinger for its people.
func (st *stage) fingers() (host string) {
	host = strings.TrimPrefix(st.peer.Origin, "http://")
	st.peer.Handle("/.well-known/webfinger", func(w http.ResponseWriter, r *http.Request) {
		asked := strings.TrimPrefix(r.URL.Query().Get("resource"), "acct:")
		for _, s := range []*testkit.Stranger{st.bert, st.eve} {
			name := s.IRI[strings.LastIndex(s.IRI, "/")+1:]
			if strings.EqualFold(asked, name+"@"+host) || asked == s.IRI {
				w.Header().Set("Content-Type", "application/jrd+json")
				_ = json.NewEncoder(w).Encode(object{"subject": "acct:" + name + "@" + host,
					"links": []any{object{"rel": "self", "type": "application/activity+json", "href": s.IRI}}})
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	})
	return host
}

func TestSearchResolvesWhatAppsPaste(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		host := st.fingers()
		note := st.bert.Note("1", "hello")["id"].(string)
		actor := st.peer.Document("/users/bert")
		actor["url"] = st.peer.Origin + "/@bert"
		st.peer.Serve("/users/bert", actor)
		page := st.peer.Origin + "/@bert/1"
		st.peer.Handle("/@bert/1", func(w http.ResponseWriter, _ *http.Request) {
			testkit.WriteActivity(w, st.peer.Document("/users/bert/notes/1"))
		})
		for _, q := range []string{"@bert@" + host, "bert@" + host, "acct:bert@" + host, st.bert.IRI, note, page} {
			if got := st.found(q); len(got) != 0 {
				t.Errorf("%s without resolve: got %v, want nothing", q, got)
			}
		}
		if n := st.peer.Asked("/users/bert") + st.peer.Asked("/users/bert/notes/1") + st.peer.Asked("/.well-known/webfinger"); n != 0 {
			t.Errorf("the peer was asked %d times without resolve, want never", n)
		}
		for q, want := range map[string]string{
			"@bert@" + host: st.bert.IRI, "eve@" + host: st.eve.IRI, " @BERT@" + strings.ToUpper(host) + " ": st.bert.IRI,
			st.bert.IRI: st.bert.IRI, note: note, page: note,
		} {
			if got := st.found(q, "resolve", "true"); !cmp.Equal(got, []string{want}) {
				t.Errorf("%s: got %v, want %s", q, got, want)
			}
		}
		for q, want := range map[string]string{"@bert@" + host: st.bert.IRI, "Eve@" + strings.ToUpper(host): st.eve.IRI, "acct:bert@" + host: st.bert.IRI,
			st.bert.IRI: st.bert.IRI, st.peer.Origin + "/@bert": st.bert.IRI, note: note} {
			if got := st.found(q); !cmp.Equal(got, []string{want}) {
				t.Errorf("%s, known by now: got %v, want %s", q, got, want)
			}
		}
	})
}

func TestSearchFindsWhatIsOurs(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		post := st.say("hello")
		iri, page, host := text(post, "uri"), text(post, "url"), st.URLs().Domain
		for q, want := range map[string]string{
			iri: iri, page: iri, st.Owner.IRI: st.Owner.IRI, st.Origin + "/@anna": st.Owner.IRI,
			"@anna@" + host: st.Owner.IRI, "anna@" + host: st.Owner.IRI, "@anna": st.Owner.IRI, "an": st.Owner.IRI, "ANNA": st.Owner.IRI,
		} {
			for _, resolve := range []string{"true", "false"} {
				if got := st.found(q, "resolve", resolve); !cmp.Equal(got, []string{want}) {
					t.Errorf("%s, resolve %s: got %v, want %s", q, resolve, got, want)
				}
			}
		}
		for _, q := range []string{st.Origin + "/@nobody", st.Origin + "/@anna/1", st.Origin + "/users/anna/followers", "nobody@" + host, "nna"} {
			for _, resolve := range []string{"true", "false"} {
				if got := st.found(q, "resolve", resolve); len(got) != 0 {
					t.Errorf("%s, resolve %s: got %v, want nothing", q, resolve, got)
				}
			}
		}
	})
}

// Whatever is wrong on the other side is an empty result and no error.
func TestSearchForWhatCannotBeHadFindsNothing(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		host := st.fingers()
		dead := testkit.Listen(t)
		st.must(dead.Close())
		st.peer.Fail("/users/eve", 410)
		st.peer.Fail("/forbidden", 403)
		st.peer.Fail("/down", 503)
		st.peer.Handle("/page", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") })
		st.peer.Handle("/broken", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/activity+json")
			_, _ = w.Write([]byte(`{"id":`))
		})
		st.peer.Serve("/other", object{"id": st.peer.Origin + "/elsewhere", "type": "Note", "attributedTo": st.bert.IRI})
		st.peer.Serve("/odd", object{"id": st.peer.Origin + "/odd", "type": "Hat"})
		hidden := st.bert.Note("hidden", "for eve")
		hidden["to"], hidden["cc"] = []string{st.bert.IRI}, nil
		at := func(path string) string { return st.peer.Origin + path }
		for _, q := range []string{
			"http://" + dead.Addr().String() + "/users/x", "@x@" + dead.Addr().String(), "@nobody@" + host, at("/users/nobody"), at("/users/eve"), "@eve@" + host,
			at("/forbidden"), at("/down"), at("/page"), at("/broken"), at("/other"), at("/odd"), hidden["id"].(string),
			"http://10.0.0.1/users/x", "https://localhost/x", "@x@10.0.0.1", "http://", "http://[::1", "https://a b/", "@@", "a@", "@a@b@c", "ftp://a.example/x",
			"%", "_", `\`, "☃", "a@b c",
		} {
			if got := st.found(q, "resolve", "true"); len(got) != 0 {
				t.Errorf("%s: got %v, want nothing", q, got)
			}
		}
	})
}

// Postgres takes no NUL: what a stranger wrote must be cleaned before it is kept.
func TestSearchForAHostileDocumentIsNoFailure(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "a\x00b\x1b")
		note["summary"], note["contentMap"] = "\x00", object{"\x00": "c"}
		note["url"], note["inReplyTo"], note["context"] = st.peer.Origin+"/\x00", st.peer.Origin+"/\x00", "tag:\x00"
		note["tag"] = []any{object{"type": "Hashtag", "name": "#a\x00b"}, object{"type": "Mention", "href": st.bert.IRI + "\x00", "name": "@\x00"}}
		note["attachment"] = []any{object{"type": "Document", "mediaType": "image/\x00", "url": st.peer.Origin + "/a\x00.png", "name": "\x00", "blurhash": "\x00"}}
		actor := st.peer.Document("/users/bert")
		actor["name"], actor["summary"], actor["url"] = "b\x00", "\x00", st.peer.Origin+"/\x00"
		actor["attachment"] = []any{object{"type": "PropertyValue", "name": "\x00", "value": "\x00"}}
		st.peer.Serve("/users/bert", actor)
		for _, q := range []string{st.bert.IRI, note["id"].(string)} {
			st.found(q, "resolve", "true") // which is 200 or the test fails
		}
	})
}

func TestSearchIsBoundedAndPaged(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		want := []string{}
		for _, name := range []string{"carl_a", "carl_b", "carl_c"} {
			s := st.peer.Person(name)
			st.meet(s)
			want = append(want, s.IRI)
		}
		for name, c := range map[string]struct {
			pairs []string
			want  []string
		}{
			"all":               {nil, want},
			"the first two":     {[]string{"limit", "2"}, want[:2]},
			"the next two":      {[]string{"limit", "2", "offset", "2"}, want[2:]},
			"past the end":      {[]string{"offset", "3"}, []string{}},
			"accounts alone":    {[]string{"type", "accounts"}, want},
			"statuses alone":    {[]string{"type", "statuses"}, []string{}},
			"of an odd type":    {[]string{"type", "cats"}, []string{}},
			"an odd limit":      {[]string{"limit", "x"}, want},
			"a limit of none":   {[]string{"limit", "-1"}, want},
			"an enormous limit": {[]string{"limit", "99999999999999999999"}, want},
		} {
			if diff := cmp.Diff(c.want, st.found("carl_", c.pairs...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		// What an address names is one thing: there is no second page of it.
		if got := st.found(want[0], "offset", "1"); len(got) != 0 {
			t.Errorf("an address from the second on: got %v, want nothing", got)
		}
		st.refused(400, "GET", "/v2/search")
		st.refused(400, "GET", "/v2/search?q=+")
		st.refused(400, "GET", "/v2/search"+query("q", strings.Repeat("x", 2049)))
		st.refused(400, "GET", "/v2/search?q=a&offset=-1")
	})
}

func TestSearchForATagGivesItsPage(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	for q, want := range map[string]string{"#Tides": "Tides", "#føroyar": "føroyar", "#": "", "#1": "", "# a": ""} {
		got := []string{}
		for _, tag := range st.get("/v2/search" + query("q", q))["hashtags"].([]any) {
			got = append(got, text(tag.(object), "name"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %q", q, got, want)
		}
	}
}

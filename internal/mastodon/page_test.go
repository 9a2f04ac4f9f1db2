package mastodon_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// links is the form in which every app finds both pages: next before prev.
var links = regexp.MustCompile(`^<(http://[^,>]+)>; rel="next", <(http://[^,>]+)>; rel="prev"$`)

// around gives what leads from an answer to the next page and to the one before:
// paths below /api, or "" when there is no Link.
func around(t *testing.T, st *stage, a answer) (next, prev string) {
	t.Helper()
	link := a.header.Get("Link")
	if link == "" {
		return "", ""
	}
	m := links.FindStringSubmatch(link)
	if m == nil {
		t.Fatalf("Link is %q, want absolute addresses of next and prev", link)
	}
	for i := range m[1:] {
		u, err := url.Parse(m[i+1])
		if err != nil || u.Scheme+"://"+u.Host != st.Origin {
			t.Fatalf("Link leads to %s, want it on %s", m[i+1], st.Origin)
		}
		m[i+1] = u.RequestURI()[len("/api"):]
	}
	return m[1], m[2]
}

// pages are the lists that are paged, each with five lines.
func pages(st *stage) map[string][]string {
	st.t.Helper()
	me := "/v1/accounts/" + st.Owner.ID.String()
	bert := st.follow(st.bert)
	for i := range 5 {
		s := st.peer.Person(fmt.Sprint("carl", i))
		st.follow(s)
		st.tell(s, s.Activity("Follow", "follow", st.Owner.IRI))
	}
	st.post("/v1/accounts/" + bert + "/unfollow")
	st.want(200, "PATCH", "/v1/accounts/update_credentials", form("locked", "true"))
	for i := range 5 {
		s := st.peer.Person(fmt.Sprint("dora", i))
		st.tell(s, s.Activity("Follow", "follow", st.Owner.IRI))
	}
	for i := range 5 {
		id := text(st.say(fmt.Sprint(i)), "id")
		st.post("/v1/statuses/" + id + "/favourite")
		st.post("/v1/statuses/" + id + "/bookmark")
	}
	out := map[string][]string{}
	for _, path := range []string{
		"/v1/timelines/home", me + "/statuses", me + "/followers", me + "/following", "/v1/follow_requests",
		"/v1/favourites", "/v1/bookmarks",
		"/v1/notifications?types[]=follow", "/v1/notifications?types[]=follow_request",
	} {
		out[path] = ids(st.list(path))
		if len(out[path]) != 5 {
			st.t.Fatalf("%s has %d lines, want 5", path, len(out[path]))
		}
	}
	return out
}

// and adds parameters to a path.
func and(path, parameters string) string {
	u, _ := url.Parse(path)
	if u.RawQuery != "" {
		return path + "&" + parameters
	}
	return path + "?" + parameters
}

func TestLinksLeadThroughAListAndBack(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for path, all := range pages(st) {
			down, at, last := []string{}, and(path, "limit=2"), ""
			for at != "" && len(down) < 20 {
				a := st.want(200, "GET", at)
				got := ids(a.list(t))
				down, last = append(down, got...), at
				if at, _ = around(t, st, a); (at == "") != (len(got) == 0) {
					t.Errorf("%s: %d lines and the next page %q, want one exactly where there are lines", last, len(got), at)
				}
			}
			if diff := cmp.Diff(all, down); diff != "" {
				t.Errorf("%s downwards (-want +got):\n%s", path, diff)
			}
			// From the last line back to the top, by what its page calls prev.
			up := []string{}
			for _, at = around(t, st, st.want(200, "GET", lastPage(t, st, path))); at != "" && len(up) < 20; {
				a := st.want(200, "GET", at)
				up = append(ids(a.list(t)), up...)
				_, at = around(t, st, a)
			}
			if diff := cmp.Diff(all[:len(all)-1], up); diff != "" {
				t.Errorf("%s upwards from the last line (-want +got):\n%s", path, diff)
			}
		}
	})
}

// lastPage gives the address of the page that has the last line alone.
func lastPage(t *testing.T, st *stage, path string) string {
	t.Helper()
	at := and(path, "limit=2")
	for {
		next, _ := around(t, st, st.want(200, "GET", at))
		if len(st.list(next)) < 2 {
			return next
		}
		at = next
	}
}

// These lists are paged by the ids of their lines, which apps use as they are.
func TestIdsBoundAPage(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for path, all := range pages(st) {
			if !slices.Contains([]string{"/v1/timelines/home", "/v1/accounts/" + st.Owner.ID.String() + "/statuses", "/v1/notifications?types[]=follow"}, path) {
				continue // paged by the follow's id, which only the Link tells
			}
			for parameters, want := range map[string][]string{
				"limit=2":                                all[:2],
				"limit=1000":                             all,
				"max_id=" + all[1]:                       all[2:],
				"max_id=" + all[1] + "&limit=2":          all[2:4],
				"max_id=" + all[4]:                       {},
				"since_id=" + all[3]:                     all[:3],
				"since_id=" + all[3] + "&limit=2":        all[:2],
				"min_id=" + all[3] + "&limit=2":          all[1:3],
				"min_id=" + all[0]:                       {},
				"max_id=" + all[1] + "&min_id=" + all[4]: all[2:4],
				"max_id=" + all[0] + "&since_id=" + all[4] + "&limit=1": all[1:2],
				"since_id=" + all[0] + "&min_id=" + all[4] + "&limit=1": all[3:4],
				"min_id=0&limit=2":                     all[3:],
				"max_id=9223372036854775807&since_id=": all,
			} {
				if diff := cmp.Diff(want, ids(st.list(and(path, parameters)))); diff != "" {
					t.Errorf("%s with %s (-want +got):\n%s", path, parameters, diff)
				}
			}
			for _, parameters := range []string{"limit=0", "limit=-1", "limit=x", "limit=1.5", "max_id=x", "min_id=-1", "since_id=99999999999999999999"} {
				st.refused(400, "GET", and(path, parameters))
			}
		}
	})
}

func TestPageHasNoMoreLinesThanItMay(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for range 41 {
			st.say("hello")
		}
		for path, want := range map[string]int{"": 20, "?limit=40": 40, "?limit=41": 40, "?limit=9223372036854775807": 40} {
			if got := len(st.list("/v1/timelines/home" + path)); got != want {
				t.Errorf("home%s: got %d lines, want %d", path, got, want)
			}
		}
	})
}

// Other parameters must be in the links, or the next page is of another list. No
// app may find a token there.
func TestLinksKeepTheOtherParameters(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	st.say("one, two")
	a := st.want(200, "GET", "/v1/timelines/home/?limit=3&max_id=9000000000000000000&min_id=1&since_id=1&a[]=1&a[]=x,y%26&access_token=secret")
	next, prev := around(t, st, a)
	for name, c := range map[string]struct{ link, with, without string }{"next": {next, "max_id", "min_id"}, "prev": {prev, "min_id", "max_id"}} {
		u, err := url.Parse(c.link)
		st.must(err)
		q := u.Query()
		kept := q.Get("limit") == "3" && slices.Equal(q["a[]"], []string{"1", "x,y&"}) && len(q[c.with]) == 1
		if !kept || q.Has(c.without) || q.Has("since_id") || q.Has("access_token") {
			t.Errorf("%s: got %v, want limit, a[] and %s alone", name, q, c.with)
		}
	}
}

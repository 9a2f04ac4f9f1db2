package transport

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"skerry/internal/httpsig"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// chain sends from a.example.com to b.example.com and so on, and from the last
// of so many hosts to a location.
func chain(hosts int, location string) http.Handler {
	mux := http.NewServeMux()
	for i := range hosts {
		next := location
		if i < hosts-1 {
			next = "https://" + letterOf(i+1) + ".example.com/"
		}
		mux.Handle(letterOf(i)+".example.com/", sends(http.StatusFound, next))
	}
	mux.Handle("/", says(200, "the end"))
	return mux
}

func letterOf(i int) string { return string(rune('a' + i)) }

// inside sends the names that begin with private to 127.0.0.2, all others to
// 127.0.0.1.
func inside(_ context.Context, host string) ([]netip.Addr, error) {
	if strings.HasPrefix(host, "private") {
		return ips("127.0.0.2"), nil
	}
	return ips("127.0.0.1"), nil
}

func TestRedirectsAreFollowedAndSignedAnew(t *testing.T) {
	t.Parallel()
	town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		locations := map[string]string{
			"a.example.com/one?x=1#f":  "",
			"a.example.com/one?x=1":    "https://b.example.com/two%2F?y=2#f",
			"b.example.com/two%2F?y=2": "../three",
			"b.example.com/three":      "//c.example.com?z",
		}
		if to := locations[r.Host+r.RequestURI]; to != "" {
			sends(http.StatusMovedPermanently, to)(w, r)
			return
		}
		says(200, "the end")(w, r)
	}))
	c := signs(town.visitor(t, Options{UserAgent: "Skerry/1"}))
	res, err := c.Get(t.Context(), "https://a.example.com/one?x=1#f", Get{Accept: "application/activity+json"})
	if err != nil || res.Status != 200 || string(res.Body) != "the end" || res.URL != "https://c.example.com?z" {
		t.Fatalf("got %+v, %v, want the end, from c.example.com", res, err)
	}
	want := []string{"a.example.com/one?x=1", "b.example.com/two%2F?y=2", "b.example.com/three", "c.example.com/?z"}
	if diff := cmp.Diff(want, town.asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	signatures := map[string]bool{}
	for _, l := range town.letters() {
		if l.Signed != nil {
			t.Errorf("%s%s: got %v, want it signed for its own host and target", l.Host, l.Target, l.Signed)
		}
		signatures[l.Header.Get("Signature")] = true
		if l.Header.Get("Accept") != "application/activity+json" || l.Header.Get("User-Agent") != "Skerry/1" || l.Header.Get("Referer") != "" {
			t.Errorf("%s%s: got the headers %v", l.Host, l.Target, l.Header)
		}
	}
	if len(signatures) != len(want) {
		t.Errorf("got %d signatures for %d requests, want one for each", len(signatures), len(want))
	}
}

func TestRedirectsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		location string
		want     ErrorKind
		why      string
	}{
		"a name of a private address": {"https://private.example.com/", Refused, "127.0.0.2"},
		"a private address":           {"https://127.0.0.2/", Redirects, "not only a number"},
		"a private address by http":   {"http://127.0.0.2:8080/", Redirects, "only https"},
		"metadata of clouds":          {"http://169.254.169.254/latest/meta-data/", Redirects, "only https"},
		"a public address":            {"https://8.8.8.8/", Redirects, "not only a number"},
		"a number that is an address": {"https://0x7f.1/", Redirects, "not only a number"},
		"http":                        {"http://a.example.com/", Redirects, "only https"},
		"another port":                {"https://a.example.com:22/", Redirects, "only port 443"},
		"our own host":                {"https://own.example.com/users/a", Redirects, "this server"},
		"our own host in disguise":    {"https://OWN。example.com:443/", Redirects, "this server"},
		"a user":                      {"https://u:p@a.example.com/", Redirects, "user"},
		"a file":                      {"file:///etc/passwd", Redirects, "no host"},
		"no address":                  {"https://a.example.com:x/", Redirects, "somewhere we do not go"},
		"a very long address":         {"https://a.example.com/" + strings.Repeat("x", 2048), Redirects, "2048"},
	} {
		for hop := 1; hop <= 3; hop++ {
			t.Run(name+" at hop "+strconv.Itoa(hop), func(t *testing.T) {
				t.Parallel()
				town := newTown(t, chain(hop, c.location))
				client := town.visitor(t, Options{Resolve: inside, OwnHosts: []string{"own.example.com"}})
				res, err := client.Get(t.Context(), "https://a.example.com/", Get{})
				if kind(err) != c.want || !strings.Contains(Reason(err), c.why) || res != nil {
					t.Errorf("got %+v, %v, want kind %d: %s", res, err, c.want, c.why)
				}
				if c.want == Redirects && Permanent(err) {
					t.Error("it counts as permanent, want not: what an answer says may change")
				}
				if got := len(town.asked()); got != hop {
					t.Errorf("got %d requests, want %d", got, hop)
				}
			})
		}
	}
}

func TestThreeRedirectsAreFollowedAndNoFourth(t *testing.T) {
	t.Parallel()
	for hops, want := range map[int]ErrorKind{0: -1, 1: -1, 2: -1, 3: -1, 4: Redirects, 5: Redirects} {
		town := newTown(t, chain(hops, "https://z.example.com/"))
		res, err := town.visitor(t, Options{}).Get(t.Context(), "https://a.example.com/", Get{})
		if kind(err) != want || want == -1 && string(res.Body) != "the end" {
			t.Errorf("%d redirects: got %+v, %v, want kind %d", hops, res, err, want)
		}
		if got := len(town.asked()); got != min(hops, 3)+1 {
			t.Errorf("%d redirects: got %d requests", hops, got)
		}
	}
}

// TestRedirectLoopsEnd is Fedify's CVE-2026-34148.
func TestRedirectLoopsEnd(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{
		"to itself": "https://a.example.com/", "relative": "/", "empty path": "?", "fragment": "#x", "to another and back": "https://b.example.com/",
	} {
		town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "b.example.com" {
				sends(302, "https://a.example.com/")(w, r)
				return
			}
			sends(302, location)(w, r)
		}))
		_, err := town.visitor(t, Options{}).Get(t.Context(), "https://a.example.com/", Get{})
		if got := len(town.asked()); kind(err) != Redirects || got != 4 {
			t.Errorf("%s: got %v after %d requests, want an end after 4", name, err, got)
		}
	}
}

func TestOnlyRedirectsAreFollowed(t *testing.T) {
	t.Parallel()
	for status, followed := range map[int]bool{
		301: true, 302: true, 303: true, 307: true, 308: true,
		200: false, 201: false, 202: false, 300: false, 304: false, 305: false, 306: false, 401: false, 404: false, 410: false, 503: false,
	} {
		town := newTown(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "a.example.com" {
				sends(status, "https://b.example.com/")(w, r)
			}
		}))
		res, err := town.visitor(t, Options{}).Get(t.Context(), "https://a.example.com/", Get{})
		wantStatus, wantURL := status, "https://a.example.com/"
		if followed {
			wantStatus, wantURL = 200, "https://b.example.com/"
		}
		if err != nil || res.Status != wantStatus || res.URL != wantURL {
			t.Errorf("%d: got %+v, %v, want %d from %s", status, res, err, wantStatus, wantURL)
		}
	}
}

func TestRedirectWithoutLocationIsAnAnswer(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(302, "where?"))
	res, err := town.visitor(t, Options{}).Get(t.Context(), "https://a.example.com/", Get{})
	if err != nil || res.Status != 302 {
		t.Errorf("got %+v, %v, want 302", res, err)
	}
}

func TestOwnHostIsNotAsked(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(200, "us"))
	c := town.visitor(t, Options{OwnHosts: []string{"own.example.com"}})
	_, err := c.Get(t.Context(), "https://Own.example.com:443/users/a", Get{})
	if !social.Is(err, social.Invalid) || !Permanent(err) {
		t.Errorf("GET: got %v, want Invalid", err)
	}
	_, err = c.Post(t.Context(), "https://own.example.com/inbox", []byte("{}"), ourKey(), httpsig.Cavage)
	if !social.Is(err, social.Invalid) || !Permanent(err) {
		t.Errorf("POST: got %v, want Invalid", err)
	}
	if got := town.asked(); got != nil {
		t.Errorf("%v were asked, want nothing", got)
	}
}

package app_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skerry/internal/testkit"
	"skerry/internal/testkit/service"
)

// cacheConfig is nginx as a shared cache, twice: the first keeps one answer for
// an address whoever asks, as Cloudflare does, the second one for each Accept.
// Both obey Cache-Control, and keep what says nothing about it.
const cacheConfig = `
daemon off;
user root; # for whom it counts, so that the folder of the test can be written to
pid nginx.pid;
error_log stderr error;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	proxy_cache_path blind keys_zone=blind:1m;
	proxy_cache_path keyed keys_zone=keyed:1m;
	proxy_cache_valid any 10m;
	proxy_set_header Host DOMAIN;
	proxy_redirect off;
	add_header X-Cache-Status $upstream_cache_status always;
	server {
		listen BLIND;
		location / {
			proxy_pass http://DOMAIN;
			proxy_cache blind;
			proxy_ignore_headers Vary;
			proxy_cache_key $scheme$host$request_uri;
		}
	}
	server {
		listen KEYED;
		location / {
			proxy_pass http://DOMAIN;
			proxy_cache keyed;
			proxy_cache_key $scheme$host$request_uri$http_accept;
		}
	}
}
`

// guard runs nginx until standard input closes, which happens however we end,
// and keeps no socket of its own open.
const guard = `"$@" & nginx=$!
exec 3<&- 4<&-
read -r _
kill $nginx
wait $nginx`

// sharedCaches runs nginx in front of a server. It gives the addresses of a
// cache that ignores Vary and of one that does not.
func sharedCaches(t *testing.T, s *testkit.Server) (blind, keyed string) {
	t.Helper()
	path, err := service.Find("nginx", "nginx-light")
	if err != nil {
		t.Fatal(err)
	}
	// nginx is handed open sockets: nobody else can take the port, and what is
	// asked before it is ready waits.
	first, second := testkit.Listen(t), testkit.Listen(t)
	dir := t.TempDir()
	config := strings.NewReplacer("DOMAIN", s.URLs().Domain, "BLIND", first.Addr().String(), "KEYED", second.Addr().String()).Replace(cacheConfig)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", "-c", guard, "sh", path, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	c.Env = append(os.Environ(), "NGINX=3;4;")
	for _, l := range []net.Listener{first, second} {
		file, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		defer l.Close()
		c.ExtraFiles = append(c.ExtraFiles, file)
	}
	runUntilEnd(t, c)
	return "http://" + first.Addr().String(), "http://" + second.Addr().String()
}

// runUntilEnd runs a guarded program for as long as the test lasts.
func runUntilEnd(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	life, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatalf("start nginx: %v", err)
	}
	t.Cleanup(func() {
		_ = life.Close()
		_ = c.Wait() // its exit code is that of a server told to end
		if t.Failed() {
			t.Logf("nginx said: %s", said.String())
		}
	})
}

// through makes a request go to a cache instead of the server it is meant for.
func through(t *testing.T, cache string, r *http.Request) *http.Request {
	t.Helper()
	u, err := url.Parse(cache)
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.URL.Host = r.URL.Host, u.Host
	return r
}

// visitors ask for what has two forms.
var visitors = []string{"browser", "mastodon search", "no header"}

// orders gives every order of the names.
func orders(names []string) [][]string {
	if len(names) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i, first := range names {
		for _, rest := range orders(slices.Concat(names[:i], names[i+1:])) {
			out = append(out, append([]string{first}, rest...))
		}
	}
	return out
}

// TestSharedCacheNeverSwapsTheForms asks in every order, each visitor twice. An
// order has the cache for itself by a query that means nothing to the server.
// What a cache does hangs on no database: one engine will do.
func TestSharedCacheNeverSwapsTheForms(t *testing.T) {
	t.Parallel()
	s, p := newHouse(t, "")
	blind, keyed := sharedCaches(t, s)
	for name, cache := range map[string]string{"blind": blind, "keyed": keyed} {
		for _, a := range dual(p) {
			kept := 0
			for i, order := range orders(visitors) {
				for _, who := range slices.Concat(order, order) {
					r := asking(t, "GET", fmt.Sprintf("%s%s?order=%d", s.Origin, a.path, i), clients[who].accept...)
					got := look(t, through(t, cache, r))
					if got.header.Get("X-Cache-Status") == "HIT" {
						kept++
					}
					if !a.mayCome(got, who, name == "blind", s.Origin) {
						t.Fatalf("%s cache, order %v: %s at %s got %v", name, order, who, a.path, got.outline())
					}
				}
			}
			if (kept > 0) != (a.own == document) {
				t.Errorf("%s cache: %d answers of %s were kept; want some of the documents, none of the pages", name, kept, a.path)
			}
		}
	}
}

// mayCome reports whether a visitor may get that through a cache: the form that
// it wants, or of a cache that ignores Vary the address's own document. Never is
// a document given where the page lives, nor the way to the page to a server.
func (a address) mayCome(got seen, who string, blind bool, origin string) bool {
	is := func(f form) bool {
		want, came := a.wants(f, origin), got.outline()
		return came.Status == want.Status && came.Type == want.Type && came.Location == want.Location
	}
	return is(clients[who].wants) || blind && a.own == document && is(document)
}

// What a signature opened is for the one who signed.
func TestSharedCacheNeverKeepsWhatASignatureOpened(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	post := st.closed()["followers only"].String()
	blind, keyed := sharedCaches(t, st.s)
	for name, cache := range map[string]string{"blind": blind, "keyed": keyed} {
		for i, order := range orders([]string{"follower", "stranger", "nobody"}) {
			for _, path := range []string{"/users/anna/posts/", "/@anna/"} {
				for _, who := range slices.Concat(order, order) {
					at := fmt.Sprintf("%s%s%s?order=%d", st.s.Origin, path, post, i)
					r, want := asking(t, "GET", at, server), 404
					switch who {
					case "follower":
						r, want = signed(t, st.bert, at, server), 200
					case "stranger":
						r = signed(t, st.eve, at, server)
					}
					got := look(t, through(t, cache, r))
					if kept := got.header.Get("X-Cache-Status"); got.status != want || kept == "HIT" {
						t.Fatalf("%s cache, order %v: %s at %s got %d, %s; want %d from the server", name, order, who, path, got.status, kept, want)
					}
				}
			}
		}
	}
}

// A cache answers who has the document already, as the server would.
func TestSharedCachePassesTagsOn(t *testing.T) {
	t.Parallel()
	s, p := newHouse(t, "")
	blind, _ := sharedCaches(t, s)
	for range 2 {
		tag := look(t, through(t, blind, asking(t, "GET", p.IRI, server))).header.Get("ETag")
		r := asking(t, "GET", p.IRI, server)
		r.Header.Set("If-None-Match", tag)
		if got := look(t, through(t, blind, r)); got.status != 304 || got.body != "" || tag == "" {
			t.Errorf("got %d %.80q for the tag %q, want 304", got.status, got.body, tag)
		}
	}
}

package webfinger

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skerry/internal/social"
)

// shared gives a file of the shared folder, or "" when there is none here.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("SKERRY_SHARED")
	if root == "" {
		t.Log("SKERRY_SHARED is not set: documents of other software are not tried")
		return nil
	}
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The documents of other software, each served by the host that its subject
// names: all are read, and answered when they have a link that we can use.
func TestDocumentsOfOtherSoftware(t *testing.T) {
	t.Parallel()
	index := shared(t, "corpus/index.tsv")
	tried := 0
	for _, line := range strings.Split(string(index), "\n") {
		column := strings.Split(line, "\t")
		if len(column) < 3 || column[2] != "webfinger" {
			continue
		}
		tried++
		t.Run(column[0], func(t *testing.T) {
			t.Parallel()
			body := shared(t, "corpus/"+column[0])
			handle, want := expected(t, body)
			user, host, err := ParseHandle(handle)
			if err != nil {
				user, host = "somebody", "b.example"
			}
			w := world{"https://" + host: says(200, typeJRD, string(body))}
			got, err := w.asker().Ask(t.Context(), user+"@"+host)
			if want == "" {
				if !social.Is(err, social.Upstream) {
					t.Errorf("got %+v, %v, want Upstream: nothing there can be used", got, err)
				}
				return
			}
			if err != nil || got.ActorIRI != want || got.Subject != user+"@"+host {
				t.Errorf("got %+v, %v, want %s as %s", got, err, want, handle)
			}
		})
	}
	if index != nil && tried < 30 {
		t.Errorf("tried %d documents, want 30 or more", tried)
	}
}

// expected reads a descriptor in another way than the package does.
func expected(t *testing.T, body []byte) (handle, actor string) {
	t.Helper()
	var d struct {
		Subject string
		Links   []struct{ Rel, Type, Href string }
	}
	body = []byte(strings.ReplaceAll(string(body), `"template": {}`, `"template": ""`))
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	handle, isHandle := strings.CutPrefix(d.Subject, "acct:")
	if isHandle && (!strings.Contains(handle, "@") || strings.Contains(handle, "{")) {
		return handle, "" // a name that is none spoils the whole
	}
	for _, l := range d.Links {
		ours := strings.HasPrefix(l.Type, "application/activity+json") || strings.HasPrefix(l.Type, "application/ld+json")
		if l.Rel == "self" && ours && strings.HasPrefix(l.Href, "https://") {
			if !isHandle {
				return "somebody@b.example", l.Href
			}
			return handle, l.Href
		}
	}
	return handle, ""
}

// Hosts that give out names of others are not believed.
func TestForgedDocumentsAreNotBelieved(t *testing.T) {
	t.Parallel()
	for file, liar := range map[string]string{
		"corpus/_hostile/imposter-webfinger.json":         "webfingertest@bad.com",
		"corpus/_hostile/webfinger_spoof-17aa7d.json":     "alex@gleasonator.com",
		"corpus/mastodon/snowdusk@sdf.org_host_meta.json": "snowdusk@sdf.org",
	} {
		body := shared(t, file)
		if body == nil {
			return
		}
		_, host, _ := strings.Cut(liar, "@")
		nobody := says(404, "", "")
		w := world{
			"https://" + host:                says(200, typeJRD, string(body)),
			"https://notwhereitshouldbe.com": nobody,
			"https://whitehouse.gov":         nobody,
			"https://mastodon.sdf.org":       nobody,
		}
		if got, err := w.asker().Ask(t.Context(), liar); !social.Is(err, social.NotFound) {
			t.Errorf("%s: got %+v, %v, want NotFound from the host whose name was used", file, got, err)
		}
	}
}

func TestExamplesOfTheStandard(t *testing.T) {
	t.Parallel()
	raw := shared(t, "vectors/webfinger/rfc7033-examples.json")
	if raw == nil {
		return
	}
	var examples struct {
		Items []struct {
			Kind, Target, Host string
			Document           json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"carol": 200, "bob": 200, "alice": 200, "blog.example.com": 404}
	seen := 0
	for _, item := range examples.Items {
		if item.Kind == "jrd" {
			w := world{"https://example.com": says(200, typeJRD, string(item.Document))}
			if _, err := w.asker().Ask(t.Context(), "bob@example.com"); err == nil || !strings.Contains(err.Error(), "does not speak ActivityPub") {
				t.Errorf("%s: got %v, want it read and without an actor", item.Document, err)
			}
			continue
		}
		for name, status := range want {
			if !strings.Contains(item.Target, name) {
				continue
			}
			seen++
			r := httptest.NewRequest("GET", item.Target, nil)
			rec := httptest.NewRecorder()
			house("https://"+item.Host, item.Host, item.Host, name).ServeHTTP(rec, r)
			if rec.Code != status {
				t.Errorf("%s: got %d, want %d", item.Target, rec.Code, status)
			}
			if rec.Code == http.StatusOK && strings.Contains(item.Target, "&rel=") {
				if d := decode(t, rec); len(d.Links) != 0 || d.Subject != "acct:"+name+"@example.com" {
					t.Errorf("%s: got %+v, want %s without the relations we do not have", item.Target, d, name)
				}
			}
		}
	}
	if seen != len(want) {
		t.Errorf("saw %d of %d questions", seen, len(want))
	}
}

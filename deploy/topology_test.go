package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	pixels "image" // beside the image of this package
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/testkit"
)

// TestScaledServerLosesNothingWhenProcessesDie runs the topology of compose.scale.yaml
// as processes, kills one of each kind while a stranger talks with it, and stops
// the rest.
func TestScaledServerLosesNothingWhenProcessesDie(t *testing.T) {
	t.Parallel()
	f, peer := newFleet(t), testkit.NewPeer(t)
	bert := peer.Person("bert")
	f.command("owner", "create", "--username", "anna")
	a := &author{fleet: f, token: f.command("owner", "token")}
	arrive := func(n int) {
		t.Helper()
		until(t, "the posts came", func() bool { return len(peer.Got("Create")) == n })
	}

	f.send(bert, bert.Activity("Follow", "f1", f.owner()))
	until(t, "the Follow was accepted", func() bool { return len(peer.Got("Accept")) == 1 })
	first := a.post("first", a.upload())
	arrive(1)

	// One that answers requests dies: the proxy goes to the other.
	f.kill("skerry 1")
	for _, name := range []string{"carla", "dora", "emil"} {
		by := peer.Person(name)
		f.send(by, by.Activity("Like", "l1", first.URI))
	}
	a.post("second", "")
	arrive(2)
	until(t, "the likes count", func() bool { return a.status(first.ID).Likes == 3 })
	f.start("skerry 1")

	// The one that delivers dies in the middle of it: another delivers.
	f.kill("worker 2")
	came := make(chan struct{}, 10)
	peer.Handle("/users/bert/inbox", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // whoever leaves is only noticed behind the body
		came <- struct{}{}
		<-r.Context().Done()
	})
	a.post("third", "")
	<-came
	f.start("worker 2")
	peer.Handle("/users/bert/inbox", nil)
	f.kill("worker 1")
	arrive(3)

	if f.stored() == 0 {
		t.Error("nothing is in the bucket")
	}
	if status, said := a.ask(http.MethodGet, a.status(first.ID).Media[0].URL, "", ""); status != http.StatusOK || !strings.HasPrefix(said, "\x89PNG") {
		t.Errorf("what was uploaded: got %d and %d bytes, want it", status, len(said))
	}
	f.start("worker 1")
	f.stop()
}

func (f *fleet) owner() string { return "https://" + f.domain + "/users/anna" }

// send brings an activity to the owner's inbox, through the proxy.
func (f *fleet) send(by *testkit.Stranger, activity map[string]any) {
	f.t.Helper()
	if status, said := f.do(func() *http.Request { return by.Request(f.owner()+"/inbox", activity) }); status != http.StatusAccepted {
		f.t.Fatalf("%s: got %d %s, want 202", activity["type"], status, said)
	}
}

// do sends a request through the proxy, again as long as the proxy has nobody to
// give it to: what was on its way when a process died is for the sender to repeat.
func (f *fleet) do(request func() *http.Request) (code int, said string) {
	f.t.Helper()
	until(f.t, "somebody answered", func() bool {
		res, err := f.client.Do(request())
		if err != nil {
			f.t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			f.t.Fatal(err)
		}
		code, said = res.StatusCode, string(text)
		return code != http.StatusBadGateway && code != http.StatusServiceUnavailable
	})
	return code, said
}

// author is the owner with an app.
type author struct {
	*fleet
	token string
}

// status is a post, or a medium, as apps get it.
type status struct {
	ID, URI string
	Likes   int                    `json:"favourites_count"`
	Media   []struct{ URL string } `json:"media_attachments"`
}

// ask sends a request with a body of a kind; who sends the same text again means
// the same.
func (a *author) ask(method, address, kind, body string) (int, string) {
	a.t.Helper()
	return a.do(func() *http.Request {
		r, err := http.NewRequest(method, address, strings.NewReader(body))
		if err != nil {
			a.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+a.token)
		if body != "" {
			r.Header.Set("Content-Type", kind)
			sum := sha256.Sum256([]byte(body))
			r.Header.Set("Idempotency-Key", hex.EncodeToString(sum[:]))
		}
		return r
	})
}

func (a *author) call(method, path, kind, body string) (s status) {
	a.t.Helper()
	code, said := a.ask(method, "https://"+a.domain+path, kind, body)
	if err := json.Unmarshal([]byte(said), &s); err != nil || code != http.StatusOK {
		a.t.Fatalf("%s %s: got %d %s", method, path, code, said)
	}
	return s
}

func (a *author) post(text, media string) status {
	a.t.Helper()
	form := url.Values{"status": {text}}
	if media != "" {
		form.Set("media_ids[]", media)
	}
	return a.call(http.MethodPost, "/api/v1/statuses", "application/x-www-form-urlencoded", form.Encode())
}

func (a *author) status(id string) status {
	a.t.Helper()
	return a.call(http.MethodGet, "/api/v1/statuses/"+id, "", "")
}

// upload uploads a picture and gives its id.
func (a *author) upload() string {
	a.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "a.png")
	if err == nil {
		err = png.Encode(part, pixels.NewGray(pixels.Rect(0, 0, 40, 30)))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return a.call(http.MethodPost, "/api/v1/media", form.FormDataContentType(), body.String()).ID
}

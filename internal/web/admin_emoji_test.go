package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"skerry/internal/media"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// offer sends the form of /admin/emoji.
func (v *visitor) offer(code string, file []byte) page {
	v.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	err := m.WriteField("shortcode", code)
	var part io.Writer
	if err == nil && file != nil {
		if part, err = m.CreateFormFile("file", "cat.png"); err == nil {
			_, err = part.Write(file)
		}
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", "/admin/emoji", &b, "Origin", v.origin, "Sec-Fetch-Site", "same-origin", "Content-Type", m.FormDataContentType())
}

func TestEmojisAreTheOwnersAlone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		p := v.get("/admin/emoji")
		p.want(t, http.StatusSeeOther)
		if got := p.header.Get("Location"); got != "/login?back=%2Fadmin%2Femoji" {
			t.Errorf("sent to %s, want the login", got)
		}
		v.offer("cat", testkit.Picture(t, 2, 2)).want(t, http.StatusUnauthorized, "Log in")
		cat := s.Emoji(t, "cat")
		retire := fmt.Sprint("/admin/emoji/", cat.ID, "/retire")
		v.submit(retire, url.Values{}).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		v.submit(retire, url.Values{}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden)
		v.get("/admin/emoji").want(t, http.StatusOK, ":cat:")
	})
}

func TestEmojiIsOfferedAndRetiredOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		v.get("/admin/queue").want(t, http.StatusOK, `href="/admin/emoji"`)
		v.get("/admin/emoji").want(t, http.StatusOK, "There is none yet.")
		sent := v.offer(" :cat: ", testkit.Picture(t, 300, 200))
		sent.want(t, http.StatusSeeOther)
		list := v.get("/admin/emoji")
		list.want(t, http.StatusOK, "<td data-label=\"Shortcode\">:cat:</td>")
		m := regexp.MustCompile(`<img class="emoji" src="([^"]+)"`).FindStringSubmatch(list.body)
		if m == nil {
			t.Fatalf("no picture in %s", list.shown())
		}
		if got := v.get(path(t, m[1])); got.status != 200 || got.header.Get("Content-Type") != "image/png" {
			t.Errorf("its picture: got %d %s", got.status, got.header.Get("Content-Type"))
		}
		form := regexp.MustCompile(`action="(/admin/emoji/\d+/retire)"`).FindStringSubmatch(list.body)
		for range 2 { // twice is once
			v.submit(form[1], url.Values{}).want(t, http.StatusSeeOther)
		}
		v.get("/admin/emoji").want(t, http.StatusOK, "There is none yet.")
		v.submit("/admin/emoji/x/retire", url.Values{}).want(t, http.StatusNotFound)
	})
}

func TestWhatIsWrongWithAnEmojiIsToldBesideItsForm(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		s.Emoji(t, "cat")
		picture := testkit.Picture(t, 2, 2)
		for name, c := range map[string]struct {
			code   string
			file   []byte
			status int
			say    string
		}{
			"a short code": {"a", picture, 422, "A shortcode has 2 to 32 of"},
			"in use":       {"cat", picture, 409, "The shortcode cat is in use"},
			"no file":      {"dog", nil, 422, "Choose a picture."},
			"no picture":   {"dog", []byte("<svg/>"), 422, "This is no picture"},
			"large":        {"dog", append(picture, make([]byte, 256<<10)...), 413, "An emoji may have 256 KiB; this has more."},
			"very large":   {"dog", make([]byte, 16<<20), 413, "The form has more than 16 MiB."},
		} {
			got := v.offer(c.code, c.file)
			got.want(t, c.status, `<p class="wrong" role="alert">`+c.say, `action="/logout"`)
			if kept := `name="shortcode" value="` + c.code + `"`; !strings.Contains(got.body, kept) && name != "very large" {
				t.Errorf("%s: got %s, want what was typed kept", name, got.shown())
			}
		}
		v.submit("/admin/emoji", url.Values{"shortcode": {"dog"}}).want(t, http.StatusBadRequest, "The form could not be read.")
		v.offer("do\x00g", picture).want(t, http.StatusBadRequest, "cannot be stored")
	})
}

// answerWithGull makes a stranger answer a post with an emoji of theirs, and one of ours.
func answerWithGull(t *testing.T, s *testkit.Server, p social.Post) {
	t.Helper()
	bert := testkit.NewPeer(t).Person("bert")
	note := bert.Note("1", "z :gull: :cat:")
	note["inReplyTo"], note["tag"] = p.IRI, []any{
		map[string]any{"type": "Emoji", "name": ":gull:", "icon": map[string]any{"type": "Image", "url": "https://media.example/gull.png"}},
	}
	if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Create", "1", note)); status != 202 {
		t.Fatalf("got %d %s, want 202", status, said)
	}
	testkit.Settle(t, s)
}

// What the owner wrote has its pictures. What others wrote has those that are read
// from us, so that nobody else learns who reads here.
func TestPagesShowPicturesInPlaceOfShortcodes(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		cat := s.Emoji(t, "cat")
		img := `<img class="emoji" src="` + s.URLs().Media(cat.Key) + `" alt=":cat:" title=":cat:">`
		err := s.Publisher.EditProfile(t.Context(), social.Profile{
			Name: "<b> :cat:", Bio: "a :cat: https://b.example/:cat:/x", Fields: []social.ProfileField{{Name: ":cat:", Value: ":cat: :dog:"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		p := write(t, s, social.Draft{Text: "x :cat: y", Warning: "\"> :cat:"})
		answerWithGull(t, s, p)
		theirs := `z <img class="emoji" src="` + s.Library.Address("https://media.example/gull.png") + `" alt=":gull:" title=":gull:"> :cat:`
		post := visit(t, s).get(path(t, p.URL))
		post.want(t, 200, "<p>x "+img+" y</p>", `<summary class="p-summary" dir="auto">`+"&#34;&gt; "+img+"</summary>", `<b class="p-name" dir="auto">&lt;b&gt; `+img+"</b>", theirs, "<title>&lt;b&gt; :cat:: “&#34;&gt; :cat:”</title>")
		profile := visit(t, s).get("/@anna")
		profile.want(t, 200, `<h1 class="p-name" dir="auto">`+"&lt;b&gt; "+img+"</h1>", "<p>a "+img, ">b.example/:cat:/x</span>", `<dt dir="auto">`+img+`</dt><dd dir="auto">`+img+" :dog:</dd>", "<title>&lt;b&gt; :cat: (@")
	})
}

func TestPagesLoadNothingFromStrangersForTheirEmojis(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna", testkit.RemoteMedia(media.Off))
	p := write(t, s, social.Draft{Text: "x"})
	answerWithGull(t, s, p)
	got := visit(t, s).get(path(t, p.URL))
	got.want(t, 200, "z :gull:")
	got.lacks(t, `class="emoji"`, "media.example")
}

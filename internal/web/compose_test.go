package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// form is what a form of a page has: values by name, and files.
type form struct {
	values url.Values
	files  map[string][]byte
}

// post sends the form of /compose, filled as a page had it.
func (v *visitor) post(f form) page {
	v.t.Helper()
	return v.upload("/compose", f.values, f.files)
}

var (
	hidden   = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)
	areas    = regexp.MustCompile(`<textarea id="[^"]*" name="([^"]+)"[^>]*>\n([^<]*)</textarea>`)
	selected = regexp.MustCompile(`<option value="([^"]*)"[^>]*? selected>`)
)

// open reads what the form of a page has, as a browser would send it.
func (p page) form(t *testing.T) form {
	t.Helper()
	_, body, ok := strings.Cut(p.body, `action="/compose"`)
	if !ok {
		t.Fatalf("no form in %s", p.shown())
	}
	f := form{url.Values{}, map[string][]byte{}}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		f.values.Add(m[1], m[2])
	}
	for _, m := range areas.FindAllStringSubmatch(body, -1) {
		f.values.Set(m[1], m[2])
	}
	if m := regexp.MustCompile(`name="warning" value="([^"]*)"`).FindStringSubmatch(body); m != nil {
		f.values.Set("warning", m[1])
	}
	if strings.Contains(body, `name="sensitive" value="1" checked`) {
		f.values.Set("sensitive", "1")
	}
	chosen := selected.FindAllStringSubmatch(body, -1)
	f.values.Set("language", chosen[len(chosen)-1][1])
	if len(chosen) == 3 {
		f.values.Set("runs", chosen[0][1])
		f.values.Set("audience", chosen[1][1])
	}
	return f
}

// sent gives the post to which a form's answer leads.
func (p page) sent(t *testing.T, s *testkit.Server) social.Post {
	t.Helper()
	p.want(t, 303)
	id, err := social.ParseID(strings.TrimPrefix(p.header.Get("Location"), "/posts/"))
	if err != nil {
		t.Fatalf("sent to %q, want a post", p.header.Get("Location"))
	}
	post, err := s.DB.Post(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// posts gives all that the owner wrote.
func posts(t *testing.T, s *testkit.Server) []social.Post {
	t.Helper()
	all, err := s.DB.PostsBy(t.Context(), s.Owner.ID, social.Direct, store.PageOf{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWritingIsTheOwnersAlone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		v, at := visit(t, s), "/posts/"+p.ID.String()
		for _, path := range []string{"/compose", at + "/delete", "/compose/people?q=a", "/compose/tags?q=a", "/compose/emojis?q=a"} {
			if got := v.get(path); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/login?back=") {
				t.Errorf("%s: got %d %s, want the login", path, got.status, got.header.Get("Location"))
			}
		}
		verbs := []string{"/like", "/boost", "/pin", "/delete", "/redraft"}
		for _, verb := range verbs {
			v.submit(at+verb, url.Values{}).want(t, 401, "Log in")
		}
		v.post(form{values: url.Values{"text": {"x"}}}).want(t, 401)
		v.submit("/compose/media", url.Values{}).want(t, 401)
		v.login()
		for _, verb := range verbs {
			v.submit(at+verb, url.Values{}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").want(t, 403)
		}
		if all := posts(t, s); len(all) != 1 || all[0].Counts != (social.Counts{}) {
			t.Errorf("got %+v, want the one post untouched", all)
		}
	})
}

func TestPostIsWrittenWithAllThatTheFormSays(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		f := v.get("/compose", "Accept-Language", "de-AT,en;q=0.5").form(t)
		if got := f.values.Get("language"); got != "de" {
			t.Errorf("the language is %q, want the browser's, de", got)
		}
		f.values.Set("text", "two\r\nlines")
		f.values.Set("warning", "careful")
		f.values.Set("audience", "private")
		f.values.Set("alt2", "two gulls")
		f.files["file2"], f.files["file3"] = testkit.Picture(t, 30, 20), testkit.Picture(t, 2, 2)
		got := v.post(f).sent(t, s)
		if got.Source != "two\nlines" || got.Warning != "careful" || got.Visibility != social.FollowersOnly || got.Language != "de" || !got.Sensitive {
			t.Errorf("got %+v, want what the form said", got)
		}
		if m := got.Attachments; len(m) != 2 || m[0].Alt != "two gulls" || m[0].Width != 30 || m[1].Alt != "" {
			t.Errorf("got %+v, want both pictures in order, the first described", m)
		}
		f = v.get("/compose?back=%2Fhome").form(t)
		f.values.Set("text", "hello")
		if at := v.post(f).header.Get("Location"); at != "/home" {
			t.Errorf("sent to %s, want where the writing began", at)
		}
		for _, back := range []string{"https://evil.example/", "//evil.example"} {
			f = v.get("/compose?back=" + url.QueryEscape(back)).form(t)
			f.values.Set("back", back)
			f.values.Set("text", back)
			v.post(f).sent(t, s)
		}
	})
}

// Whatever is wrong, the words and the uploads are there again, and with them the
// post is made.
func TestNothingOfWhatWasWrittenIsLost(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		for name, c := range map[string]struct {
			break_ func(form)
			say    string
		}{
			"too long":        {func(f form) { f.values.Set("text", strings.Repeat("x", 5001)) }, "The post has 5002 characters; 5000 are allowed."},
			"no picture":      {func(f form) { f.files["file3"] = []byte("<svg/>") }, "file3.png: this is no file that can be shown"},
			"long alt":        {func(f form) { f.values.Set("alt1", strings.Repeat("x", 1501)) }, "A description has 1501 characters"},
			"no words at all": {func(f form) { f.values.Set("text", " "); delete(f.files, "file1") }, "The post is empty"},
		} {
			f := v.get("/compose").form(t)
			f.values.Set("text", "hello")
			f.values.Set("warning", "w")
			f.values.Set("audience", "unlisted")
			f.values.Set("alt1", "a gull")
			f.files["file1"] = testkit.Picture(t, 30, 20)
			c.break_(f)
			got := v.post(f)
			got.want(t, 422, c.say, `role="alert"`)
			again := got.form(t)
			for _, field := range []string{"text", "warning", "audience", "key"} {
				if g, w := again.values.Get(field), f.values.Get(field); g != w {
					t.Errorf("%s: %s is %.40q, want %.40q", name, field, g, w)
				}
			}
			again.values.Set("text", "hello "+name)
			if medium := again.values.Get("media"); medium != "" {
				if alt := again.values.Get("alt-" + medium); alt != f.values.Get("alt1") {
					t.Errorf("%s: the description is %.40q, want it kept", name, alt)
				}
				again.values.Set("alt-"+medium, "a gull")
			} else if name != "no words at all" {
				t.Errorf("%s: the upload is lost in %s", name, got.shown())
			}
			p := v.post(again).sent(t, s)
			if p.Source != "hello "+name || p.Visibility != social.Unlisted || len(p.Attachments) == 1 && p.Attachments[0].Alt != "a gull" {
				t.Errorf("%s: got %+v, want the mended post", name, p)
			}
		}
	})
}

func TestFileCanBeAddedSeenAndLeftOut(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		f := v.get("/compose").form(t)
		f.values.Set("attach", "1")
		f.files["file1"], f.files["file2"] = testkit.Picture(t, 30, 20), testkit.Picture(t, 4, 4)
		got := v.post(f)
		got.want(t, 200, `<img src="`+s.Origin+`/media/own/`)
		got.lacks(t, `class="wrong"`)
		f = got.form(t)
		f.values.Set("text", "one of two")
		f.values.Set("drop", f.values["media"][0])
		p := v.post(f).sent(t, s)
		if len(p.Attachments) != 1 || p.Attachments[0].Width != 4 {
			t.Errorf("got %+v, want the second picture alone", p.Attachments)
		}
	})
}

func TestFormThatIsSentTwiceMakesOnePost(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		f := v.get("/compose").form(t)
		f.values.Set("text", "hello")
		var all sync.WaitGroup
		at := make([]string, 6)
		for i := range at {
			all.Go(func() { at[i] = v.post(f).header.Get("Location") })
		}
		all.Wait()
		first := v.post(f).sent(t, s)
		for _, to := range at {
			if want := "/posts/" + first.ID.String(); to != want {
				t.Errorf("sent to %q, want %q", to, want)
			}
		}
		f.values.Set("text", "hello, and more") // somebody went back and wrote on
		v.post(f).sent(t, s)
		v.get("/compose")
		other := v.get("/compose").form(t)
		other.values.Set("text", "hello") // the same words again, on purpose
		v.post(other).sent(t, s)
		if got := len(posts(t, s)); got != 3 {
			t.Errorf("there are %d posts, want 3", got)
		}
	})
}

// hear brings a stranger's post to a server; one without tags names its owner.
func hear(t *testing.T, s *testkit.Server, from *testkit.Stranger, note map[string]any) social.Post {
	t.Helper()
	if note["tag"] == nil {
		note["tag"] = []any{map[string]any{"type": "Mention", "href": s.Owner.IRI, "name": "@anna"}}
	}
	if status, said := from.Send(s.Owner.Inbox, from.Activity("Create", note["id"].(string)[len(from.IRI):], note)); status != 202 {
		t.Fatalf("got %d %s, want 202", status, said)
	}
	testkit.Settle(t, s)
	p, err := s.DB.PostByIRI(t.Context(), note["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReplyNamesAllWhoTalkAndIsForNoMorePeople(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		peer := testkit.NewPeer(t)
		bert, cleo := peer.Person("bert"), peer.Person("cleo")
		hear(t, s, cleo, cleo.Note("0", "I exist"))
		note := bert.Note("1", "hello all")
		note["summary"] = "food"
		note["to"] = []any{s.Owner.IRI, cleo.IRI}
		note["cc"] = []any{}
		note["tag"] = []any{
			map[string]any{"type": "Mention", "href": s.Owner.IRI, "name": "@anna"}, map[string]any{"type": "Mention", "href": cleo.IRI, "name": "@cleo"},
		}
		asked := hear(t, s, bert, note)
		v := visit(t, s)
		v.login()
		got := v.get("/compose?reply=" + asked.ID.String())
		got.want(t, 200, "hello all", `class="above"`)
		got.lacks(t, `<option value="public"`, `<option value="private"`)
		f := got.form(t)
		host := strings.TrimPrefix(peer.Origin, "http://")
		want := url.Values{"text": {fmt.Sprintf("@bert@%s @cleo@%s ", host, host)}, "audience": {"direct"}, "warning": {"food"}, "reply": {asked.ID.String()}}
		for name := range want {
			if diff := cmp.Diff(want[name], f.values[name]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		f.values.Set("audience", "public") // as a form that was open for long
		p := v.post(f).sent(t, s)
		if p.Visibility != social.Direct || p.Parent != asked.ID || len(p.Mentions) != 2 {
			t.Errorf("got %+v, want a direct answer that names both", p)
		}
		testkit.Settle(t, s)
		if got := peer.Got("Create"); len(got) == 0 {
			t.Error("the answer did not arrive")
		}
		v.get("/compose?to="+asked.Author.String()).want(t, 200, "@bert@"+host+" </textarea>", `<option value="direct" selected>`)
		for _, at := range []string{"/compose?reply=x", "/compose?reply=77", "/compose?to=77", "/compose?edit=77", "/compose?redraft=x"} {
			v.get(at).want(t, 404)
		}
		for _, at := range []string{"/compose?edit=", "/compose?redraft="} {
			v.get(at+asked.ID.String()).want(t, 403, "somebody else")
		}
	})
}

func TestAnswerToWhatIsGoneKeepsItsWords(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		root := write(t, s, social.Draft{Text: "root"})
		v := visit(t, s)
		v.login()
		f := v.get("/compose?reply=" + root.ID.String()).form(t)
		f.values.Set("text", "my answer")
		if err := s.Publisher.Delete(t.Context(), root.ID); err != nil {
			t.Fatal(err)
		}
		got := v.post(f)
		got.want(t, 404, "What you answer is gone", "my answer")
		if p := v.post(got.form(t)).sent(t, s); p.Parent != 0 || p.Source != "my answer" {
			t.Errorf("got %+v, want a post by itself", p)
		}
	})
}

func TestEditChangesWordsAndMediaAndKeepsThePlace(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		root := write(t, s, social.Draft{Text: "root"})
		f := v.get("/compose?reply=" + root.ID.String()).form(t)
		f.values.Set("text", "frist")
		f.values.Set("audience", "unlisted")
		f.values.Set("alt1", "a gull")
		f.files["file1"], f.files["file2"] = testkit.Picture(t, 30, 20), testkit.Picture(t, 4, 4)
		p := v.post(f).sent(t, s)
		at := "/compose?edit=" + p.ID.String()
		same := v.post(v.get(at).form(t)).sent(t, s)
		if !same.Edited.IsZero() {
			t.Error("saving what it says already made an edit")
		}
		f = v.get(at).form(t)
		f.values.Set("text", "first")
		f.values.Set("audience", "public")
		f.values.Set("alt-"+p.Attachments[0].Medium.String(), "a black-headed gull")
		f.values.Set("drop", p.Attachments[1].Medium.String())
		got := v.post(f).sent(t, s)
		if got.ID != p.ID || got.Source != "first" || got.Visibility != social.Unlisted || got.Parent != root.ID || got.Edited.IsZero() {
			t.Errorf("got %+v, want the same post with other words", got)
		}
		if m := got.Attachments; len(m) != 1 || m[0].Alt != "a black-headed gull" {
			t.Errorf("got %+v, want the first picture with its new description", m)
		}
		v.get(at).lacks(t, `name="audience" id=`)
	})
}

func TestWordsAreCompletedWhileTheyAreTyped(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		bert := testkit.NewPeer(t).Person("bert")
		hear(t, s, bert, bert.Note("1", "hello"))
		write(t, s, social.Draft{Text: "#SeaBirds and #Éider"})
		cat := s.Emoji(t, "cat")
		v := visit(t, s)
		v.login()
		host := strings.TrimPrefix(bert.IRI[:strings.Index(bert.IRI, "/users/")], "http://")
		person := `{"put":"@bert@` + host + `","name":"bert",`
		picture := `{"put":":cat:","face":"` + s.URLs().Media(cat.Key) + `"}`
		for at, want := range map[string]string{
			"people?q=be": person, "people?q=@Bert": person, "people?q=bert@127.": person, "people?q=@bert@other": "[]",
			"people?q=x": "[]", "people?q=": "[]", "people?q=%25": "[]", "people?q=%00": "[]", "people?q=%ff": "[]",
			"tags?q=%23sea": `[{"put":"#SeaBirds"}]`, "tags?q=%23%C3%A9": `[{"put":"#Éider"}]`, "tags?q=birds": "[]",
			"emojis?q=:CA": "[" + picture + "]", "emojis?q=at": "[]",
		} {
			got := v.get("/compose/" + at)
			got.want(t, 200)
			if body := strings.TrimSpace(got.body); body != want && (want == "[]" || !strings.Contains(body, want)) {
				t.Errorf("%s: got %s, want %s", at, body, want)
			}
		}
	})
}

func TestWritingBeginsAsTheOwnerPrefers(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		root := write(t, s, social.Draft{Text: "root"})
		like := social.Preferences{Visibility: social.Unlisted, Language: "nn", Sensitive: true}
		if err := s.Publisher.Prefer(t.Context(), like); err != nil {
			t.Fatal(err)
		}
		v := visit(t, s)
		v.login()
		for _, at := range []string{"/compose", "/compose?reply=" + root.ID.String()} {
			f := v.get(at, "Accept-Language", "de").form(t).values
			want := []string{"unlisted", "nn", "1"}
			if diff := cmp.Diff(want, []string{f.Get("audience"), f.Get("language"), f.Get("sensitive")}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", at, diff)
			}
		}
	})
}

package web_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// link makes the one-time link of a server and gives its path.
func link(t *testing.T, s *testkit.Server) string {
	t.Helper()
	made, err := s.Site.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(made, s.Origin)
	if !ok {
		t.Fatalf("the link is %s, want it on %s", made, s.Origin)
	}
	return path
}

// filled is a form that makes an owner.
func filled(pairs ...string) url.Values {
	form := url.Values{"username": {"anna"}, "name": {"Anna"}, "password": {password}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// ownerless runs a test on each engine with a server that nobody owns.
func ownerless(t *testing.T, test func(*testing.T, *testkit.Server)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) { test(t, testkit.Start(t, dsn, "")) })
}

func wantNoOwner(t *testing.T, s *testkit.Server) {
	t.Helper()
	if o, err := s.DB.Owner(t.Context()); !social.Is(err, social.NotFound) {
		t.Errorf("got the owner %q, %v; want none", o.Actor.Username, err)
	}
}

func TestSetupMakesTheOwnerOnce(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		v, path := visit(t, s), link(t, s)
		v.get("/").want(t, 200, "no owner yet", "skerry owner create")
		v.get("/@anna").want(t, 404)
		v.get(path).want(t, 200, "Welcome", "@"+s.URLs().Domain)
		p := v.submit(path, filled())
		p.want(t, 303)
		if got := p.header.Get("Location"); got != "/welcome/profile" {
			t.Errorf("sent to %s, want the last step", got)
		}
		if !v.known() {
			t.Error("whoever became the owner is not logged in, want them to be")
		}
		v.get("/@anna").want(t, 200, `<h1 class="p-name" dir="auto">Anna</h1>`, "@anna@"+s.URLs().Domain)
		for _, other := range []*visitor{v, visit(t, s)} {
			other.get(path).want(t, 410, "Log in instead")
			other.submit(path, filled("username", "eve")).want(t, 410)
			other.get("/setup/wrong").want(t, 410)
		}
		if got := visit(t, s).get("/").header.Get("Location"); got != s.Origin+"/@anna" {
			t.Errorf("the front page leads to %q, want the profile", got)
		}
		if made, err := s.Site.SetupLink(t.Context()); !social.Is(err, social.Conflict) {
			t.Errorf("got another link %q, %v; want a conflict", made, err)
		}
		visit(t, s).login()
	})
}

// A person goes by three steps; what the first one said goes along to the second.
func TestFirstStartGoesByThreeSteps(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		v, path := visit(t, s), link(t, s)
		v.get(path).lacks(t, "Owner login")
		v.get(path).want(t, 200, `aria-current="step">Name`, "can never change", "<b>@name@"+s.URLs().AccountDomain, "/static/setup.js")
		v.get(path+"?username=a+b&name=Anna").want(t, 422, `aria-current="step">Name`, `id="username-wrong"`, `value="a b"`, `value="Anna"`)
		v.get(path+"?username=anna&name="+strings.Repeat("x", 65)).want(t, 422, `id="name-wrong"`, `value="anna"`)
		v.get(path+"?username=%00").want(t, 400)
		step := v.get(path + "?username=@Anna&name=Anna+%26+Co")
		step.want(t, 200, `aria-current="step">Password`, `minlength="10"`, `type="hidden" name="username" value="anna"`, `value="Anna &amp; Co"`)
		v.get(path+"?username=anna&name=Anna&again=").want(t, 200, `aria-current="step">Name`, `value="anna"`)
		wantNoOwner(t, s)

		form := filled("name", "Anna & Co", "repeat", "something else")
		v.submit(path, form).want(t, 422, `aria-current="step">Password`, `id="repeat-wrong"`, `value="anna"`)
		wantNoOwner(t, s)
		form.Set("repeat", password)
		v.submit(path, form).want(t, 303)
		v.get("/welcome/profile").want(t, 200, `aria-current="step">About you`, `value="Anna &amp; Co"`, `href="/welcome">Skip`)
		v.upload("/welcome/profile", url.Values{"name": {strings.Repeat("x", 65)}, "bio": {"Hello"}}, nil).want(t, 422, `id="name-wrong"`, "Hello</textarea>")
		last := v.upload("/welcome/profile", url.Values{"name": {"Anna"}, "bio": {"Hello"}}, map[string][]byte{"avatar": testkit.Picture(t, 9, 9)})
		last.want(t, 303)
		if got := last.header.Get("Location"); got != "/welcome" {
			t.Errorf("sent to %s, want the page that says what to do first", got)
		}
		v.get("/welcome").want(t, 200, "@anna@"+s.URLs().AccountDomain, `href="/search"`, `href="/compose"`, "secret.key")
		p := ownerOf(t, s).Profile
		if p.Name != "Anna" || p.Bio != "Hello" || p.Avatar.URL == "" || !p.Discoverable || !p.Indexable {
			t.Errorf("got %+v, want what was typed, and the rest as it was", p)
		}
	})
}

// ownerOf gives the owner as they are stored.
func ownerOf(t *testing.T, s *testkit.Server) store.Owner {
	t.Helper()
	o, err := s.DB.Reader.Owner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOnlyTheNewestLinkCounts(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		old, v := link(t, s), visit(t, s)
		path := link(t, s)
		for _, wrong := range []string{old, "/setup/wrong", "/setup/%00", "/setup/%ff", path + "x", strings.ToLower(path)} {
			v.get(wrong).want(t, 403, "not the one")
			v.submit(wrong, filled()).want(t, 403)
		}
		v.get("/setup/").want(t, 404)
		wantNoOwner(t, s)
		v.get(path).want(t, 200)
	})
}

func TestSetupWithoutALinkIsRefused(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		visit(t, s).submit("/setup/x", filled()).want(t, 403)
		wantNoOwner(t, s)
	})
}

func TestSetupKeepsWhatWasTyped(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		path, v := link(t, s), visit(t, s)
		for name, c := range map[string]struct {
			form  url.Values
			wants []string
		}{
			"a space in the name":  {filled("username", "anna b"), []string{`value="anna b"`, "A username has", "a-z, 0-9 and _"}},
			"a letter of others":   {filled("username", "änna"), []string{`value="änna"`}},
			"no name":              {filled("username", ""), []string{`value="Anna"`}},
			"a long name":          {filled("username", strings.Repeat("a", 31)), []string{strings.Repeat("a", 31)}},
			"markup in the name":   {filled("username", `"><b>`), []string{"&#34;&gt;&lt;b&gt;"}},
			"a short password":     {filled("password", "too short"), []string{"9 characters", `value="anna"`, `value="Anna"`}},
			"no password":          {filled("password", ""), []string{"0 characters"}},
			"a huge password":      {filled("password", strings.Repeat("x", 1025)), []string{"1024"}},
			"a long name to show":  {filled("name", strings.Repeat("ä", 65)), []string{"64", strings.Repeat("ä", 65)}},
			"markup to show, wide": {filled("name", "<script>"+strings.Repeat("x", 64)), []string{"&lt;script&gt;"}},
		} {
			p := v.submit(path, c.form)
			p.want(t, 422, append(c.wants, `class="wrong" role="alert"`)...)
			if typed := c.form.Get("password"); typed != "" {
				p.lacks(t, typed)
			}
			if p.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: Cache-Control is %q, want it kept by nobody", name, p.header.Get("Cache-Control"))
			}
		}
		wantNoOwner(t, s)
		v.submit(path, filled("username", " @Anna ", "name", " ")).want(t, 303)
		v.get("/@anna").want(t, 200, `<h1 class="p-name" dir="auto">anna</h1>`)
	})
}

// Postgres takes neither a NUL nor broken UTF-8.
func TestFormThatCannotBeStoredIsRefused(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		path, v := link(t, s), visit(t, s)
		for _, form := range []url.Values{
			filled("name", "a\x00b"), filled("name", "\xff"), filled("username", "a\x00"), filled("password", password+"\x00"),
			filled("name", strings.Repeat("x", 70<<10)),
		} {
			p := v.submit(path, form)
			if p.status != 400 && p.status != 413 {
				t.Errorf("%.40q: got %d %s, want 400 or 413", form.Encode(), p.status, p.shown())
			}
		}
		wantNoOwner(t, s)
	})
}

func TestOfTwoAtOnceOneBecomesTheOwner(t *testing.T) {
	ownerless(t, func(t *testing.T, s *testkit.Server) {
		path := link(t, s)
		var all sync.WaitGroup
		got := make([]page, 4)
		for i := range got {
			v := visit(t, s)
			all.Go(func() { got[i] = v.submit(path, filled("username", "anna"+string(rune('a'+i)))) })
		}
		all.Wait()
		made := 0
		for _, p := range got {
			switch p.status {
			case 303:
				made++
			case 409, 410:
			default:
				t.Errorf("got %d %s, want 303, 409 or 410", p.status, p.shown())
			}
		}
		if made != 1 {
			t.Errorf("%d became the owner, want one", made)
		}
	})
}

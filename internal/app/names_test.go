package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// settled opens a server that has an owner and a post, and closes it again.
func (b *berth) settled() social.Post {
	b.t.Helper()
	a, err := b.open()
	if err == nil {
		_, err = a.CreateOwner(b.t.Context(), "anna", "correct horse battery")
	}
	var p social.Post
	if err == nil {
		p, err = a.Publisher.Post(b.t.Context(), social.Draft{Text: "hello #skerry"}, nil)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// As long as nobody has met the server its addresses may change: all of them do,
// and what is signed with them still is.
func TestDomainMayChangeUntilSomebodyMetTheServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		old, p := b.cfg.Domain, b.settled()
		for _, to := range []config.Config{ // on the way out and back
			{Domain: "social.example", AccountDomain: "social.example"},
			{Domain: "social.example", AccountDomain: "example.org"},
			{Domain: "social.example:8443", AccountDomain: "example.org"},
			{Domain: old, AccountDomain: old},
		} {
			b.cfg.Domain, b.cfg.AccountDomain = to.Domain, to.AccountDomain
			a, err := b.open()
			if err != nil {
				t.Fatalf("to %s and %s: %v", to.Domain, to.AccountDomain, err)
			}
			wantMoved(t, a, to, p.ID)
		}
	})
}

var (
	origins = regexp.MustCompile(`https?://[^/"\\]+`)
	ours    = regexp.MustCompile(`"(https?://[^/"]+)/(?:users|actor)`)
)

func wantMoved(t *testing.T, a *app.App, to config.Config, post social.ID) {
	t.Helper()
	ctx, origin := t.Context(), to.Origin()
	o, err := a.DB.Owner(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.DB.Post(ctx, post)
	if err != nil {
		t.Fatal(err)
	}
	if o.Actor.Handle() != "anna@"+to.AccountDomain || o.Actor.IRI != origin+"/users/anna" || a.Server.IRI != origin+"/actor" || a.Server.Domain != to.Domain {
		t.Errorf("the owner is %s at %s, the server %s of %s", o.Actor.Handle(), o.Actor.IRI, a.Server.IRI, a.Server.Domain)
	}
	for what, v := range map[string]any{"the owner": o.Actor, "the server": a.Server, "the post": p} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range origins.FindAllString(string(text), -1) {
			if got != origin && got != "https://www.w3.org" {
				t.Errorf("%s has addresses of %s, want those of %s", what, got, origin)
			}
		}
	}
	for _, path := range []string{"/users/anna/outbox?page=true", "/users/anna/posts/" + post.String(), "/actor"} {
		r := httptest.NewRequest(http.MethodGet, origin+path, nil)
		r.Header.Set("Accept", "application/activity+json")
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		// Contexts are documents of others; our own addresses have our paths.
		found := ours.FindAllStringSubmatch(w.Body.String(), -1)
		if w.Code != http.StatusOK || len(found) < 2 {
			t.Errorf("%s answers %d with %d addresses", path, w.Code, len(found))
		}
		for _, got := range found {
			if got[1] != origin {
				t.Errorf("%s names %s, want %s", path, got[1], origin)
			}
		}
	}
	for _, actor := range []social.Actor{o.Actor, a.Server} {
		key, err := a.Identity.Key(ctx, actor.ID)
		if err != nil || key.ID != actor.IRI+"#main-key" {
			t.Errorf("the key of %s is %q, %v", actor.IRI, key.ID, err)
		}
	}
}

// Others keep our names for ever.
func TestDomainMayNotChangeOnceSomebodyMetTheServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		b.settled()
		home := b.cfg
		a, err := b.open()
		if err == nil {
			_, err = a.Finder.Actor(t.Context(), testkit.NewPeer(t).Person("bert").IRI)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			domain, account string
			want            []string
		}{
			"the domain":  {"new.example", home.AccountDomain, []string{`DOMAIN is "new.example"`, "known as \"" + home.Domain, "would neither find nor believe", "Set DOMAIN=" + home.Domain + " again"}},
			"the account": {home.Domain, "new.example", []string{`ACCOUNT_DOMAIN is "new.example"`, "Set ACCOUNT_DOMAIN=" + home.AccountDomain + " again"}},
			"both":        {"new.example", "new.example", []string{`DOMAIN is "new.example"`, "Set DOMAIN=" + home.Domain + " again"}},
		} {
			b.cfg.Domain, b.cfg.AccountDomain = c.domain, c.account
			_, err := b.open()
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want %q", name, err, want)
				}
			}
		}
		b.cfg = home
		if a, err = b.open(); err != nil {
			t.Fatalf("with the old names: %v", err)
		}
		if o, err := a.DB.Owner(t.Context()); err != nil || o.Actor.IRI != home.Origin()+"/users/anna" {
			t.Errorf("after the refusals the owner is %s, %v", o.Actor.IRI, err)
		}
	})
}

// A command without the server's settings must not move the house under it.
func TestDomainMayNotChangeUnderARunningServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		s, home := b.run(), b.cfg
		b.cfg.Domain, b.cfg.AccountDomain = "localhost:8080", "localhost:8080"
		_, err := b.open()
		if err == nil || !strings.Contains(err.Error(), "set DOMAIN="+home.Domain+" for this command too") {
			t.Errorf("got %v, want a sentence with the server's name", err)
		}
		s.signal()
		s.stopped()
		if _, err := b.open(); err != nil {
			t.Errorf("after the stop: %v", err)
		}
	})
}

func TestOwnerOfTheSettingsIsTheOneThatIsThere(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		b.cfg.OwnerUsername = "anna"
		if _, err := b.open(); err == nil || !strings.Contains(err.Error(), "OWNER_USERNAME is set and OWNER_PASSWORD is not") {
			t.Errorf("without a password: %v", err)
		}
		b.cfg.OwnerPassword = "correct horse battery"
		for range 2 {
			a, err := b.open()
			if err != nil {
				t.Fatal(err)
			}
			if o, err := a.DB.Owner(t.Context()); err != nil || o.Actor.Username != "anna" {
				t.Errorf("the owner is %q, %v", o.Actor.Username, err)
			}
		}
		b.cfg.OwnerUsername = "bert"
		if _, err := b.open(); err == nil || !strings.Contains(err.Error(), `OWNER_USERNAME is "bert" but the owner of this server is "anna"`) {
			t.Errorf("another name: %v", err)
		}
	})
}

// The settings are checked before there is a server, by rules that are the server's.
func TestSettingsAndServerAgreeOnNamesAndPasswords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		rule        func(string) error
	}{
		{"OWNER_PASSWORD", strings.Repeat("ä", social.MinPassword-1), social.CheckPassword},
		{"OWNER_PASSWORD", strings.Repeat("ä", social.MinPassword), social.CheckPassword},
		{"OWNER_PASSWORD", strings.Repeat("x", 1024), social.CheckPassword},
		{"OWNER_PASSWORD", strings.Repeat("x", 1025), social.CheckPassword},
		{"OWNER_USERNAME", strings.Repeat("x", 30), social.CheckUsername},
		{"OWNER_USERNAME", strings.Repeat("x", 31), social.CheckUsername},
		{"OWNER_USERNAME", "a_9", social.CheckUsername},
		{"OWNER_USERNAME", "a-9", social.CheckUsername},
		{"OWNER_USERNAME", "A9", social.CheckUsername},
	} {
		_, err := config.Load([]string{c.name + "=" + c.value}, t.TempDir())
		if rule := c.rule(c.value); (err == nil) != (rule == nil) {
			t.Errorf("%s=%s: the settings say %v, the server says %v", c.name, c.value, err, rule)
		}
	}
}

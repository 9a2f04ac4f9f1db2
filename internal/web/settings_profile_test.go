package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// profileForm is the form of /settings/profile as it is filled in.
func profileForm(pairs ...string) url.Values {
	form := url.Values{
		"name": {"Anna A."}, "bio": {"One\r\nTwo #sea"}, "field_name_1": {"Web"}, "field_value_1": {"https://anna.example"},
		"field_name_2": {""}, "field_value_2": {""}, "field_name_3": {"Pronouns"}, "field_value_3": {"she"},
		"locked": {"on"}, "hide_follows": {"on"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestSettingsAreTheOwnersAlone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		for _, at := range []string{"/settings", "/settings/profile", "/settings/posting", "/settings/password", "/settings/sessions", "/settings/tokens", "/welcome", "/welcome/profile"} {
			p := v.get(at)
			p.want(t, 303)
			if got, want := p.header.Get("Location"), "/login?back="+url.QueryEscape(at); got != want {
				t.Errorf("%s: sent to %s, want %s", at, got, want)
			}
		}
		for _, at := range []string{"/settings/profile", "/welcome/profile"} {
			v.upload(at, profileForm(), nil).want(t, 401, "Log in")
		}
		for _, at := range []string{"/settings/posting", "/settings/password", "/settings/sessions/end", "/settings/sessions/others", "/settings/tokens", "/settings/tokens/1/revoke"} {
			v.submit(at, url.Values{"current": {password}, "password": {"another horse"}, "name": {"x"}, "scope": {"read"}}).want(t, 401, "Log in")
		}
		if all, err := s.DB.Tokens(t.Context()); err != nil || len(all) != 1 { // the one of the test
			t.Errorf("a stranger has made or revoked a token: %v, %v", all, err)
		}
		if got := ownerOf(t, s).Profile.Name; got != "anna" {
			t.Errorf("a stranger has changed the name to %q", got)
		}
	})
}

func TestProfileIsChangedOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		if got := v.get("/settings").header.Get("Location"); got != "/settings/profile" {
			t.Errorf("/settings leads to %q, want the profile", got)
		}
		v.get("/settings/profile").want(t, 200, `value="anna"`, `name="discoverable" checked`, `name="field_name_8"`)
		sent := v.upload("/settings/profile", profileForm("avatar_alt", " Me ", "header_alt", "Nothing"), map[string][]byte{"avatar": testkit.Picture(t, 300, 200)})
		sent.want(t, 303)
		v.get(sent.header.Get("Location")).want(t, 200, `role="status">Saved`, `value="Anna A."`, "One\nTwo #sea</textarea>", `name="locked" checked`, `value="Me"`, `<img class="avatar" src="`)
		got := ownerOf(t, s).Profile
		if got.Avatar.URL == "" || got.Avatar.Alt != "Me" {
			t.Errorf("got the picture %+v, want one and its description", got.Avatar)
		}
		want := social.Profile{
			Name: "Anna A.", Bio: "One\nTwo #sea", Locked: true, HideFollows: true, Avatar: got.Avatar,
			Fields: []social.ProfileField{{Name: "Web", Value: "https://anna.example"}, {Name: "Pronouns", Value: "she"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile (-want +got):\n%s", diff)
		}
		visit(t, s).get("/@anna").want(t, 200, "Anna A.", "Pronouns", path(t, got.Avatar.URL))
		v.upload("/settings/profile", profileForm("avatar_remove", "on"), nil).want(t, 303)
		if got := ownerOf(t, s).Profile.Avatar; got != (social.Image{}) {
			t.Errorf("got the picture %+v after it was taken off, want none", got)
		}
	})
}

// What is wrong is told where it is, and nothing that was typed or uploaded is lost.
func TestProfileFormComesBackWithAllThatWasTyped(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		before := ownerOf(t, s).Profile
		files := map[string][]byte{"avatar": testkit.Picture(t, 3, 3), "header": []byte("no picture")}
		p := v.upload("/settings/profile", profileForm("name", strings.Repeat("ä", 65), "field_name_3", "", "avatar_alt", "Me"), files)
		p.want(t, 422, "Nothing is changed yet", `id="name-wrong"`, "65 characters", `id="field-2-wrong"`, `id="header-wrong"`, "no picture", "One\nTwo #sea</textarea>",
			`value="she"`, `value="Me"`, `name="locked" checked`, `name="hide_follows" checked`)
		p.lacks(t, `name="discoverable" checked`, `id="bio-wrong"`, `id="avatar-wrong"`, `id="field-1-wrong"`)
		if diff := cmp.Diff(before, ownerOf(t, s).Profile); diff != "" {
			t.Errorf("the profile has changed (-before +after):\n%s", diff)
		}
		kept := regexp.MustCompile(`name="avatar_kept" value="([^"]+)"`).FindStringSubmatch(p.body)
		if kept == nil {
			t.Fatalf("the picture is lost: %s", p.shown())
		}
		v.upload("/settings/profile", profileForm("avatar_kept", kept[1], "avatar_alt", "Me"), nil).want(t, 303)
		if got := ownerOf(t, s).Profile.Avatar; got.URL != kept[1] || got.Alt != "Me" || got.MediaType == "" {
			t.Errorf("got the picture %+v, want the one that was kept", got)
		}
		// Only a picture of ours that nothing else shows can be one.
		v.upload("/settings/profile", profileForm("header_kept", "https://evil.example/a.png"), nil).want(t, 303)
		v.upload("/settings/profile", profileForm("header_kept", s.Origin+"/media/own/none.png"), nil).want(t, 409, "upload it again")
		v.upload("/settings/profile", profileForm("header_kept", kept[1]), nil).want(t, 409)
		if got := ownerOf(t, s).Profile.Header; got != (social.Image{}) {
			t.Errorf("got the header %+v, want none", got)
		}
	})
}

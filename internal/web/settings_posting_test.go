package web_test

import (
	"net/url"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestPostingBeginsAsTheOwnerLikes(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		v.get("/settings/posting").want(t, 200, `value="public" selected`, `value="" selected>The one of the browser`)
		sent := v.submit("/settings/posting", url.Values{"audience": {"private"}, "language": {"pt-BR"}, "sensitive": {"on"}})
		sent.want(t, 303)
		v.get(sent.header.Get("Location")).want(t, 200, `role="status">Saved`, `value="private" selected`, `value="pt-BR" lang="pt-BR" selected`, `name="sensitive" checked`)
		v.get("/compose").want(t, 200, `value="private" selected`, `value="pt-BR" lang="pt-BR" selected`, `name="sensitive" value="1" checked`)
		for name, c := range map[string]struct{ audience, language, mark string }{
			"no audience":   {"everybody", "de", `id="audience-wrong"`},
			"only named":    {"direct", "de", `id="audience-wrong"`},
			"no language":   {"public", "not a code", `id="language-wrong"`},
			"hostile words": {"public", `"><script>`, `id="language-wrong"`},
		} {
			p := v.submit("/settings/posting", url.Values{"audience": {c.audience}, "language": {c.language}})
			p.want(t, 422, "Nothing is changed yet", c.mark)
			p.lacks(t, "<script>", `name="sensitive" checked`)
			if got, want := ownerOf(t, s).Preferences, (social.Preferences{Visibility: social.FollowersOnly, Language: "pt-BR", Sensitive: true}); got != want {
				t.Errorf("%s: got %+v, want %+v as before", name, got, want)
			}
		}
		v.submit("/settings/posting", url.Values{"audience": {"public"}, "language": {""}}).want(t, 303)
		if got := ownerOf(t, s).Preferences; got != (social.Preferences{}) {
			t.Errorf("got %+v, want it as at first", got)
		}
	})
}

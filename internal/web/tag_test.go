package web_test

import (
	"fmt"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestTagPageShowsWhatIsPublic(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		write(t, s, social.Draft{Text: "by day #Café"})
		for _, v := range []social.Visibility{social.Unlisted, social.FollowersOnly, social.Direct} {
			write(t, s, social.Draft{Text: "secret words #cafe", Visibility: v})
		}
		for _, at := range []string{"/tags/caf%C3%A9", "/tags/CAFE", "/tags/cafe"} {
			got := visit(t, s).get(at)
			got.want(t, 200, "by day", "<h1>#Café</h1>", `rel="canonical"`)
			got.lacks(t, "secret words")
			if cache := got.header.Get("Cache-Control"); cache != "public, no-cache" {
				t.Errorf("Cache-Control is %q", cache)
			}
		}
		visit(t, s).get("/tags/nothing").want(t, 404, "#nothing")
		visit(t, s).get("/tags/%ff").want(t, 404)
		visit(t, s).get("/tags/cafe?before=x").want(t, 404)
	})
}

func TestTagPageGoesOn(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for i := range 25 {
			write(t, s, social.Draft{Text: fmt.Sprintf("number %d. #rock", i)})
		}
		first := visit(t, s).get("/tags/rock")
		first.want(t, 200, "number 24.", "number 5.", `rel="next"`)
		first.lacks(t, "number 4.")
		_, rest, _ := strings.Cut(first.body, `href="?before=`)
		before, _, _ := strings.Cut(rest, `"`)
		second := visit(t, s).get("/tags/rock?before=" + before)
		second.want(t, 200, "number 4.", "number 0.")
		second.lacks(t, "number 5.", `rel="next"`)
	})
}

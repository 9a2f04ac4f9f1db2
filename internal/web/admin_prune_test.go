package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// seen has a post of somebody elsewhere at hand.
func seen(t *testing.T, s *testkit.Server, by *testkit.Stranger, id string) social.Post {
	t.Helper()
	post, err := s.Finder.Post(t.Context(), by.Note(id, id)["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// done waits until nothing that was asked for is left.
func done(t *testing.T, s *testkit.Server) {
	t.Helper()
	for asked, err := s.DB.AskedPrunes(t.Context()); len(asked) > 0 || err != nil; asked, err = s.DB.AskedPrunes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestWhatCameFromSomewhereIsCountedAndRemovedOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.get("/admin/storage/prune").want(t, http.StatusSeeOther)
		v.submit("/admin/storage/purge", url.Values{"what": {"there.example"}}).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		v.get("/admin/storage/prune").want(t, http.StatusOK, "Nothing has had its time", "not old enough")
		peer := testkit.NewPeer(t)
		kim := peer.Person("kim")
		goes, stays := seen(t, s, kim, "goes"), seen(t, s, kim, "stays")
		if err := s.Publisher.Bookmark(t.Context(), stays.ID); err != nil {
			t.Fatal(err)
		}
		handle := "@kim@" + strings.TrimPrefix(peer.Origin, "http://")
		for _, what := range []string{handle, kim.IRI} {
			v.get("/admin/storage/purge?"+url.Values{"what": {what}}.Encode()).want(t, http.StatusOK, handle, "1 post would go", "1 post would stay", "Remove 1 post now")
		}
		for what, says := range map[string]string{
			"@nobody@there.example": "Nobody @nobody@there.example is known here", "two words": "no domain", "": "no domain", s.Origin + "/users/anna": "of this server",
		} {
			v.get("/admin/storage/purge?"+url.Values{"what": {what}}.Encode()).want(t, http.StatusUnprocessableEntity, says, `id="what-wrong"`)
			v.submit("/admin/storage/purge", url.Values{"what": {what}}).want(t, http.StatusUnprocessableEntity, says)
		}
		v.get("/admin/storage/purge?what=http%3A%2F%2F%00").want(t, http.StatusUnprocessableEntity, "the name of nobody")
		v.get("/admin/storage/purge?relay=77").want(t, http.StatusNotFound)
		none := v.get("/admin/storage/purge?what=there.example")
		none.want(t, http.StatusOK, "0 posts would go")
		none.lacks(t, "Remove 0")

		v.submit("/admin/storage/purge", url.Values{"what": {handle}}).want(t, http.StatusSeeOther)
		done(t, s)
		if _, err := s.DB.Reader.Post(t.Context(), goes.ID); !social.Is(err, social.NotFound) {
			t.Errorf("it is still here: %v", err)
		}
		if _, err := s.DB.Reader.Post(t.Context(), stays.ID); err != nil {
			t.Errorf("what the owner touched: %v", err)
		}
		v.submit("/admin/storage/prune", nil).want(t, http.StatusSeeOther)
		done(t, s)
	})
}

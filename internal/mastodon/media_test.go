package mastodon_test

import (
	"bytes"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/media"
	"skerry/internal/media/prepare"
	"skerry/internal/testkit"
)

// load gives what an address answers.
func (st *stage) load(at any) (int, []byte) {
	st.t.Helper()
	r, err := http.NewRequestWithContext(st.t.Context(), "GET", at.(string), nil)
	st.must(err)
	status, text := testkit.Do(st.t, r)
	return status, []byte(text)
}

// uploaded uploads a picture and gives its entity.
func (st *stage) uploaded(pairs ...string) object {
	st.t.Helper()
	return st.want(200, "POST", "/v2/media", upload(st.t, "file", testkit.Picture(st.t, 6, 4), pairs...)).object(st.t)
}

func TestUploadIsDoneWhenItIsAnswered(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, path := range []string{"/v1/media", "/v2/media"} {
			got := st.want(200, "POST", path, upload(t, "file", testkit.Picture(t, 6, 4), "description", " a rock ", "focus", "-0.5,1")).object(t)
			check(t, path, got, mediaRules)
			want := `{"description":"a rock","meta":{"focus":{"x":-0.5,"y":1},"original":{"aspect":1.5,"height":4,"size":"6x4","width":6}},"remote_url":null,"type":"image"}`
			if diff := cmp.Diff(want, mustJSON(t, pick(got, "type", "description", "remote_url", "meta"))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
			if got["blurhash"] == nil {
				t.Error("it has no blurhash")
			}
			for _, name := range []string{"url", "preview_url"} {
				if status, b := st.load(got[name]); status != 200 || !isPicture(b) {
					t.Errorf("%s: got %d and %d bytes, want the picture", name, status, len(b))
				}
			}
			if diff := cmp.Diff(got, st.get("/v1/media/"+text(got, "id"))); diff != "" {
				t.Errorf("asked for again (-want +got):\n%s", diff)
			}
		}
	})
}

func isPicture(b []byte) bool {
	mediaType, ok := prepare.Identify(b)
	return ok && strings.HasPrefix(mediaType, "image/")
}

func TestUploadIsDescribedAndRemoved(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		up := st.uploaded("description", "before")
		path := "/v1/media/" + text(up, "id")
		got := st.want(200, "PUT", path, form("description", "after", "focus", "0.25,0")).object(t)
		if got["description"] != "after" || show(at(got, "meta", "focus")) != `{"x":0.25,"y":0}` {
			t.Errorf("got %v", got)
		}
		if got := st.want(200, "PUT", path, body("application/json", `{"focus":"0,0"}`)).object(t); got["description"] != "after" || at(got, "meta", "focus") != nil {
			t.Errorf("got %v, want only the focus changed", got)
		}
		for says, pairs := range map[string][]string{
			"1500": {"description", strings.Repeat("ä", 1501)}, "focus": {"focus", "1"}, "from -1 to 1": {"focus", "2,0"}, "-1": {"focus", "NaN,0"},
		} {
			if said := st.refused(422, "PUT", path, form(pairs...)); !strings.Contains(said, says) {
				t.Errorf("%v: told %q, want %q in it", pairs[0], said, says)
			}
		}
		st.want(200, "DELETE", path)
		st.refused(404, "GET", path)
		st.refused(404, "DELETE", path)
		if status, _ := st.load(up["url"]); status != 404 {
			t.Errorf("its bytes: got %d, want 404", status)
		}
	})
}

func TestUploadThatIsNoMediumIsRefused(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		whole := testkit.Picture(t, 40, 40)
		for name, c := range map[string]struct {
			file   []byte
			status int
			says   string
		}{
			"nothing":   {nil, 422, "no file that can be shown"},
			"a page":    {[]byte("<!doctype html><script>alert(1)</script>"), 422, "no file that can be shown"},
			"an SVG":    {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), 422, "no file that can be shown"},
			"cut off":   {whole[:len(whole)/2], 422, "damaged"},
			"too large": {append(slices.Clone(whole), make([]byte, prepare.MaxImage)...), 413, "16 MiB"},
			"far more":  {make([]byte, prepare.MaxVideo+prepare.MaxImage+2<<20), 413, "MiB"},
		} {
			if said := st.refused(c.status, "POST", "/v2/media", upload(t, "file", c.file)); !strings.Contains(said, c.says) {
				t.Errorf("%s: told %q, want %q in it", name, said, c.says)
			}
		}
		st.refused(422, "POST", "/v2/media", form("file", "text"))
		st.refused(422, "POST", "/v2/media", upload(t, "picture", whole))
		st.refused(422, "POST", "/v2/media", upload(t, "file", whole, "description", strings.Repeat("a", 1501)))
		st.refused(422, "POST", "/v1/statuses", upload(t, "file", whole, "status", "a"))
		for info, err := range st.Blobs.List(t.Context(), "own/") {
			t.Errorf("%s is kept, %v", info.Key, err)
		}
	})
}

func TestStatusShowsItsMediaInTheirOrder(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		one, two := st.uploaded("description", "one"), st.uploaded("description", "two")
		got := st.post("/v1/statuses", "media_ids[]", text(two, "id"), "media_ids[]", text(one, "id"), "media_ids[]", text(two, "id"))
		check(t, "status", got, statusRules)
		if diff := cmp.Diff([]any{two, one}, got["media_attachments"]); diff != "" {
			t.Errorf("media (-want +got):\n%s", diff)
		}
		path := "/v1/statuses/" + text(got, "id")
		st.refused(422, "POST", "/v1/statuses", form("status", "b", "media_ids[]", text(one, "id")))
		st.refused(422, "PUT", "/v1/media/"+text(one, "id"), form("description", "x"))
		st.refused(422, "DELETE", "/v1/media/"+text(one, "id"))

		alts := func(pairs ...string) (all []string) {
			got := st.want(200, "PUT", path, form(pairs...)).object(t)
			for _, m := range got["media_attachments"].([]any) {
				alt, _ := m.(object)["description"].(string)
				all = append(all, alt)
			}
			return all
		}
		three := st.uploaded("description", "three")
		for _, c := range []struct {
			pairs []string
			want  []string
		}{
			{[]string{"status", "a"}, []string{"two", "one"}},
			{[]string{"status", "a", "media_ids[]", text(one, "id"), "media_ids[]", text(two, "id")}, []string{"one", "two"}},
			{[]string{"media_attributes[0][id]", text(two, "id"), "media_attributes[0][description]", "zwei"}, []string{"one", "zwei"}},
			{[]string{"media_ids[]", text(three, "id"), "media_ids[]", text(two, "id")}, []string{"three", "zwei"}},
			{[]string{"status", "a", "media_ids[]", ""}, nil},
		} {
			if got := alts(c.pairs...); !cmp.Equal(got, c.want) {
				t.Errorf("%v: got %q, want %q", c.pairs, got, c.want)
			}
		}
		st.refused(422, "PUT", path, form("status", "", "media_ids[]", ""))
		if m := st.get("/v1/media/" + text(one, "id")); m["description"] != "one" {
			t.Errorf("got %v, want what was taken off to be there for another status", m)
		}
	})
}

func TestStatusHasFourMediaAtMost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		pairs := []string{"status", "a"}
		for range 5 {
			pairs = append(pairs, "media_ids[]", text(st.uploaded(), "id"))
		}
		if said := st.refused(422, "POST", "/v1/statuses", form(pairs...)); !strings.Contains(said, "4") {
			t.Errorf("told %q, want the limit in it", said)
		}
		st.post("/v1/statuses", pairs[:10]...)
		limits := at(st.get("/v2/instance"), "configuration").(object)
		if got := show(at(limits, "statuses", "max_media_attachments")); got != "4" {
			t.Errorf("apps are told %s, want 4", got)
		}
		var types []string
		for _, each := range at(limits, "media_attachments", "supported_mime_types").([]any) {
			types = append(types, each.(string))
		}
		if diff := cmp.Diff(media.Types, types); diff != "" {
			t.Errorf("types (-want +got):\n%s", diff)
		}
	})
}

func TestMediaOfADeletedStatusStayForARedraft(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		up := st.uploaded("description", "a rock")
		first := st.say("a", "media_ids[]", text(up, "id"))
		gone := st.want(200, "DELETE", "/v1/statuses/"+text(first, "id")).object(t)
		if diff := cmp.Diff([]any{up}, gone["media_attachments"]); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		again := st.say("b", "media_ids[]", text(up, "id"))
		if diff := cmp.Diff([]any{up}, again["media_attachments"]); diff != "" {
			t.Errorf("written anew (-want +got):\n%s", diff)
		}
		st.want(200, "DELETE", "/v1/statuses/"+text(again, "id")+"?delete_media=true")
		st.refused(404, "GET", "/v1/media/"+text(up, "id"))
		if status, _ := st.load(up["url"]); status != 404 {
			t.Errorf("its bytes: got %d, want 404", status)
		}
	})
}

func TestPicturesOfTheProfileAreSetAndTakenOff(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		missing := st.Origin + "/static/missing.png"
		for name, size := range map[string][2]int{"avatar": {400, 400}, "header": {1500, 500}} {
			got := st.want(200, "PATCH", "/v1/accounts/update_credentials", upload(t, name, testkit.Picture(t, 1600, 900), "note", "with "+name)).object(t)
			check(t, name, got, credentialRules)
			status, b := st.load(got[name])
			if mediaType, _ := prepare.Identify(b); status != 200 || mediaType != "image/jpeg" && mediaType != "image/png" {
				t.Fatalf("%s: got %d %s", name, status, mediaType)
			}
			if p, err := png.DecodeConfig(bytes.NewReader(b)); err == nil && (p.Width != size[0] || p.Height != size[1]) {
				t.Errorf("%s: got %d by %d, want %v", name, p.Width, p.Height, size)
			}
			if got["note"] != "<p>with "+name+"</p>" {
				t.Errorf("note: got %v", got["note"])
			}
			kept := st.want(200, "PATCH", "/v1/accounts/update_credentials", form("display_name", "Anna")).object(t)
			if kept[name] != got[name] {
				t.Errorf("%s: got %v after another edit, want it kept", name, kept[name])
			}
			if off := st.want(200, "DELETE", "/v1/profile/"+name).object(t); off[name] != missing {
				t.Errorf("%s: got %v, want none", name, off[name])
			}
		}
		st.refused(422, "PATCH", "/v1/accounts/update_credentials", upload(t, "avatar", []byte("<svg/>")))
	})
}

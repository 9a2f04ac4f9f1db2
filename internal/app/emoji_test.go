package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// emojiTag is an emoji of ours as servers read it.
func emojiTag(s *testkit.Server, e social.OwnEmoji) map[string]any {
	return map[string]any{
		"id": s.Origin + "/emoji/" + e.ID.String(), "type": "Emoji", "name": ":" + e.Shortcode + ":",
		"updated": e.Created.UTC().Format("2006-01-02T15:04:05.000Z"),
		"icon":    map[string]any{"type": "Image", "mediaType": "image/png", "url": s.Origin + "/media/" + e.Key},
	}
}

func TestEmojisOfPostsAndProfileGoWithTheirDocuments(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		want := func(step, at string, emojis ...social.OwnEmoji) {
			t.Helper()
			var want []any
			for _, e := range emojis {
				want = append(want, emojiTag(s, e))
			}
			tags, _ := documentAt(t, at)["tag"].([]any)
			if diff := cmp.Diff(want, append([]any(nil), tags...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", step, diff)
			}
		}
		cat, dog, owl := s.Emoji(t, "cat"), s.Emoji(t, "dog"), s.Emoji(t, "owl")
		p, err := s.Publisher.Post(ctx, social.Draft{Text: ":cat: :none: a:dog: :cat:", Warning: ":owl:"}, nil)
		must(err)
		want("a post", p.IRI, cat, owl)
		must(s.Publisher.RetireEmoji(ctx, cat.ID))
		want("the post when one is retired", p.IRI, cat, owl)
		_, err = s.Publisher.Edit(ctx, p.ID, social.Draft{Text: ":dog: :cat:"})
		must(err)
		want("edited, with what it had", p.IRI, dog, cat)
		again := s.Emoji(t, "cat")
		_, err = s.Publisher.Edit(ctx, p.ID, social.Draft{Text: ":cat:"})
		must(err)
		want("edited when another has the shortcode", p.IRI, again)
		must(s.Publisher.RetireEmoji(ctx, owl.ID))
		later, err := s.Publisher.Post(ctx, social.Draft{Text: ":owl:"}, nil)
		must(err)
		want("a retired one in a new post", later.IRI)

		ant, bee := s.Emoji(t, "ant"), s.Emoji(t, "bee")
		profile := social.Profile{Name: "Anna :cat:", Bio: "likes :dog:", Fields: []social.ProfileField{{Name: ":ant:", Value: ":bee: :owl:"}}}
		must(s.Publisher.EditProfile(ctx, profile))
		want("a profile", s.Owner.IRI, again, dog, ant, bee)
		must(s.Publisher.RetireEmoji(ctx, dog.ID))
		profile.Fields[0].Value = ":cat:"
		must(s.Publisher.EditProfile(ctx, profile))
		want("the profile with what it had", s.Owner.IRI, again, dog, ant)
		must(s.Publisher.EditProfile(ctx, social.Profile{Name: "Anna"}))
		want("a plain profile", s.Owner.IRI)
	})
}

func TestEmojiIsADocumentForGood(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		cat := s.Emoji(t, "cat")
		at := s.URLs().Emoji(cat.ID)
		for range 2 {
			res := look(t, asking(t, "GET", at, server))
			doc := object(t, res.body)
			if context, ok := doc["@context"].([]any); !ok || context[0] != as {
				t.Errorf("the context is %v", doc["@context"])
			}
			delete(doc, "@context")
			if diff := cmp.Diff(emojiTag(s, cat), doc); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			if cache := res.header.Get("Cache-Control"); cache != "public, max-age=180" || res.header.Get("Content-Type") != asDocument {
				t.Errorf("got %v, want a document that may be kept", res.header)
			}
			if err := s.Publisher.RetireEmoji(t.Context(), cat.ID); err != nil && !social.Is(err, social.NotFound) {
				t.Fatal(err)
			}
		}
		for _, absent := range []string{"/emoji/1", "/emoji/x", "/emoji/" + s.Owner.ID.String()} {
			if got := look(t, asking(t, "GET", s.Origin+absent, server)); got.status != 404 {
				t.Errorf("%s: got %d %s, want 404", absent, got.status, got.body)
			}
		}
	})
}

func TestEmojiIsSeenOnAnotherServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		r := &road{t: t, ctx: t.Context(), anna: testkit.Start(t, dsn, "anna"), bert: testkit.Start(t, other(t, dsn), "bert")}
		r.follow()
		cat := r.anna.Emoji(t, "cat")
		r.must(r.anna.Publisher.EditProfile(r.ctx, social.Profile{Name: "Anna :cat:"}))
		p, err := r.anna.Publisher.Post(r.ctx, social.Draft{Text: "hello :cat:"}, nil)
		r.must(err)
		r.settle()
		want := []social.Emoji{{
			Shortcode: "cat", URL: r.anna.URLs().Media(cat.Key), IRI: r.anna.URLs().Emoji(cat.ID), MediaType: "image/png", Updated: cat.Created.UTC(),
		}}
		theirs, err := r.bert.DB.PostByIRI(r.ctx, p.IRI)
		r.must(err)
		for what, got := range map[string][]social.Emoji{"post": theirs.Emojis, "author": r.known(r.bert, r.anna).Emojis} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		if res, body := load(t, r.bert.Library.Address(want[0].URL)); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" {
			t.Errorf("its picture by bert's server: got %d %s", res.StatusCode, body)
		}
	})
}

func TestEmojiIsCalledAsOthersCanReadIt(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		cat := s.Emoji(t, "cat")
		taken := social.Image{URL: s.URLs().Media(cat.Key), MediaType: "image/png"}
		for code, kind := range map[string]social.Kind{
			"": social.Unprocessable, "a": social.Unprocessable, ":cat:": social.Unprocessable, "a-b": social.Unprocessable, "kät": social.Unprocessable,
			"a23456789012345678901234567890123": social.Unprocessable,
			"another":                           social.Conflict, // its picture is one already
		} {
			if _, err := s.Publisher.AddEmoji(t.Context(), code, taken); !social.Is(err, kind) {
				t.Errorf("%q: got %v, want kind %d", code, err, kind)
			}
		}
	})
}

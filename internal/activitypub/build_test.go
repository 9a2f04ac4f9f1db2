package activitypub

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

var update = flag.Bool("update", false, "write testdata anew from what is built")

var (
	builder = Builder{URLs: ours}
	noon    = time.Date(2024, 5, 1, 12, 0, 0, 987654321, time.FixedZone("", 2*60*60))
	later   = time.Date(2024, 5, 1, 11, 30, 0, 0, time.UTC)
	keys    = ActorKeys{RSAPEM: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n", Multikey: "z6MkKey"}
)

// cat is an emoji of ours.
var cat = social.OwnEmoji{ID: postID + 1, Shortcode: "cat", Key: "own/cat.png", MediaType: "image/png", Created: later}

func kim() social.Actor {
	return social.Actor{
		IRI: ours.Actor("kim"), Kind: social.Person, Local: true, Username: "kim", Domain: "example",
		Name: "Kim & Co", Summary: "<p>Hi</p>", URL: ours.Profile("kim"),
		Inbox: ours.Inbox("kim"), SharedInbox: ours.SharedInbox(), Outbox: ours.Outbox("kim"),
		Followers: ours.Followers("kim"), Following: ours.Following("kim"),
		Featured: ours.Featured("kim"), FeaturedTags: ours.FeaturedTags("kim"),
		Icon:        social.Image{URL: "https://social.example/media/1.png", MediaType: "image/png", Alt: "a rock"},
		Fields:      []social.Field{{Name: "Home", Value: `<a href="https://kim.example">kim.example</a>`}},
		AlsoKnownAs: []string{"https://old.example/users/kim"},
		Emojis:      []social.Emoji{builder.EmojiOf(cat)},
		Locked:      true, Discoverable: true, Indexable: true, Published: noon, Updated: later,
	}
}

func server() social.Actor {
	return social.Actor{
		IRI: ours.Server(), Kind: social.Application, Local: true, Username: ours.ServerName(), Domain: ours.Domain,
		Name: ours.Domain, URL: ours.Origin + "/", Inbox: ours.ServerInbox(), SharedInbox: ours.SharedInbox(),
		Outbox: ours.ServerOutbox(), Followers: ours.ServerFollowers(), Following: ours.ServerFollowing(),
		Locked: true, Published: noon,
	}
}

// bare is a post with the least that a post of ours has.
func bare() social.Post {
	return social.Post{
		ID: postID, IRI: ours.Post("kim", postID), URL: ours.PostPage("kim", postID), AuthorIRI: ours.Actor("kim"), Kind: social.Note,
		Visibility: social.Direct, Content: "<p>Hi</p>", To: []string{alice}, Published: noon,
	}
}

// full is a Note with all that a post of ours can have.
func full() social.Post {
	p := bare()
	p.Warning, p.Sensitive, p.Language, p.Content = "food", true, "de", "<p>Grüße an <a>@alice</a> #GoLang</p>"
	p.InReplyTo, p.Context, p.Edited = note, ours.Context("kim", postID), later
	p.Mentions = []social.Mention{{IRI: alice, Handle: "alice@a.example"}}
	p.Hashtags = []string{"GoLang", "Grüße"}
	p.Emojis = []social.Emoji{builder.EmojiOf(cat)}
	p.Attachments = []social.Attachment{
		{URL: "https://social.example/media/2.png", MediaType: "image/png", Alt: "soup", Blurhash: "LEHV", Width: 640, Height: 480, Focus: [2]float64{-0.5, 1}},
		{URL: "https://social.example/media/3.mp3", MediaType: "audio/mpeg"},
	}
	p.Visibility, p.Counts = social.Public, social.Counts{Replies: 1, Likes: 2, Boosts: 3}
	p.To, p.Cc = builder.Address(p.Visibility, kim(), p.Mentions)
	return p
}

func question() social.Post {
	p := bare()
	p.Kind, p.Visibility = social.Question, social.FollowersOnly
	p.To, p.Cc = builder.Address(p.Visibility, kim(), nil)
	p.Poll = &social.Poll{Multiple: true, Options: []social.PollOption{{Name: "tea", Votes: 3}, {Name: "coffee"}}, EndsAt: later, ClosedAt: later, Voters: 3}
	return p
}

func single() social.Post {
	p := question()
	p.Poll = &social.Poll{Options: []social.PollOption{{Name: "yes"}, {Name: "no"}}, EndsAt: later}
	return p
}

// built is every document that we write, by the name of its golden file.
func built() map[string]Object {
	b, me, id := builder, ours.Actor("kim"), ours.Activity("kim", "t0k3n")
	public, followers := []string{Public}, []string{ours.Followers("kim")}
	theirs := FollowObject("https://a.example/follows/1", alice, me)
	like := b.Like(id, me, note, []string{alice})
	page := ours.Followers("kim") + "?page=1"
	return map[string]Object{
		"actor": b.Actor(kim(), keys), "server": b.Actor(server(), keys),
		"note": b.Post(full(), kim()), "note-bare": b.Post(bare(), kim()),
		"question-multiple": b.Post(question(), kim()), "question-single": b.Post(single(), kim()),
		"create":       b.Create(id, full(), kim()),
		"update-actor": b.Update(id, b.Actor(kim(), keys), me, public, followers, later),
		"update-note":  b.Update(id, b.Post(full(), kim()), me, public, followers, later),
		"delete":       b.Delete(id, me, ours.Post("kim", postID), "Note", public, followers, later),
		"delete-actor": b.Delete(id, me, me, "", public, nil, later),
		"tombstone":    b.Tombstone(ours.Post("kim", postID), "Note", later),
		"follow":       b.Follow(id, me, alice),
		"accept":       b.Accept(id, me, theirs), "reject": b.Reject(id, me, theirs),
		"accept-without-id": b.Accept(id, me, FollowObject("", alice, me)),
		"undo-follow":       b.Undo(id, me, b.Follow(id+"/1", me, alice), nil, nil),
		"undo-like":         b.Undo(id, me, like, []string{alice}, nil),
		"undo-announce":     b.Undo(id, me, b.Announce(id+"/1", me, note, public, followers, later), public, followers),
		"undo-block":        b.Undo(id, me, b.Block(id+"/1", me, alice), nil, nil),
		"like":              like, "announce": b.Announce(id, me, note, public, append(followers, alice), later),
		"block": b.Block(id, me, alice),
		"add":   b.Add(id, me, note, ours.Featured("kim")), "remove": b.Remove(id, me, note, ours.Featured("kim")),
		"emoji":             b.Emoji(b.EmojiOf(cat)),
		"collection":        b.Collection(ours.Followers("kim"), 12, page, page+"2", true),
		"collection-hidden": b.Collection(ours.Followers("kim"), 12, "", "", true),
		"collection-plain":  b.Collection(ours.Replies("kim", postID), 0, "", "", false),
		"page":              b.CollectionPage(page, ours.Followers("kim"), page+"2", page+"0", []any{alice}, true),
		"page-empty":        b.CollectionPage(page, ours.Replies("kim", postID), "", "", nil, false),
		"whole":             b.Whole(ours.Featured("kim"), []any{note, Embedded(b.Post(bare(), kim()))}, true),
		"whole-plain":       b.Whole(ours.FeaturedTags("kim"), nil, false),
	}
}

// encoded gives a document as it goes out, and its context apart.
func encoded(t *testing.T, o Object) (body, context string) {
	t.Helper()
	body, context = indented(t, Embedded(o)), indented(t, o["@context"])
	return body, context
}

func indented(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestBuiltDocumentsAreAsRecorded(t *testing.T) {
	t.Parallel()
	documents := built()
	for name, o := range documents {
		body, context := encoded(t, o)
		golden(t, name, body)
		golden(t, "context", context)
		if strings.Contains(body, "@context") {
			t.Errorf("%s: an embedded object has a context of its own", name)
		}
		for _, word := range []string{`"bto"`, `"bcc"`, "null"} {
			if strings.Contains(body, word) {
				t.Errorf("%s: it says %s", name, word)
			}
		}
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(documents)+1 {
		t.Errorf("testdata has %d files, %v; want %d and the context", len(files), err, len(documents))
	}
}

// sent gives a document as its receiver decodes it.
func sent(t *testing.T, o Object) Object {
	t.Helper()
	return decode(t, indented(t, o))
}

func TestBuiltActorReadsAsItWas(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]social.Actor{"owner": kim(), "server": server()} {
		doc := sent(t, builder.Actor(a, keys))
		got, gotKeys, err := ParseActor(doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := a
		want.Local, want.Domain, want.Published = false, "", a.Published.UTC().Truncate(time.Millisecond)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		wantKeys := []social.Key{
			{IRI: a.IRI + "#main-key", ActorIRI: a.IRI, PEM: keys.RSAPEM}, {IRI: a.IRI + "#ed25519-key", ActorIRI: a.IRI, Multikey: keys.Multikey},
		}
		if diff := cmp.Diff(wantKeys, gotKeys); diff != "" {
			t.Errorf("%s: keys (-want +got):\n%s", name, diff)
		}
		if handle := doc.Str("webfinger"); handle != a.Handle() {
			t.Errorf("%s: got the handle %q, want %q", name, handle, a.Handle())
		}
	}
}

func TestBuiltPostReadsAsItWas(t *testing.T) {
	t.Parallel()
	article := bare()
	article.Kind, article.Title, article.Context = social.Article, "On soup", ours.Context("kim", postID)
	for name, p := range map[string]social.Post{"full": full(), "bare": bare(), "multiple": question(), "single": single(), "article": article} {
		want := p
		want.ID, want.Counts, want.Published = 0, social.Counts{}, p.Published.UTC().Truncate(time.Millisecond)
		for by, doc := range map[string]Object{
			"post":   sent(t, builder.Post(p, kim())),
			"Create": sent(t, builder.Create("https://social.example/1", p, kim())).Obj("object"),
		} {
			got, err := ParsePost(doc, kim().Followers)
			if err != nil {
				t.Fatalf("%s by its %s: %v", name, by, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s by its %s (-want +got):\n%s", name, by, diff)
			}
		}
	}
}

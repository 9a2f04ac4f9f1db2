package activitypub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
)

// sample is one document that other software wrote.
type sample struct {
	file, kind string
	bytes      []byte
}

// ofSoftware reports whether a server wrote it, and not the author of a
// specification or of a test.
func (s sample) ofSoftware() bool { return !strings.HasPrefix(s.file, "_") }

// corpus reads the samples that SKERRY_SHARED names, none when it is not set.
func corpus(t testing.TB) []sample {
	t.Helper()
	root := os.Getenv("SKERRY_SHARED")
	if root == "" {
		t.Log("SKERRY_SHARED is not set: documents of other software are not read")
		return nil
	}
	index, err := os.ReadFile(filepath.Join(root, "corpus", "index.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	for line := range strings.Lines(string(index)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 3 || columns[0] == "file" {
			continue
		}
		document, err := os.ReadFile(filepath.Join(root, "corpus", filepath.FromSlash(columns[0])))
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, sample{columns[0], columns[2], document})
	}
	return samples
}

// refusals are the documents of other software that we do not take, and why.
var refusals = map[string]string{
	// Actors that nobody can write to.
	"bridgy-fed/bsky.brid.gy.as2.json": "has no inbox",
	"bridgy-fed/fed.brid.gy.as2.json":  "has no inbox",
	"xwiki/person1.json":               "has no inbox",
	"mastodon/application_actor.json":  "has no id", // the generator of a post
	// Posts without a name of their own, and posts of nobody.
	"bridgy-fed/test_dms-L504-create.json":                    "has no id",
	"funfedi-pasture/required_properties-02.json":             "has no id",
	"glitch-soc/Image.json":                                   "has no id", // an avatar
	"mbin/CreateTest__testCreateEntryWithUrlAndImage__1.json": "has no id",
	"mbin/UpdateTest__testUpdateEntry__1.json":                "has no id",
	"mbin/UpdateTest__testUpdatePost__1.json":                 "has no id",
	"xwiki/note2.json":                                        "has no id",
	"funfedi-pasture/required_properties-04.json":             "has no author",
	"mastodon/note_mastodon_with_video.as2-from-as.json":      "has no author",
	"mastodon/note_mastodon_with_video.as2.json":              "has no author",
	"mastodon/question.as2.json":                              "has no author",
	"mastodon/question_multiple_choice.as2.json":              "has no author",
	"xwiki/note1.json":                                        "has no author",
}

// noActivities are the types of documents that are neither actor, post nor
// activity: all lack an actor.
var noActivities = []string{
	"Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage", "Conversation", "ChatMessage",
	"Document", "Emoji", "Hashtag", "LikeAuthorization", "Mention", "Wrong",
}

// walker takes the samples one by one and keeps what it has met.
type walker struct {
	t        *testing.T
	used     map[string]bool // entries of refusals and noActivities
	software map[string]int
	accepted map[string]int
}

func TestDocumentsOfOtherSoftwareAreUnderstood(t *testing.T) {
	t.Parallel()
	samples := corpus(t)
	if samples == nil {
		return
	}
	w := &walker{t, map[string]bool{}, map[string]int{}, map[string]int{}}
	for _, s := range samples {
		if s.ofSoftware() {
			w.software[filepath.Dir(s.file)]++
		}
		w.walk(s)
	}
	for file := range refusals {
		if !w.used[file] {
			t.Errorf("the refusal of %s is not needed", file)
		}
	}
	for _, kind := range noActivities {
		if !w.used[kind] {
			t.Errorf("no %s was met", kind)
		}
	}
	if len(w.software) < 27 || w.accepted["actor"] == 0 || w.accepted["post"] == 0 || w.accepted["activity"] == 0 {
		t.Errorf("got documents of %d kinds of software, accepted %v", len(w.software), w.accepted)
	}
	t.Logf("%d kinds of software, accepted %v, %d refused by name", len(w.software), w.accepted, len(refusals))
}

// walk parses a document by what it says it is, and compares the facts with the
// JSON as encoding/json reads it.
func (w *walker) walk(s sample) {
	o, err := Decode(s.bytes)
	if err != nil {
		if s.ofSoftware() || !social.Is(err, social.Invalid) {
			w.t.Errorf("%s: the gate refused it: %v", s.file, err)
		}
		return
	}
	var raw map[string]any
	if err := json.Unmarshal(s.bytes, &raw); err != nil {
		w.t.Errorf("%s: encoding/json does not read what the gate let through: %v", s.file, err)
		return
	}
	f := facts{w.t, s.file, raw}
	f.same("id", o.ID())
	switch {
	case actorKinds[o.Type()] != "":
		w.actor(s, o, f)
	case postKinds[o.Type()] != "":
		w.post(s, o, f)
	default:
		w.activity(s, o, f)
	}
}

func (w *walker) actor(s sample, o Object, f facts) {
	a, keys, err := ParseActor(o)
	if w.taken(s, "actor", err) {
		f.actor(a, keys)
	}
}

func (w *walker) post(s sample, o Object, f facts) {
	p, err := ParsePost(o, f.text("attributedTo")+"/followers")
	if w.taken(s, "post", err) {
		f.post(p)
	}
}

func (w *walker) activity(s sample, o Object, f facts) {
	a, err := ParseActivity(o)
	switch {
	case slices.Contains(noActivities, o.Type()):
		w.used[o.Type()] = true
		refused(w.t, err, social.Invalid, "has 0 actors")
		return
	case s.kind == "webfinger" || s.kind == "nodeinfo":
		refused(w.t, err, social.Invalid, "has no type")
		return
	case a.Object == nil || postKinds[a.Object.Type()] == "" || err != nil:
		if w.taken(s, "activity", err) {
			f.activity(a)
		}
		return
	}
	f.activity(a)
	if object, ok := f.raw["object"].(map[string]any); ok {
		w.post(s, a.Object, facts{w.t, s.file, object})
	}
}

// taken reports whether a document was accepted. What software wrote may be
// refused only by name; a specification's fragments may lack anything.
func (w *walker) taken(s sample, as string, err error) bool {
	reason, listed := refusals[s.file]
	switch {
	case listed:
		w.used[s.file] = true
		if !social.Is(err, social.Invalid) || !strings.Contains(err.Error(), reason) {
			w.t.Errorf("%s: got %v, want a refusal with %q", s.file, err, reason)
		}
	case err != nil && (s.ofSoftware() || !social.Is(err, social.Invalid)):
		w.t.Errorf("%s: refused as %s: %v", s.file, as, err)
	case err == nil:
		w.accepted[as]++
	}
	return err == nil
}

// facts is what a document says, read without our parsers.
type facts struct {
	t    *testing.T
	file string
	raw  map[string]any
}

func (f facts) text(key string) string {
	s, _ := f.raw[key].(string)
	return s
}

// canonical is an address that our canonical form leaves alone.
var canonical = regexp.MustCompile(`^https?://[a-z0-9.-]*[a-z0-9](:(8|9|3)\d{3})?(/[!-~]*)?$`)

// same checks an IRI where the document has it as plain text.
func (f facts) same(key, got string) {
	f.t.Helper()
	if want := f.text(key); canonical.MatchString(want) && got != want {
		f.t.Errorf("%s: got %s %q, want %q", f.file, key, got, want)
	}
}

func (f facts) sameText(key, got string) {
	f.t.Helper()
	if want, ok := f.raw[key].(string); ok && got != want {
		f.t.Errorf("%s: got %s %.200q, want %.200q", f.file, key, got, want)
	}
}

func (f facts) sameTime(key string, got time.Time) {
	f.t.Helper()
	if want, err := time.Parse(time.RFC3339, f.text(key)); err == nil && !got.Equal(want) {
		f.t.Errorf("%s: got %s %v, want %v", f.file, key, got, want)
	}
}

// public reports whether a list of recipients names everybody.
func (f facts) public(key string) bool {
	list, err := json.Marshal(f.raw[key])
	return err == nil && regexp.MustCompile(`"(https://www\.w3\.org/ns/activitystreams#|as:)?Public"`).Match(list)
}

func (f facts) actor(a social.Actor, keys []social.Key) {
	f.t.Helper()
	f.same("inbox", a.Inbox)
	f.same("outbox", a.Outbox)
	f.same("followers", a.Followers)
	f.same("movedTo", a.MovedTo)
	f.sameText("type", string(a.Kind))
	f.sameText("preferredUsername", a.Username)
	f.sameText("name", a.Name)
	f.sameText("summary", a.Summary)
	f.sameTime("published", a.Published)
	key, _ := f.raw["publicKey"].(map[string]any)
	id, _ := key["id"].(string)
	pem, _ := key["publicKeyPem"].(string)
	own := key["owner"] == a.IRI && strings.HasPrefix(id, a.IRI) && pem != ""
	i := slices.IndexFunc(keys, func(k social.Key) bool { return k.PEM != "" })
	switch {
	case own && (i < 0 || keys[i].IRI != id || keys[i].PEM != pem || keys[i].ActorIRI != a.IRI):
		f.t.Errorf("%s: got keys %v, want %s", f.file, keys, id)
	case key["owner"] != a.IRI && i >= 0:
		f.t.Errorf("%s: the key %s is of %v", f.file, keys[i].IRI, key["owner"])
	}
}

func (f facts) post(p social.Post) {
	f.t.Helper()
	f.same("id", p.IRI)
	f.same("attributedTo", p.AuthorIRI)
	f.same("inReplyTo", p.InReplyTo)
	f.sameText("type", string(p.Kind))
	f.sameText("content", p.Content)
	f.sameText("summary", p.Warning)
	f.sameTime("published", p.Published)
	followers := f.text("attributedTo") + "/followers"
	named := slices.Contains(p.To, followers) || slices.Contains(p.Cc, followers)
	want := social.Direct
	switch {
	case f.public("to"):
		want = social.Public
	case f.public("cc"):
		want = social.Unlisted
	case named:
		want = social.FollowersOnly
	}
	if p.Visibility != want {
		f.t.Errorf("%s: got %s, want %s", f.file, p.Visibility, want)
	}
	options, _ := f.raw["oneOf"].([]any)
	if p.Kind == social.Question && len(options) > 0 && (p.Poll == nil || len(p.Poll.Options) != len(options) || p.Poll.Multiple) {
		f.t.Errorf("%s: got the poll %+v, want %d options", f.file, p.Poll, len(options))
	}
}

func (f facts) activity(a Activity) {
	f.t.Helper()
	f.same("actor", a.Actor)
	f.same("object", a.ObjectIRI)
	f.same("target", a.Target)
	f.sameText("type", a.Type)
	f.sameTime("published", a.Published)
	object, _ := f.raw["object"].(map[string]any)
	if id, _ := object["id"].(string); canonical.MatchString(id) && (a.ObjectIRI != id || a.Object.ID() != id) {
		f.t.Errorf("%s: got the object %q, want %q", f.file, a.ObjectIRI, id)
	}
	if f.public("to") != slices.Contains(a.To, Public) || f.public("cc") != slices.Contains(a.Cc, Public) {
		f.t.Errorf("%s: got to %v cc %v", f.file, a.To, a.Cc)
	}
}

package activitypub

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestBuiltActivitiesReadAsTheyWere(t *testing.T) {
	t.Parallel()
	me, id, post := ours.Actor("kim"), ours.Activity("kim", "t0k3n"), ours.Post("kim", postID)
	public, followers := []string{Public}, []string{ours.Followers("kim")}
	toAlice := []string{alice}
	tests := map[string]Activity{
		"create":            {Type: "Create", ObjectIRI: post, To: public, Cc: append(followers, alice), Published: noon.UTC().Truncate(time.Millisecond)},
		"update-actor":      {Type: "Update", ObjectIRI: me, To: public, Cc: followers, Published: later},
		"update-note":       {Type: "Update", ObjectIRI: post, To: public, Cc: followers, Published: later},
		"delete":            {Type: "Delete", ObjectIRI: post, To: public, Cc: followers},
		"delete-actor":      {Type: "Delete", ObjectIRI: me, To: public},
		"follow":            {Type: "Follow", ObjectIRI: alice, To: toAlice},
		"accept":            {Type: "Accept", ObjectIRI: "https://a.example/follows/1", To: toAlice},
		"reject":            {Type: "Reject", ObjectIRI: "https://a.example/follows/1", To: toAlice},
		"accept-without-id": {Type: "Accept", To: toAlice},
		"undo-follow":       {Type: "Undo", ObjectIRI: id + "/1", To: toAlice},
		"undo-like":         {Type: "Undo", ObjectIRI: id, To: toAlice},
		"undo-announce":     {Type: "Undo", ObjectIRI: id + "/1", To: public, Cc: followers},
		"undo-block":        {Type: "Undo", ObjectIRI: id + "/1", To: toAlice},
		"like":              {Type: "Like", ObjectIRI: note, To: toAlice},
		"announce":          {Type: "Announce", ObjectIRI: note, To: public, Cc: append(followers, alice), Published: later},
		"block":             {Type: "Block", ObjectIRI: alice, To: toAlice},
		"add":               {Type: "Add", ObjectIRI: note, Target: ours.Featured("kim"), To: public},
		"remove":            {Type: "Remove", ObjectIRI: note, Target: ours.Featured("kim"), To: public},
	}
	documents := built()
	for name, want := range tests {
		got, err := ParseActivity(sent(t, documents[name]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want.ID, want.Actor = id, me
		want.Object, want.Raw = got.Object, got.Raw
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Other servers do not know our activities by their id alone, so answers and
// undoings carry what they speak of.
func TestAnswersAndUndoingsCarryWhatTheySpeakOf(t *testing.T) {
	t.Parallel()
	me := ours.Actor("kim")
	tests := map[string]struct{ kind, actor, object string }{
		"accept":            {"Follow", alice, me},
		"accept-without-id": {"Follow", alice, me},
		"reject":            {"Follow", alice, me},
		"undo-follow":       {"Follow", me, alice},
		"undo-like":         {"Like", me, note},
		"undo-announce":     {"Announce", me, note},
		"undo-block":        {"Block", me, alice},
	}
	documents := built()
	for name, want := range tests {
		inner, err := ParseActivity(sent(t, documents[name]).Obj("object"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if inner.Type != want.kind || inner.Actor != want.actor || inner.ObjectIRI != want.object {
			t.Errorf("%s: got a %s of %s by %s, want a %s of %s by %s",
				name, inner.Type, inner.ObjectIRI, inner.Actor, want.kind, want.object, want.actor)
		}
	}
}

func TestEmbeddingLeavesTheDocumentWhole(t *testing.T) {
	t.Parallel()
	follow := builder.Follow(ours.Activity("kim", "1"), ours.Actor("kim"), alice)
	builder.Undo(ours.Activity("kim", "2"), ours.Actor("kim"), follow, nil, nil)
	if follow["@context"] == nil {
		t.Error("the Follow lost its context when it was embedded")
	}
}

func TestDeletedThingSaysWhatItWas(t *testing.T) {
	t.Parallel()
	o := sent(t, builder.Delete("https://social.example/1", ours.Actor("kim"), ours.Post("kim", postID), "Note", nil, nil, later)).Obj("object")
	if o.Type() != "Tombstone" || o.Str("formerType") != "Note" || !o.Time("deleted").Equal(later) {
		t.Errorf("got %v, want the Tombstone of a Note deleted at %v", o, later)
	}
	if _, err := ParsePost(o, ""); err == nil {
		t.Error("a Tombstone is read as a post")
	}
}

func TestAddressFollowsFromVisibility(t *testing.T) {
	t.Parallel()
	author := kim()
	mentions := []social.Mention{{IRI: alice}, {IRI: author.IRI}, {IRI: "https://b.example/bob"}}
	named := []string{alice, "https://b.example/bob"}
	tests := []struct {
		visibility social.Visibility
		to, cc     []string
	}{
		{social.Public, []string{Public}, append([]string{author.Followers}, named...)},
		{social.Unlisted, []string{author.Followers}, append([]string{Public}, named...)},
		{social.FollowersOnly, []string{author.Followers}, named},
		{social.Direct, named, nil},
	}
	for _, test := range tests {
		to, cc := builder.Address(test.visibility, author, mentions)
		if diff := cmp.Diff([][]string{test.to, test.cc}, [][]string{to, cc}); diff != "" {
			t.Errorf("%s: to and cc (-want +got):\n%s", test.visibility, diff)
		}
		if got := visibilityOf(to, cc, author.Followers); got != test.visibility {
			t.Errorf("%s is read as %s", test.visibility, got)
		}
	}
}

func TestOnlyOpenPostsMayBeQuoted(t *testing.T) {
	t.Parallel()
	for v, want := range map[social.Visibility]string{
		social.Public: Public, social.Unlisted: Public, social.FollowersOnly: kim().IRI, social.Direct: kim().IRI,
	} {
		p := bare()
		p.Visibility = v
		policy := sent(t, builder.Post(p, kim())).Obj("interactionPolicy").Obj("canQuote")
		if diff := cmp.Diff([]string{want}, policy.IRIs("automaticApproval")); diff != "" {
			t.Errorf("%s: who may quote (-want +got):\n%s", v, diff)
		}
	}
}

func TestBuiltCollectionsCount(t *testing.T) {
	t.Parallel()
	documents := built()
	tests := map[string]struct {
		kind, list string
		items      int
	}{
		"collection":       {"OrderedCollection", "orderedItems", 0},
		"collection-plain": {"Collection", "items", 0},
		"page":             {"OrderedCollectionPage", "orderedItems", 1},
		"page-empty":       {"CollectionPage", "items", 0},
		"whole":            {"OrderedCollection", "orderedItems", 2},
		"whole-plain":      {"Collection", "items", 0},
	}
	for name, want := range tests {
		o := sent(t, documents[name])
		if o.Type() != want.kind || len(o.IRIs(want.list)) != want.items {
			t.Errorf("%s: got a %s of %v, want a %s of %d", name, o.Type(), o.IRIs(want.list), want.kind, want.items)
		}
	}
	for name, want := range map[string]int{"collection": 12, "collection-hidden": 12, "collection-plain": 0, "whole": 2, "whole-plain": 0} {
		if n, ok := sent(t, documents[name]).Int("totalItems"); !ok || n != want {
			t.Errorf("%s: got a total of %d, %t; want %d", name, n, ok, want)
		}
	}
}

package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// walk reads a collection from its first page to its last, as peers do, and
// gives the ids of its items. Every page must be a part of it, at its own address.
func walk(t *testing.T, collection string) (ids []string) {
	t.Helper()
	top := documentAt(t, collection)
	kind, _ := top["type"].(string)
	next, _ := top["first"].(string)
	prev := ""
	for pages := 0; next != ""; pages++ {
		if pages == 10 {
			t.Fatalf("%s has no end: at %s after %d items", collection, next, len(ids))
		}
		page := documentAt(t, next)
		if page["id"] != next || page["type"] != kind+"Page" || page["partOf"] != collection {
			t.Errorf("%s: the page says %v, %v of %v", next, page["id"], page["type"], page["partOf"])
		}
		if page["prev"] != nil && page["prev"] != prev {
			t.Errorf("%s: the page before is %v, want %q", next, page["prev"], prev)
		}
		ids = append(ids, idsOf(page)...)
		prev = next
		next, _ = page["next"].(string)
		if pages > 0 && len(idsOf(page)) == 0 {
			t.Errorf("%s was promised and is empty", page["id"])
		}
	}
	if top["id"] != collection || top["totalItems"] != float64(len(ids)) {
		t.Errorf("%s says that it is %v with %v items; its pages have %d", collection, top["id"], top["totalItems"], len(ids))
	}
	once := slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(once) != len(ids) {
		t.Errorf("%s: %d of %d items come again", collection, len(ids)-len(once), len(ids))
	}
	return ids
}

// idsOf gives the ids of what a page or a whole collection holds.
func idsOf(page map[string]any) (ids []string) {
	items, ordered := page["orderedItems"].([]any)
	if !ordered {
		items, _ = page["items"].([]any)
	}
	for _, item := range items {
		if whole, ok := item.(map[string]any); ok {
			item = whole["id"]
			if whole["type"] == "Create" {
				item = whole["object"].(map[string]any)["id"]
			}
		}
		ids = append(ids, fmt.Sprint(item))
	}
	return ids
}

func wantItems(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestOutboxHasAllThatIsOpenNewestFirst(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		kept, _ := st.post(note["id"])
		var want []string
		for i := range 45 {
			p, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: "hello", Visibility: social.Visibility(i % 4)}, nil)
			st.must(err)
			if p.Visibility.Open() {
				want = append(want, p.IRI)
			}
		}
		for range 22 {
			p, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: "hello"}, nil)
			st.must(err)
			want = append(want, p.IRI)
		}
		b, err := st.s.Publisher.Boost(st.ctx, kept.ID, social.Public)
		st.must(err)
		want = append(want, b.IRI)
		slices.Reverse(want)
		wantItems(t, "outbox", want, walk(t, st.s.Owner.Outbox))

		st.must(st.s.Publisher.Unboost(st.ctx, kept.ID))
		_, own, _ := st.s.URLs().ParsePost(want[1])
		st.must(st.s.Publisher.Delete(st.ctx, own))
		wantItems(t, "outbox after a deletion and an undone boost", want[2:], walk(t, st.s.Owner.Outbox))
	})
}

// What was boosted and then deleted, by whomever, is not announced any more.
func TestOutboxForgetsTheBoostOfADeletedPost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		his, _ := st.post(note["id"])
		own := st.own("mine")
		for _, id := range []social.ID{his.ID, own.ID} {
			_, err := st.s.Publisher.Boost(st.ctx, id, social.Public)
			st.must(err)
		}
		if n := len(walk(t, st.s.Owner.Outbox)); n != 3 {
			t.Errorf("the outbox has %d items, want the post and two boosts", n)
		}
		st.must(st.s.Publisher.Delete(st.ctx, own.ID))
		st.tell(st.bert, st.bert.Activity("Delete", "d1", note["id"]))
		wantItems(t, "outbox", nil, walk(t, st.s.Owner.Outbox))
	})
}

// crowd makes n actors elsewhere who follow the owner and are followed, and one
// more who only asked and was only asked.
func crowd(t *testing.T, s *testkit.Server, n int) (newestFirst []string) {
	t.Helper()
	for i := range n + 1 {
		iri := fmt.Sprintf("https://a.example/users/%d", i)
		a := social.Actor{IRI: iri, Kind: social.Person, Username: fmt.Sprint(i), Domain: "a.example", Inbox: iri + "/inbox", FetchedAt: time.Now()}
		state := social.Accepted
		if i == n {
			state = social.Pending
		} else {
			newestFirst = append(newestFirst, iri)
		}
		err := s.DB.InTx(t.Context(), func(tx *store.Tx) error {
			id, err := tx.PutActor(t.Context(), a, "a.example")
			if err != nil {
				return err
			}
			for _, f := range []social.Follow{{Follower: id, Followee: s.Owner.ID}, {Follower: s.Owner.ID, Followee: id}} {
				f.ID, f.State, f.At = s.DB.IDs().New(), state, time.Now()
				f.IRI = fmt.Sprintf("%s/follows/%d", iri, f.ID)
				if _, err := tx.PutFollow(t.Context(), f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(newestFirst)
	return newestFirst
}

func TestFollowersAndFollowingAreCountedAndCanBeHidden(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		want := crowd(t, s, 40) // two whole pages
		lists := []string{s.Owner.Followers, s.Owner.Following}
		for _, list := range lists {
			wantItems(t, list, want, walk(t, list))
		}
		if err := s.Publisher.EditProfile(t.Context(), social.Profile{Name: "anna", HideFollows: true}); err != nil {
			t.Fatal(err)
		}
		for _, list := range lists {
			c := documentAt(t, list)
			if c["totalItems"] != 40. || c["first"] != nil || c["orderedItems"] != nil || c["items"] != nil {
				t.Errorf("%s, hidden: got %v, want the total alone", list, c)
			}
			if got := look(t, asking(t, "GET", list+"?page=true", server)); got.status != 404 || strings.Contains(got.body, "a.example") {
				t.Errorf("%s?page=true, hidden: got %d %s, want 404", list, got.status, got.body)
			}
		}
	})
}

func TestFeaturedHasThePinsThatAreOpen(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, first social.Post) {
		post := func(v social.Visibility) social.Post {
			p, err := s.Publisher.Post(t.Context(), social.Draft{Text: "look", Visibility: v}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		second, hidden := post(social.Unlisted), post(social.FollowersOnly)
		for _, p := range []social.Post{first, second, hidden} {
			if err := s.Publisher.Pin(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		featured := documentAt(t, s.Owner.Featured)
		got := idsOf(featured)
		slices.Sort(got)
		wantItems(t, "featured", []string{first.IRI, second.IRI}, got)
		if featured["type"] != "OrderedCollection" || featured["totalItems"] != 2. || featured["id"] != s.Owner.Featured {
			t.Errorf("featured is %v %v with %v items, want 2", featured["type"], featured["id"], featured["totalItems"])
		}
		if err := s.Publisher.Unpin(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		wantItems(t, "featured after an unpin", []string{second.IRI}, idsOf(documentAt(t, s.Owner.Featured)))
		if tags := documentAt(t, s.Owner.FeaturedTags); tags["type"] != "Collection" || tags["totalItems"] != 0. || tags["id"] != s.Owner.FeaturedTags {
			t.Errorf("featured tags are %v, want an empty Collection", tags)
		}
	})
}

// Replies that are not for everybody are neither shown nor counted, and end no page.
func TestRepliesAreTheOpenOnesOldestFirst(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, root social.Post) {
		var want []string
		for i := range 45 {
			p, err := s.Publisher.Post(t.Context(), social.Draft{Text: "hello", InReplyTo: root.ID, Visibility: social.Visibility(i % 4)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if p.Visibility.Open() {
				want = append(want, p.IRI)
			}
		}
		wantItems(t, "replies", want, walk(t, root.IRI+"/replies"))
		conversation := documentAt(t, root.Context)
		wantItems(t, "conversation", append([]string{root.IRI}, want...), idsOf(conversation))
		if conversation["id"] != root.Context || conversation["type"] != "OrderedCollection" || conversation["totalItems"] != float64(len(want)+1) {
			t.Errorf("the conversation is %v %v with %v items, want %d", conversation["type"], conversation["id"], conversation["totalItems"], len(want)+1)
		}
	})
}

// Who likes and boosts is the owner's to know.
func TestLikesAndSharesAreTotals(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.own("like me")
		st.tell(st.bert, st.bert.Activity("Like", "l1", p.IRI))
		st.tell(st.eve, st.eve.Activity("Like", "l2", p.IRI))
		st.tell(st.eve, st.eve.Activity("Announce", "a1", p.IRI))
		note := documentAt(t, p.IRI)
		for name, want := range map[string]float64{"likes": 2, "shares": 1} {
			c := documentAt(t, p.IRI+"/"+name)
			inNote := note[name].(map[string]any)
			if c["id"] != p.IRI+"/"+name || c["id"] != inNote["id"] || c["totalItems"] != want || inNote["totalItems"] != want {
				t.Errorf("%s: got %v, in the post %v; want %v", name, c, inNote, want)
			}
			if c["first"] != nil || c["items"] != nil || c["orderedItems"] != nil {
				t.Errorf("%s: got %v, want the total alone", name, c)
			}
		}
	})
}

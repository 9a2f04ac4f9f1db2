package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestBothPeopleOfTheStoryHeardEachOther(t *testing.T) {
	t.Parallel()
	marit, noor := testkit.Demo(t)
	for _, pair := range [][2]*testkit.Server{{marit, noor}, {noor, marit}} {
		here, there := pair[0], pair[1]
		other, err := here.DB.ActorByIRI(t.Context(), there.Owner.IRI)
		if err != nil {
			t.Fatal(err)
		}
		said, err := there.DB.PostsBy(t.Context(), there.Owner.ID, social.Direct, store.PageOf{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		heard, err := here.DB.PostsBy(t.Context(), other.ID, social.Direct, store.PageOf{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts(said), texts(heard)); diff != "" {
			t.Errorf("what %s said and the other server has (-said +has):\n%s", there.Owner.Username, diff)
		}
		told, err := here.DB.Notifications(t.Context(), nil, store.PageOf{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[social.NotificationKind]bool{}
		for _, n := range told {
			kinds[n.Kind] = true
		}
		want := map[social.NotificationKind]bool{
			social.NotifyFollow: true, social.NotifyMention: true, social.NotifyLike: true, social.NotifyBoost: true,
		}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Errorf("what %s is told of (-want +got):\n%s", here.Owner.Username, diff)
		}
	}
}

// shown is what a reader sees of a post.
type shown struct {
	Text, Warning, Language string
	Visibility              social.Visibility
	Pictures                []string // their descriptions
}

func texts(posts []social.Post) []shown {
	var out []shown
	for _, p := range posts {
		s := shown{markup.Text(p.Content), p.Warning, p.Language, p.Visibility, nil}
		for _, a := range p.Attachments {
			s.Pictures = append(s.Pictures, a.Alt)
		}
		out = append(out, s)
	}
	return out
}

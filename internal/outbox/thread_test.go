package outbox

import (
	"slices"
	"testing"

	"skerry/internal/social"
)

func TestAnswersAreReadRightAfterWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	var posts []social.Post
	for id, parent := range map[social.ID]social.ID{2: 1, 3: 1, 4: 2, 5: 3, 6: 2, 7: 4} {
		posts = append(posts, social.Post{ID: id, Parent: parent})
	}
	slices.SortFunc(posts, func(a, b social.Post) int { return int(a.ID - b.ID) })
	var got []social.ID
	for _, p := range InReadingOrder(social.Post{ID: 1}, posts) {
		got = append(got, p.ID)
	}
	if want := []social.ID{2, 4, 7, 6, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

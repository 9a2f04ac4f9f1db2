package mastodon

import (
	"net/http"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
)

// public answers GET /api/v1/timelines/public: what everybody may read of those who
// are known here. Answers are left out, as Mastodon does. [Masto: timelines]
func (a *API) public(w http.ResponseWriter, r *request) error {
	t := store.Timeline{Starts: true, Local: r.flag("local", false), Remote: r.flag("remote", false), Media: r.flag("only_media", false)}
	return a.timeline(w, r, t)
}

// tagged answers GET /api/v1/timelines/tag/:hashtag.
func (a *API) tagged(w http.ResponseWriter, r *request) error {
	t := store.Timeline{Local: r.flag("local", false), Remote: r.flag("remote", false), Media: r.flag("only_media", false)}
	t.Any = folded(append(r.list("any"), r.pathText("hashtag")))
	t.All, t.None = folded(r.list("all")), folded(r.list("none"))
	if len(t.Any)+len(t.All)+len(t.None) > mostTags {
		return social.Faultf(social.Invalid, "at most %d hashtags can be asked for at once", mostTags)
	}
	return a.timeline(w, r, t)
}

// mostTags is how many hashtags one timeline can be about.
const mostTags = 20

func folded(names []string) (out []string) {
	for _, name := range names {
		if tag := markup.FoldTag(name); tag != "" {
			out = append(out, tag)
		}
	}
	return out
}

func (a *API) timeline(w http.ResponseWriter, r *request, t store.Timeline) error {
	page, err := r.page(20, 40)
	if err != nil {
		return err
	}
	posts, err := a.db.PublicPosts(r.Context(), r.owner.Actor.ID, t, page)
	if err != nil {
		return err
	}
	if len(posts) > 0 {
		a.link(w, r, posts[0].ID.String(), posts[len(posts)-1].ID.String())
	}
	return a.answerPosts(w, r, posts)
}

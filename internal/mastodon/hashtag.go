package mastodon

import (
	"net/http"
	"strconv"

	"skerry/internal/markup"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// foundTag is a hashtag with how much it is used. [Masto: Tag]
type foundTag struct {
	tag
	History   []tagDay `json:"history"`
	Following bool     `json:"following"`
	Featuring bool     `json:"featuring"`
}

// tagDay is one day; all three are texts.
type tagDay struct {
	Day      string `json:"day"` // seconds since 1970
	Uses     string `json:"uses"`
	Accounts string `json:"accounts"`
}

func (a *API) foundTag(u social.TagUse, followed bool) foundTag {
	out := foundTag{tag: tag{Name: u.Name, URL: a.urls.Tag(u.Name)}, History: []tagDay{}, Following: followed}
	for _, d := range u.Days {
		out.History = append(out.History, tagDay{strconv.FormatInt(d.Day.Unix(), 10), strconv.Itoa(d.Posts), strconv.Itoa(d.People)})
	}
	return out
}

// foundTags gives hashtags as apps read them.
func (a *API) foundTags(r *request, uses []social.TagUse) ([]foundTag, error) {
	var tags []string
	for _, u := range uses {
		tags = append(tags, u.Tag)
	}
	followed, err := a.db.FollowedAmong(r.Context(), tags)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range followed {
		names[f.Tag] = f.Name
	}
	out := []foundTag{}
	for _, u := range uses {
		name, follows := names[u.Tag]
		if follows && u.Name == u.Tag {
			u.Name = name
		}
		out = append(out, a.foundTag(u, follows))
	}
	return out, nil
}

// hashtag answers GET /api/v1/tags/:name. [Masto: tags]
func (a *API) hashtag(w http.ResponseWriter, r *request) error {
	return a.answerTag(w, r, r.pathText("hashtag"))
}

func (a *API) answerTag(w http.ResponseWriter, r *request, name string) error {
	tag := markup.FoldTag(name)
	if tag == "" {
		return social.Faultf(social.NotFound, "no such hashtag")
	}
	uses, err := a.publisher.TagUses(r.Context(), tag)
	if err != nil {
		return err
	}
	if uses[0].Name == tag {
		uses[0].Name = name // nobody wrote it yet
	}
	found, err := a.foundTags(r, uses)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, found[0])
}

// followTag answers POST /api/v1/tags/:name/follow.
func (a *API) followTag(w http.ResponseWriter, r *request) error {
	t, err := a.publisher.FollowTag(r.Context(), r.pathText("hashtag"))
	if err != nil {
		return err
	}
	return a.answerTag(w, r, t.Name)
}

// unfollowTag answers POST /api/v1/tags/:name/unfollow.
func (a *API) unfollowTag(w http.ResponseWriter, r *request) error {
	t, err := a.publisher.UnfollowTag(r.Context(), r.pathText("hashtag"))
	if err != nil {
		return err
	}
	return a.answerTag(w, r, t.Name)
}

// followedTags answers GET /api/v1/followed_tags, paged by ids that only the Link tells.
func (a *API) followedTags(w http.ResponseWriter, r *request) error {
	page, err := r.page(100, 200)
	if err != nil {
		return err
	}
	all, err := a.db.FollowedTags(r.Context(), page)
	if err != nil {
		return err
	}
	var tags []string
	for _, t := range all {
		tags = append(tags, t.Tag)
	}
	uses, err := a.db.TagUses(r.Context(), a.db.Now(), tags)
	if err != nil {
		return err
	}
	found, err := a.foundTags(r, uses)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		a.link(w, r, all[0].ID.String(), all[len(all)-1].ID.String())
	}
	return reply.JSON(w, r.Request, found)
}

// trendingTags answers GET /api/v1/trends/tags: what most people whose posts are here
// used within a week. [Masto: trends]
func (a *API) trendingTags(w http.ResponseWriter, r *request) error {
	skip, err := r.offset()
	if err != nil {
		return err
	}
	page, err := r.page(10, 20)
	if err != nil {
		return err
	}
	uses, err := a.publisher.Trending(r.Context(), 7, min(skip, maxOffset), page.Limit)
	if err != nil {
		return err
	}
	found, err := a.foundTags(r, uses)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, found)
}

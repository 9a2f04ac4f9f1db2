package mastodon

import (
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// statusEdit is a version of a status. [Masto: StatusEdit]
type statusEdit struct {
	Content     string       `json:"content"`
	SpoilerText string       `json:"spoiler_text"`
	Sensitive   bool         `json:"sensitive"`
	CreatedAt   stamp        `json:"created_at"`
	Account     account      `json:"account"`
	Poll        *editedPoll  `json:"poll,omitempty"`
	Media       []attachment `json:"media_attachments"`
	Emojis      []emoji      `json:"emojis"`
}

// editedPoll is what a version asked, without who answered.
type editedPoll struct {
	Options []editedOption `json:"options"`
}

type editedOption struct {
	Title string `json:"title"`
}

// history answers GET /api/v1/statuses/:id/history: all versions, the first one
// first. [Masto: statuses]
func (a *API) history(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err == nil {
		id, err = a.original(r.Context(), id)
	}
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	versions, err := a.publisher.Versions(r.Context(), post)
	if err != nil {
		return err
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, []social.ID{post.Author}, nil)
	if err != nil {
		return err
	}
	out := make([]statusEdit, len(versions))
	for i, v := range versions {
		out[len(versions)-1-i] = show.edit(post, v)
	}
	return reply.JSON(w, r.Request, out)
}

// edit shows a version of a post.
func (r *renderer) edit(p social.Post, v social.Version) statusEdit {
	then := p.As(v).Shown()
	out := statusEdit{
		Content: v.Content, SpoilerText: v.Warning, Sensitive: v.Sensitive, CreatedAt: stamp(v.At),
		Account: r.account(p.Author), Media: r.attachments(then), Emojis: r.emojis(then.Emojis),
	}
	if v.Poll != nil {
		out.Poll = &editedPoll{Options: []editedOption{}}
		for _, o := range v.Poll.Options {
			out.Poll.Options = append(out.Poll.Options, editedOption{o.Name})
		}
	}
	return out
}

package mastodon

import (
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// conversation is an exchange of direct posts. [Masto: Conversation]
type conversation struct {
	ID       string    `json:"id"`
	Unread   bool      `json:"unread"`
	Accounts []account `json:"accounts"`
	Last     status    `json:"last_status"`
}

// conversations answers GET /api/v1/conversations. Its pages go by the ids of the
// last posts. [Masto: conversations]
func (a *API) conversations(w http.ResponseWriter, r *request) error {
	page, err := r.page(20, 40)
	if err != nil {
		return err
	}
	all, err := a.db.Conversations(r.Context(), r.owner.Actor.ID, page)
	if err != nil {
		return err
	}
	out, err := a.showConversations(r, all)
	if err != nil {
		return err
	}
	if len(out) > 0 {
		a.link(w, r, out[0].Last.ID, out[len(out)-1].Last.ID)
	}
	return reply.JSON(w, r.Request, out)
}

func (a *API) showConversations(r *request, all []social.Conversation) ([]conversation, error) {
	us := r.owner.Actor.ID
	var who []social.ID
	var last []social.Post
	for _, c := range all {
		who, last = append(who, c.With(us)...), append(last, c.Last)
	}
	show, err := a.renderer(r.Context(), us, who, last)
	if err != nil {
		return nil, err
	}
	out := []conversation{}
	for _, c := range all {
		shown := conversation{ID: c.ID.String(), Unread: c.Unread, Last: show.status(c.Last)}
		for _, id := range c.With(us) {
			shown.Accounts = append(shown.Accounts, show.account(id))
		}
		out = append(out, shown)
	}
	return out, nil
}

// readConversation answers POST /api/v1/conversations/:id/read.
func (a *API) readConversation(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	c, err := a.publisher.Read(r.Context(), id)
	if err != nil {
		return err
	}
	out, err := a.showConversations(r, []social.Conversation{c})
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, out[0])
}

// hideConversation answers DELETE /api/v1/conversations/:id.
func (a *API) hideConversation(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	if err := a.publisher.Hide(r.Context(), id); err != nil {
		return err
	}
	return reply.JSON(w, r.Request, struct{}{})
}

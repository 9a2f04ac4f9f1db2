package mastodon

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	repeatable = time.Hour // how long the same Idempotency-Key gives the same status
	maxKey     = 255       // bytes of one; Postgres indexes none of some thousands
)

// postStatus answers POST /api/v1/statuses. [Masto: statuses]
func (a *API) postStatus(w http.ResponseWriter, r *request) error {
	ctx, key := r.Context(), r.Header.Get("Idempotency-Key")
	if len(key) > maxKey || !social.Storable(key) {
		return social.Faultf(social.Invalid, "the Idempotency-Key is longer than %d bytes, or not UTF-8", maxKey)
	}
	since := a.db.Now().Add(-repeatable)
	if done, err := a.repeated(ctx, r, key, since); err != nil || done != 0 {
		return a.answerStatus(w, r, done, err)
	}
	draft, err := a.draft(r)
	if err != nil {
		return err
	}
	r.prefer(&draft)
	also := func(tx *store.Tx, p social.Post) error {
		if key == "" {
			return nil
		}
		return tx.Once(ctx, r.token.ID, key, p.ID, a.db.Now(), since)
	}
	post, err := a.publisher.Post(ctx, draft, also)
	if social.Is(err, social.Conflict) && key != "" {
		// The same request came twice at once; the other one was first.
		done, again := a.repeated(ctx, r, key, since)
		if done == 0 {
			return errors.Join(err, again)
		}
		return a.answerStatus(w, r, done, again)
	}
	return a.answerStatus(w, r, post.ID, err)
}

// repeated gives what an earlier request with this key made, 0 for nothing.
func (a *API) repeated(ctx context.Context, r *request, key string, since time.Time) (social.ID, error) {
	if key == "" {
		return 0, nil
	}
	id, err := a.db.Repeated(ctx, r.token.ID, key, since)
	if social.Is(err, social.NotFound) {
		return 0, nil
	}
	return id, err
}

// prefer fills in what a new post does not say.
func (r *request) prefer(d *social.Draft) {
	p := r.owner.Preferences
	if !r.sent("visibility") {
		d.Visibility = p.Visibility
	}
	if !r.sent("language") {
		d.Language = p.Language
	}
	d.Sensitive = r.flag("sensitive", p.Sensitive)
}

// unbuilt are parameters whose promise this version cannot keep: a post that is
// sent at once is not what its author wanted later.
var unbuilt = []string{"scheduled_at", "quoted_status_id", "quote_id"}

func refuseUnbuilt(name string) error {
	return social.Faultf(social.Unprocessable, "Validation failed: %s is not built into this version", name)
}

// draft reads what the owner wants to say.
func (a *API) draft(r *request) (d social.Draft, err error) {
	for _, name := range unbuilt {
		if r.sent(name) {
			return d, refuseUnbuilt(name)
		}
	}
	if r.flag("local_only", false) {
		return d, refuseUnbuilt("local_only")
	}
	if kind := r.text("content_type"); kind != "" && kind != "text/plain" {
		return d, refuseUnbuilt("content_type " + kind)
	}
	d = social.Draft{Text: r.text("status"), Warning: r.text("spoiler_text"), Sensitive: r.flag("sensitive", false)}
	if err := r.draftMedia(&d); err != nil {
		return d, err
	}
	if d.Poll, err = r.ballot(); err != nil {
		return d, err
	}
	if d.Language, err = parseLanguage(r.text("language")); err != nil {
		return d, err
	}
	if d.Visibility, err = social.ParseVisibility(r.text("visibility")); err != nil {
		return d, err
	}
	if text := r.text("in_reply_to_id"); text != "" {
		id, err := social.ParseID(text)
		if err != nil {
			return d, err
		}
		if d.InReplyTo, err = a.original(r.Context(), id); err != nil {
			return d, err
		}
	}
	return d, nil
}

// parseLanguage reads the code of a language.
func parseLanguage(text string) (string, error) {
	tag := strings.ReplaceAll(text, "_", "-") // as Java writes them
	return tag, social.CheckLanguage(tag)
}

// original gives the post that an id of a status means: itself, or what it boosts.
func (a *API) original(ctx context.Context, id social.ID) (social.ID, error) {
	b, err := a.db.Boost(ctx, id)
	if social.Is(err, social.NotFound) {
		return id, nil
	}
	return b.Post, err
}

// answerStatus answers with a status, after a verb or instead of one.
func (a *API) answerStatus(w http.ResponseWriter, r *request, id social.ID, err error) error {
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	shown, err := a.one(r.Context(), r, post)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, shown)
}

// one shows a post.
func (a *API) one(ctx context.Context, r *request, p social.Post) (status, error) {
	show, err := a.renderer(ctx, r.owner.Actor.ID, nil, []social.Post{p})
	if err != nil {
		return status{}, err
	}
	return show.status(p), nil
}

// status answers GET /api/v1/statuses/:id.
func (a *API) status(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	b, err := a.db.Boost(r.Context(), id)
	if social.Is(err, social.NotFound) {
		post, err := a.publisher.Visible(r.Context(), id)
		if err == nil {
			err = a.publisher.LookAtQuotes(r.Context(), post)
		}
		if err == nil {
			err = a.publisher.LookAtPolls(r.Context(), post)
		}
		return a.answerStatus(w, r, id, err)
	}
	if err != nil {
		return err
	}
	return a.answerBoost(w, r, b)
}

func (a *API) answerBoost(w http.ResponseWriter, r *request, b social.Boost) error {
	post, err := a.publisher.Visible(r.Context(), b.Post)
	if err != nil {
		return err
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, []social.ID{b.By}, []social.Post{post})
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, show.boost(b, post))
}

// editStatus answers PUT /api/v1/statuses/:id. The language stays when none is
// sent: many apps have no field for it.
func (a *API) editStatus(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	was, err := a.publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	draft, err := a.draft(r)
	if err != nil {
		return err
	}
	if !r.has("language") {
		draft.Language = was.Language
	}
	post, err := a.publisher.Edit(r.Context(), id, draft)
	return a.answerStatus(w, r, post.ID, err)
}

// deleteStatus answers DELETE /api/v1/statuses/:id with what was written, for
// those who delete and redraft.
func (a *API) deleteStatus(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	shown, err := a.one(r.Context(), r, post)
	if err != nil {
		return err
	}
	if err := a.publisher.Delete(r.Context(), id); err != nil {
		return err
	}
	if r.flag("delete_media", false) { // else they stay for a day, for a redraft
		for _, m := range post.Attachments {
			if err := a.library.Delete(r.Context(), m.Medium); err != nil {
				a.errors.Log.Warn("could not remove a medium of a deleted post, it goes within a day", "err", err)
			}
		}
	}
	shown.Text = &post.Source
	return reply.JSON(w, r.Request, shown)
}

// source answers GET /api/v1/statuses/:id/source.
func (a *API) source(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err == nil && post.Author != r.owner.Actor.ID {
		err = social.Faultf(social.Forbidden, "this post is somebody else's")
	}
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, struct {
		ID      string `json:"id"`
		Text    string `json:"text"`
		Spoiler string `json:"spoiler_text"`
	}{post.ID.String(), post.Source, post.Warning})
}

// mark answers a POST that does something to a post and shows it as it then is.
func (a *API) mark(verb func(context.Context, social.ID) error) handler {
	return func(w http.ResponseWriter, r *request) error {
		id, err := r.pathID()
		if err == nil {
			id, err = a.original(r.Context(), id)
		}
		if err == nil {
			err = verb(r.Context(), id)
		}
		return a.answerStatus(w, r, id, err)
	}
}

// reblog answers POST /api/v1/statuses/:id/reblog with the boost around the post.
func (a *API) reblog(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err == nil {
		id, err = a.original(r.Context(), id)
	}
	if err != nil {
		return err
	}
	v, err := social.ParseVisibility(r.text("visibility"))
	if err == nil && v == social.Direct {
		err = social.Faultf(social.Unprocessable, "Validation failed: a boost is for followers at least, not direct")
	}
	if err != nil {
		return err
	}
	b, err := a.publisher.Boost(r.Context(), id, v)
	if err != nil {
		return err
	}
	return a.answerBoost(w, r, b)
}

package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// deeds are what the owner does to a post with one press of a button.
var deeds = map[string]func(*outbox.Publisher, context.Context, social.ID) error{
	"like": (*outbox.Publisher).Like, "unlike": (*outbox.Publisher).Unlike,
	"boost": func(p *outbox.Publisher, ctx context.Context, id social.ID) error {
		_, err := p.Boost(ctx, id, social.Public)
		return err
	},
	"unboost": (*outbox.Publisher).Unboost, "bookmark": (*outbox.Publisher).Bookmark, "unbookmark": (*outbox.Publisher).Unbookmark,
	"pin": (*outbox.Publisher).Pin, "unpin": (*outbox.Publisher).Unpin,
	"mute": (*outbox.Publisher).MuteConversation, "unmute": (*outbox.Publisher).UnmuteConversation,
}

// doTo answers the buttons under a post. Our script is told how many there are now,
// a form is led back to the post where it stood.
func (s *Site) doTo(verb string) outbox.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		id, err := idAsked(r)
		if err == nil {
			err = deeds[verb](s.Publisher, r.Context(), id)
		}
		if scripted(r) {
			return s.tell(w, r, verb, id, err)
		}
		if err != nil {
			return err
		}
		back := wayBack(r.PostForm.Get("back"), readerPage(id))
		if !strings.Contains(back, "#") {
			back += "#p" + id.String()
		}
		reply.SeeOther(w, r, back)
		return nil
	}
}

// scripted reports whether a script of ours sent the form, and shows the answer.
func scripted(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// tell answers a script how often the deed was done to the post, or why it was not.
func (s *Site) tell(w http.ResponseWriter, r *http.Request, verb string, id social.ID, err error) error {
	var post social.Post
	if err == nil {
		post, err = s.Publisher.Visible(r.Context(), id)
	}
	var f *social.Fault
	if errors.As(err, &f) {
		reply.JSONError(w, r, reply.Status(f), sentence(f.Say))
		return nil
	}
	if err != nil {
		return err
	}
	answer := struct {
		Count int `json:"count"`
	}{}
	switch strings.TrimPrefix(verb, "un") {
	case "like":
		answer.Count = post.Counts.Likes
	case "boost":
		answer.Count = post.Counts.Boosts
	}
	return reply.JSON(w, r, answer)
}

type deletePage struct {
	layout
	Post shown
	Back string
}

// beforeDelete answers /posts/{id}/delete: a post is asked about before it goes.
func (s *Site) beforeDelete(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	p, err := s.written(r.Context(), id)
	if err != nil {
		return err
	}
	post, err := s.plain(r, p)
	if err != nil {
		return err
	}
	return s.show(w, r, "delete.html", deletePage{s.layout(r, "Delete this post?"), *post, wayBack(r.URL.Query().Get("back"), "")})
}

// deletePost answers its form. A post that is gone already is deleted.
func (s *Site) deletePost(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if err := s.Publisher.Delete(r.Context(), id); err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	back := wayBack(r.PostForm.Get("back"), "/home")
	if strings.HasPrefix(back, readerPage(id)) {
		back = "/home" // the page of the post itself is gone with it
	}
	reply.SeeOther(w, r, back)
	return nil
}

// redraft leads to the form with what the post says. The post itself goes when what
// is written in its place is sent: who leaves before has lost nothing.
func (s *Site) redraft(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if _, err := s.written(r.Context(), id); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/compose?redraft="+id.String())
	return nil
}

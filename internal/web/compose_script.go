package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"skerry/internal/markup"
	"skerry/internal/media/prepare"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// takeMedium answers POST /compose/media, with which upload.js sends a file while
// the owner still writes.
func (s *Site) takeMedium(w http.ResponseWriter, r *http.Request) error {
	e, err := s.takeOne(w, r)
	var f *social.Fault
	if errors.As(err, &f) {
		reply.JSONError(w, r, reply.Status(f), sentence(f.Say))
		return nil
	}
	if err != nil {
		return err
	}
	return reply.JSON(w, r, struct {
		ID      string `json:"id"`
		As      string `json:"as"`
		Preview string `json:"preview"`
	}{e.ID.String(), e.As, e.Preview})
}

func (s *Site) takeOne(w http.ResponseWriter, r *http.Request) (enclosure, error) {
	if err := readFiles(w, r, prepare.MaxVideo+1<<20); err != nil {
		return enclosure{}, err
	}
	defer r.MultipartForm.RemoveAll()
	files := r.MultipartForm.File["file"]
	if len(files) == 0 {
		return enclosure{}, social.Faultf(social.Unprocessable, "choose a file")
	}
	return s.take(r.Context(), files[0], "")
}

const (
	maxCompleted = 6   // that are offered while a word is typed
	tagsFrom     = 200 // posts of the owner's whose hashtags are known again
)

// completion is one of what the owner may be about to type.
type completion struct {
	Put  string `json:"put"` // in place of what is typed
	Name string `json:"name,omitempty"`
	Face string `json:"face,omitempty"`
}

// completer answers /compose/people?q= and its kin with what begins so.
func (s *Site) completer(like func(ctx context.Context, q string) ([]completion, error)) outbox.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		out := []completion{}
		if q := strings.TrimLeft(r.URL.Query().Get("q"), "@#:"); q != "" && social.Storable(q) {
			found, err := like(r.Context(), q)
			if err != nil {
				return err
			}
			out = append(out, found[:min(len(found), maxCompleted)]...)
		}
		return reply.JSON(w, r, out)
	}
}

// peopleLike gives people whom we know; with a host in q those who live there.
func (s *Site) peopleLike(ctx context.Context, q string) (out []completion, err error) {
	name, host, _ := strings.Cut(q, "@")
	limit := maxCompleted
	if host != "" {
		limit *= 10
	}
	all, err := s.DB.SearchActors(ctx, name, limit)
	for _, a := range all {
		if begins(a.Domain, host) {
			out = append(out, completion{"@" + a.Handle(), nameOf(a), s.person(a).Face})
		}
	}
	return out, err
}

// tagsLike gives hashtags as the owner wrote them lately.
func (s *Site) tagsLike(ctx context.Context, q string) (out []completion, err error) {
	o, err := s.DB.Owner(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := s.DB.PostsBy(ctx, o.Actor.ID, social.Direct, store.PageOf{Limit: tagsFrom})
	seen := map[string]bool{}
	for _, p := range posts {
		for _, tag := range p.Hashtags {
			if key := markup.FoldTag(tag); strings.HasPrefix(key, markup.FoldTag(q)) && !seen[key] {
				seen[key] = true
				out = append(out, completion{Put: "#" + tag})
			}
		}
	}
	return out, err
}

// emojisLike gives the owner's own emojis.
func (s *Site) emojisLike(ctx context.Context, q string) (out []completion, err error) {
	all, err := s.DB.EmojisOffered(ctx)
	for _, e := range all {
		if begins(e.Shortcode, q) {
			out = append(out, completion{Put: ":" + e.Shortcode + ":", Face: s.URLs.Media(e.Key)})
		}
	}
	return out, err
}

// begins reports whether a text begins with another, whatever their case.
func begins(text, with string) bool {
	return strings.HasPrefix(strings.ToLower(text), strings.ToLower(with))
}

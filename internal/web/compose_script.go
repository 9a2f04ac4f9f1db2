package web

import (
	"errors"
	"net/http"
	"strings"

	"skerry/internal/media/prepare"
	"skerry/internal/reply"
	"skerry/internal/social"
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

const maxCompleted = 6 // people that are offered while a name is typed

// namedPerson is somebody whom the owner may mean.
type namedPerson struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
	Face   string `json:"face"`
}

// completePeople answers /compose/people?q= with those whose name begins so.
func (s *Site) completePeople(w http.ResponseWriter, r *http.Request) error {
	q, out := strings.TrimPrefix(r.URL.Query().Get("q"), "@"), []namedPerson{}
	name, host, _ := strings.Cut(q, "@")
	if name == "" || !storable(q) {
		return reply.JSON(w, r, out)
	}
	limit := maxCompleted
	if host != "" {
		limit *= 10 // of which those of that host remain
	}
	all, err := s.DB.SearchActors(r.Context(), name, limit)
	if err != nil {
		return err
	}
	for _, a := range all {
		if len(out) < maxCompleted && strings.HasPrefix(strings.ToLower(a.Domain), strings.ToLower(host)) {
			out = append(out, namedPerson{a.Handle(), nameOf(a), s.person(a).Face})
		}
	}
	return reply.JSON(w, r, out)
}

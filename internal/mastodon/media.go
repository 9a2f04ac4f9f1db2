package mastodon

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// upload answers POST /api/v2/media and /api/v1/media. Both are done when they
// answer: no app has to wait. [Masto: media]
func (a *API) upload(w http.ResponseWriter, r *request) error {
	d, err := described(r.get)
	if err != nil {
		return err
	}
	file, err := r.file("file")
	if err != nil {
		return err
	}
	if file == nil {
		return social.Faultf(social.Unprocessable, "Validation failed: file is missing: send it as a part of multipart/form-data")
	}
	defer file.Close()
	cover, err := r.file("thumbnail")
	if err != nil {
		return err
	}
	if cover == nil {
		m, err := a.library.Upload(r.Context(), file, nil, d)
		return a.answerMedium(w, r, m, err)
	}
	defer cover.Close()
	m, err := a.library.Upload(r.Context(), file, cover, d)
	return a.answerMedium(w, r, m, err)
}

func (a *API) answerMedium(w http.ResponseWriter, r *request, m social.Medium, err error) error {
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, entityOf(m.Shown, m.ID, ""))
}

// medium answers GET /api/v1/media/:id.
func (a *API) medium(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	m, err := a.db.Medium(r.Context(), id)
	return a.answerMedium(w, r, m, err)
}

// describeMedium answers PUT /api/v1/media/:id.
func (a *API) describeMedium(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	if r.sent("thumbnail") {
		return refuseUnbuilt("thumbnail")
	}
	d, err := described(r.get)
	if err != nil {
		return err
	}
	m, err := a.library.Describe(r.Context(), id, d)
	return a.answerMedium(w, r, m, err)
}

// deleteMedium answers DELETE /api/v1/media/:id.
func (a *API) deleteMedium(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	if err := a.library.Delete(r.Context(), id); err != nil {
		return err
	}
	return reply.JSON(w, r.Request, struct{}{})
}

// described reads what is said of a medium; get gives a parameter and whether it
// was sent.
func described(get func(string) (string, bool)) (d social.Described, err error) {
	if alt, sent := get("description"); sent {
		alt = strings.TrimSpace(alt)
		d.Alt = &alt
	}
	text, sent := get("focus")
	if !sent || text == "" {
		return d, nil
	}
	var focus [2]float64
	x, y, _ := strings.Cut(text, ",")
	for i, part := range []string{x, y} {
		if focus[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64); err != nil {
			return d, social.Faultf(social.Unprocessable, "Validation failed: focus is two numbers from -1 to 1 with a comma between, not %.40q", text)
		}
	}
	d.Focus = &focus
	return d, nil
}

// draftMedia reads which uploads a status shows and what changes of them.
func (r *request) draftMedia(d *social.Draft) error {
	if _, empty := r.values["media_ids[]"]; empty || r.sent("media_ids") {
		d.Media = []social.ID{} // those of the post are not kept
	}
	for _, text := range r.list("media_ids") {
		if text == "" {
			continue
		}
		id, err := social.ParseID(text)
		if err != nil {
			return social.Faultf(social.Unprocessable, "Validation failed: there is no upload %.40q", text)
		}
		d.Media = append(d.Media, id)
	}
	rows, _ := r.rows("media_attributes", "id", "description", "focus")
	for _, row := range rows {
		id, err := social.ParseID(row["id"])
		if err != nil {
			return social.Faultf(social.Unprocessable, "Validation failed: media_attributes names no upload %.40q", row["id"])
		}
		one, err := described(func(name string) (string, bool) { text, sent := row[name]; return text, sent })
		if err != nil {
			return err
		}
		if d.Described == nil {
			d.Described = map[social.ID]social.Described{}
		}
		d.Described[id] = one
	}
	return nil
}

// attachments shows the media of a post. Those of strangers have ids made from the
// post's: they are never asked for by themselves.
func (r *renderer) attachments(p social.Post) []attachment {
	out := []attachment{}
	for i, m := range r.api.library.Attachments(p) {
		id, from := m.Medium, ""
		if id == 0 {
			id, from = p.ID+social.ID(i), p.Attachments[i].URL
		}
		out = append(out, entityOf(m, id, from))
	}
	return out
}

// entityOf shows a medium; from is where it comes from when that is not here.
func entityOf(m social.Attachment, id social.ID, from string) attachment {
	kind := cmp.Or(m.Kind(), "unknown")
	meta := map[string]any{}
	original := map[string]any{}
	if m.Width > 0 && m.Height > 0 {
		original["width"], original["height"], original["aspect"] = m.Width, m.Height, float64(m.Width)/float64(m.Height)
		original["size"] = fmt.Sprintf("%dx%d", m.Width, m.Height)
	}
	if m.Duration > 0 {
		original["duration"] = m.Duration.Seconds()
	}
	if len(original) > 0 {
		meta["original"] = original
	}
	if m.Focus != [2]float64{} {
		meta["focus"] = map[string]float64{"x": m.Focus[0], "y": m.Focus[1]}
	}
	preview := m.Preview
	if preview == "" && kind == "image" {
		preview = m.URL
	}
	return attachment{
		ID: id.String(), Type: kind, URL: m.URL, PreviewURL: text(preview), RemoteURL: text(from),
		Description: text(m.Alt), Blurhash: text(m.Blurhash), Meta: meta,
	}
}

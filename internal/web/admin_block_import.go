package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// exportBlocks answers /admin/blocks.csv: what holds, as Mastodon exports it.
func (s *Site) exportBlocks(w http.ResponseWriter, r *http.Request) error {
	f, err := s.DB.Federation(r.Context())
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := social.WriteBlocklist(&text, f.Blocks()); err != nil {
		return fmt.Errorf("write the blocks: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="domain_blocks.csv"`)
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = io.WriteString(w, text.String()) // fails when the other side has left
	return nil
}

// importPage takes a blocklist; with Sure it shows what it would change.
type importPage struct {
	adminPage
	Wrong  string
	Faults []social.LineFault

	Text         string // what was read
	New, Changed []social.DomainBlock
	Same         int
	Own          []string // domains of ours, which are left out
	Impact       *social.Impact
	Sure         bool // it was read, and may be taken
}

// listedFaults is how many wrong lines a page shows.
const listedFaults = 50

// importBlocks answers /admin/blocks/import.
func (s *Site) importBlocks(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, "admin_block_import.html", importPage{adminPage: s.adminPage(r, "Import blocks")})
}

// takeBlocks answers its form: first what the list changes is shown, then it is done.
func (s *Site) takeBlocks(w http.ResponseWriter, r *http.Request) error {
	page := importPage{adminPage: s.adminPage(r, "Import blocks")}
	text, err := listSent(w, r)
	if say, told := wrongOf(err); told {
		page.Wrong = say
		return s.showWith(w, reply.Status(err), "admin_block_import.html", page)
	}
	if err != nil {
		return err
	}
	list, faults := social.ParseBlocklist(text)
	page.Text, page.Faults = text, faults[:min(len(faults), listedFaults)]
	if len(list) == 0 {
		page.Wrong = "There is no domain in it."
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_block_import.html", page)
	}
	change, err := s.Publisher.ImportBlocks(r.Context(), list)
	if err != nil {
		return err
	}
	if r.PostForm.Get("sure") == "yes" {
		if err := s.Publisher.ChangeFederation(r.Context(), outbox.FederationChange{Put: append(change.New, change.Changed...)}); err != nil {
			return err
		}
		reply.SeeOther(w, r, "/admin/blocks")
		return nil
	}
	page.New, page.Changed, page.Same, page.Own, page.Sure = change.New, change.Changed, change.Same, change.Own, len(change.New)+len(change.Changed) > 0
	impact, err := s.Publisher.WeighFederation(r.Context(), outbox.FederationChange{Put: append(change.New, change.Changed...)})
	if err != nil {
		return err
	}
	if impact.Any() {
		page.Impact = &impact
	}
	return s.show(w, r, "admin_block_import.html", page)
}

// listSent reads a list that is sent as a file, or as text.
func listSent(w http.ResponseWriter, r *http.Request) (string, error) {
	if err := readFiles(w, r, 2*social.MaxBlocklist); err != nil {
		return "", err
	}
	defer r.MultipartForm.RemoveAll()
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		text := r.PostForm.Get("text")
		if strings.TrimSpace(text) == "" {
			return "", social.Faultf(social.Unprocessable, "choose a file, or paste the list")
		}
		return social.ReadBlocklist(strings.NewReader(text))
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	return social.ReadBlocklist(file)
}

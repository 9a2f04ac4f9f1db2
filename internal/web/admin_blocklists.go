package web

import (
	"net/http"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

const blocklistsPath = "/admin/blocks/lists"

// blocklistsPage shows the lists that are read; with Found one that may be.
type blocklistsPage struct {
	adminPage
	Lists   []social.Blocklist
	Waiting []social.DomainBlock // for the owner's word
	URL     string               // as typed
	Mild    bool
	Wrong   string
	Found   *outbox.Subscription
	Impact  *social.Impact
}

func (s *Site) blocklistsPage(r *http.Request) (page blocklistsPage, err error) {
	page.adminPage = s.adminPage(r, "Blocklists")
	if page.Lists, err = s.DB.Blocklists(r.Context()); err != nil {
		return page, err
	}
	page.Waiting, err = s.DB.HeldBlocks(r.Context())
	return page, err
}

// blocklists answers /admin/blocks/lists.
func (s *Site) blocklists(w http.ResponseWriter, r *http.Request) error {
	page, err := s.blocklistsPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_blocklists.html", page)
}

// subscribe answers its form: first what the list says is shown, then it holds.
func (s *Site) subscribe(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	page, err := s.blocklistsPage(r)
	if err != nil {
		return err
	}
	page.URL, page.Mild = r.PostForm.Get("url"), r.PostForm.Has("mild")
	sure := r.PostForm.Get("sure") == "yes"
	found, err := s.Publisher.ReadBlocklist(r.Context(), page.URL, page.Mild)
	if err == nil && sure {
		err = s.Publisher.Subscribe(r.Context(), found)
	}
	if say, told := wrongOf(err); told {
		page.Wrong = say
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_blocklists.html", page)
	}
	if err != nil {
		return err
	}
	if sure {
		reply.SeeOther(w, r, blocklistsPath)
		return nil
	}
	page.Found = &found
	impact, err := s.Publisher.WeighFederation(r.Context(), found.Change)
	if err != nil {
		return err
	}
	if impact.Any() {
		page.Impact = &impact
	}
	return s.show(w, r, "admin_blocklists.html", page)
}

// readBlocklist reads a list now.
func (s *Site) readBlocklist(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	l, err := s.DB.Blocklist(r.Context(), id)
	if err != nil {
		return err
	}
	err = s.Publisher.Refresh(r.Context(), l)
	if _, told := wrongOf(err); err != nil && !told { // what is wrong with a list is told beside it
		return err
	}
	reply.SeeOther(w, r, blocklistsPath)
	return nil
}

// unsubscribe ends a subscription.
func (s *Site) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if err := s.Publisher.Unsubscribe(r.Context(), id); err != nil {
		return err
	}
	reply.SeeOther(w, r, blocklistsPath)
	return nil
}

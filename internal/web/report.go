package web

import (
	"net/http"
	"slices"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// offeredPosts is how many of somebody's posts a report is offered to be about.
const offeredPosts = 20

// reportPage asks what is wrong with somebody.
type reportPage struct {
	layout
	Person  person
	Back    string
	Posts   []reportable
	Comment string
	Forward bool // to their server
	Max     int
	Wrong   string
}

// reportable is a post that a report may be about.
type reportable struct {
	social.Post
	Say    string // how it begins
	Chosen bool
}

// beforeReport answers /people/id/report.
func (s *Site) beforeReport(w http.ResponseWriter, r *http.Request) error {
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	page, err := s.reportPage(r, a, query.Get("back"), idsIn(query["post"]))
	if err != nil {
		return err
	}
	page.Forward = true
	return s.show(w, r, "report.html", page)
}

// idsIn gives those of some texts that are ids, as many as a report may have.
func idsIn(texts []string) (ids []social.ID) {
	for _, text := range texts[:min(len(texts), social.MaxReported)] {
		if id, err := social.ParseID(text); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *Site) reportPage(r *http.Request, a social.Actor, back string, chosen []social.ID) (reportPage, error) {
	page := reportPage{layout: s.section(r, "Report @"+a.Handle(), ""), Person: s.person(a), Back: wayBack(back, s.pageAbout(a)), Max: social.MaxReport}
	page.Person.At = s.pageAbout(a)
	recent, err := s.DB.Written(r.Context(), store.WrittenBy{Author: a.ID, Most: social.FollowersOnly, Replies: true}, store.PageOf{Limit: offeredPosts})
	if err != nil {
		return page, err
	}
	ids := slices.Clone(chosen)
	for _, p := range recent {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	visible, err := s.Publisher.VisibleOf(r.Context(), ids)
	for _, id := range ids {
		if p, ok := visible[id]; ok && p.Author == a.ID {
			page.Posts = append(page.Posts, reportable{p, opening(p), slices.Contains(chosen, id)})
		}
	}
	return page, err
}

// reportPerson answers its form.
func (s *Site) reportPerson(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	said := social.Report{Target: a.ID, Category: "other", Comment: r.PostForm.Get("comment"), Forwarded: r.PostForm.Has("forward")}
	chosen := idsIn(r.PostForm["post"])
	_, err = s.Publisher.Report(r.Context(), said, chosen)
	if say, told := wrongOf(err); told {
		page, err := s.reportPage(r, a, r.PostForm.Get("back"), chosen)
		if err != nil {
			return err
		}
		page.Comment, page.Forward, page.Wrong = said.Comment, said.Forwarded, say
		return s.showWith(w, http.StatusUnprocessableEntity, "report.html", page)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, s.pageAbout(a)+"/reported")
	return nil
}

// reportsPage is what others say of the owner to us, or what the owner reported.
type reportsPage struct {
	adminPage
	Tabs    []tab
	Own     bool
	Reports []reportLine
	Older   string
}

type reportLine struct {
	social.Report
	Who   person // who made it; of an own report whom it is about
	About []reportedPost
}

// reportedPost is a post of a report: where it is, and how it begins, or else its address.
type reportedPost struct{ At, Say string }

// quotedPosts is how many posts of a report are looked up.
const quotedPosts = 5

// reports answers /admin/reports.
func (s *Site) reports(w http.ResponseWriter, r *http.Request) error {
	page := reportsPage{adminPage: s.adminPage(r, "Reports")}
	var show string
	page.Tabs, show = tabsOf("/admin/reports", r.URL.Query().Get("show"), "", "About you", "own", "By you")
	page.Own = show == "own"
	want, err := pageAsked(r, perPage)
	if err != nil {
		return err
	}
	all, err := s.DB.Reports(r.Context(), page.Own, want)
	if err != nil {
		return err
	}
	all, page.Older = cut(r, all, perPage, func(p social.Report) social.ID { return p.ID })
	if page.Reports, err = s.reportLines(r, all); err != nil {
		return err
	}
	return s.show(w, r, "admin_reports.html", page)
}

func (s *Site) reportLines(r *http.Request, all []social.Report) (lines []reportLine, err error) {
	who := func(p social.Report) social.ID {
		if p.Local {
			return p.Target
		}
		return p.From
	}
	var ids []social.ID
	for _, p := range all {
		ids = append(ids, who(p))
	}
	actors, err := s.DB.Actors(r.Context(), ids)
	for _, p := range all {
		shown := s.person(actors[who(p)])
		shown.At = s.pageAbout(actors[who(p)])
		lines = append(lines, reportLine{p, shown, s.reportedPosts(r, p.Posts)})
	}
	return lines, err
}

func (s *Site) reportedPosts(r *http.Request, iris []string) (all []reportedPost) {
	for i, iri := range iris {
		all = append(all, reportedPost{iri, iri})
		if i >= quotedPosts {
			continue
		}
		// One that is not here, or cannot be read, keeps its address.
		if p, err := s.DB.PostByIRI(r.Context(), iri); err == nil && p.Limited != social.Suspended {
			all[i] = reportedPost{readerPage(p.ID), opening(p)}
		}
	}
	return all
}

// forgetReport answers the button beside one.
func (s *Site) forgetReport(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if err := s.Publisher.ForgetReport(r.Context(), id); err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), "/admin/reports"))
	return nil
}

package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"skerry/internal/markup"
	"skerry/internal/retention"
	"skerry/internal/social"
)

// The size of a conversation as a page shows it.
const (
	maxAbove = 60
	maxBelow = 300
)

type threadPage struct {
	layout
	Look    looking
	Above   []shown
	Missing string // address of the post above, which is not here; "" when it is, or for none
	Post    shown
	Below   []branch
	More    bool // there are more answers than are shown
	Now     time.Time
	Why     *retention.Why // why a post of somebody else is here, and when it leaves
}

// thread answers /posts/id.
func (s *Site) thread(w http.ResponseWriter, r *http.Request) error {
	p, err := s.postAsked(r)
	if err != nil {
		return err
	}
	if err := s.readConversation(r, p); err != nil {
		return err
	}
	page, err := s.threadPage(r, p)
	if err != nil {
		return err
	}
	return s.show(w, r, "thread.html", page)
}

// postAsked reads which post a path is about.
func (s *Site) postAsked(r *http.Request) (social.Post, error) {
	id, err := idAsked(r)
	if err != nil {
		return social.Post{}, err
	}
	p, err := s.Publisher.Visible(r.Context(), id)
	if social.Is(err, social.NotFound) {
		err = social.Faultf(social.NotFound, "This post is not here: it was deleted, or is not for you.").Because(err)
	}
	return p, err
}

// around is what stands above and below a post.
type around struct {
	above, below []social.Post
	more         bool // below
}

func (s *Site) around(ctx context.Context, p social.Post) (a around, err error) {
	if a.above, err = s.Publisher.Above(ctx, p, maxAbove); err != nil {
		return a, err
	}
	a.below, a.more, err = s.Publisher.Below(ctx, p, social.Direct, maxBelow)
	return a, err
}

func (s *Site) threadPage(r *http.Request, p social.Post) (threadPage, error) {
	page := threadPage{}
	looking := lives(r) && s.Scout.LookAround(p)
	a, err := s.around(r.Context(), p)
	if err != nil {
		return page, err
	}
	page.More = a.more
	v, err := s.viewer(r, append(slices.Concat(a.above, a.below), p))
	if err != nil {
		return page, err
	}
	page.Above, page.Post = v.posts(a.above), v.post(p)
	top := page.Post
	if len(a.above) > 0 {
		top = page.Above[0]
	}
	if top.Answers == nil {
		page.Missing = top.Above
	}
	if err := s.wholeArticle(r.Context(), &page.Post); err != nil {
		return page, err
	}
	page.Post.Above, page.Post.Answers = "", nil // it stands right above
	for i := range page.Above {
		page.Above[i].Above, page.Above[i].Answers = "", nil
	}
	page.Below = v.tree(p, a.below)
	page.layout = s.section(r, nameOf(page.Post.By.Actor)+": “"+opening(p)+"”", "")
	if page.Now = s.DB.Now(); !p.Local {
		if page.Why, err = s.whyHere(r.Context(), p.ID); err != nil {
			return page, err
		}
	}
	page.Look = s.look(&page.layout, looking, readerPage(p.ID), a.above, a.below)
	return page, nil
}

// whyHere says why a post is still here; nil when it has just gone.
func (s *Site) whyHere(ctx context.Context, id social.ID) (*retention.Why, error) {
	why, err := s.Sweeper.Why(ctx, id)
	if social.Is(err, social.NotFound) {
		return nil, nil
	}
	return &why, err
}

// opening is how a post begins, in a line.
func opening(p social.Post) string { return cmp.Or(firstWords(p, 60), "…") }

// firstWords gives the first characters of what a post says, in a line; "" for no words.
func firstWords(p social.Post, limit int) string {
	said := p.Content
	if p.Quote != nil {
		said = markup.WithoutQuote(said)
	}
	for _, text := range []string{p.Warning, p.Title, markup.Text(said)} {
		if line := markup.Line(text, limit); line != "" {
			return line
		}
	}
	return ""
}

// tree shows answers below what they answer.
func (v *viewer) tree(root social.Post, posts []social.Post) []branch {
	return branches(root, posts, func(p social.Post, deep bool) shown {
		out := v.post(p)
		if !deep {
			out.Above, out.Answers = "", nil // it is plain from where it stands
		}
		return out
	})
}

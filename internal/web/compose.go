package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"skerry/internal/outbox"
	"skerry/internal/social"
)

// writeRoutes mounts what the owner writes with.
func (s *Site) writeRoutes(get, post func(path string, h outbox.Handler)) {
	get("/compose", s.compose)
	post("/compose", s.send)
	post("/compose/media", s.takeMedium)
	get("/compose/people", s.completer(s.peopleLike))
	get("/compose/tags", s.completer(s.tagsLike))
	get("/compose/emojis", s.completer(s.emojisLike))
	get("/posts/{id}/delete", s.beforeDelete)
	post("/posts/{id}/delete", s.deletePost)
	post("/posts/{id}/redraft", s.redraft)
	post("/posts/{id}/vote", s.vote)
	for verb := range deeds {
		post("/posts/{id}/"+verb, s.doTo(verb))
	}
}

// letter is a post as it is being written: what the form has, or had.
type letter struct {
	Key                  string // of this form: sending it twice makes one post
	Back                 string // where to go when it is sent
	Reply, Edit, Redraft social.ID
	Text, Warning        string
	Sensitive            bool
	Language             string
	Audience             social.Visibility
	Media                []enclosure
	Ask                  questionnaire
}

// enclosure is an upload that goes with a letter.
type enclosure struct {
	medium
	ID  social.ID
	Alt string // as it is typed now
}

// wrongs are what is wrong with a letter, in words, by the field they stand beside.
type wrongs struct{ Whole, Text, Media, Poll string }

func (w wrongs) any() bool { return w != wrongs{} }

type composePage struct {
	layout
	letter
	Above     *shown // what it answers
	Wrong     wrongs
	Max       int
	Counted   int // characters it has
	Audiences []choice
	Languages []choice
	Runs      []choice // how long a poll is open
	Slots     []int    // files that may be added
	Types     string
	Does      string // what the button says
	Draft     string // names what is written among the drafts that the browser keeps
}

// audienceHints say what follows from each audience.
var audienceHints = [...]string{"anybody", "anybody, not in public lists", "and those it names", ""}

// compose answers /compose: an empty form, or one that was begun by the page from
// which it was opened.
func (s *Site) compose(w http.ResponseWriter, r *http.Request) error {
	l, err := s.begin(r)
	if err != nil {
		return err
	}
	page, err := s.composePage(r, l)
	if err != nil {
		return err
	}
	return s.show(w, r, "compose.html", page)
}

// begin makes the letter that an address asks for.
func (s *Site) begin(r *http.Request) (letter, error) {
	ctx, q := r.Context(), r.URL.Query()
	l, err := s.blank(r)
	if err != nil {
		return l, err
	}
	l.Key, l.Back = rand.Text(), wayBack(q.Get("back"), "")
	for name, from := range map[string]func(context.Context, *letter, social.ID) error{
		"edit": s.edit, "redraft": s.again, "reply": s.answer, "to": s.addressTo,
	} {
		if q.Get(name) == "" {
			continue
		}
		id, err := social.ParseID(q.Get(name))
		if err == nil {
			err = from(ctx, &l, id)
		}
		return l, err
	}
	if text := q.Get("text"); social.Storable(text) {
		l.Text = text
	}
	return l, nil
}

// blank is a letter in which nothing is written, as the owner likes to begin.
func (s *Site) blank(r *http.Request) (letter, error) {
	o, err := s.DB.Owner(r.Context())
	like := o.Preferences
	return letter{Audience: like.Visibility, Sensitive: like.Sensitive, Language: cmp.Or(like.Language, browserLanguage(r)), Ask: questionnaire{}.whole()}, err
}

// edit begins with what a post of the owner's says.
func (s *Site) edit(ctx context.Context, l *letter, id social.ID) error {
	p, err := s.written(ctx, id)
	if err != nil {
		return err
	}
	l.Edit, l.Reply, l.Text, l.Warning, l.Sensitive = id, p.Parent, p.Source, p.Warning, p.Sensitive
	l.Language, l.Audience = p.Language, p.Visibility
	for _, a := range p.Attachments {
		l.Media = append(l.Media, s.enclosed(a))
	}
	return nil
}

// again begins with what a post says that goes when this one is sent.
func (s *Site) again(ctx context.Context, l *letter, id social.ID) error {
	p, err := s.written(ctx, id)
	if err == nil {
		err = s.edit(ctx, l, id)
	}
	l.Edit, l.Redraft, l.Ask = 0, id, asked(p)
	return err
}

// written gives a post of the owner's.
func (s *Site) written(ctx context.Context, id social.ID) (social.Post, error) {
	p, err := s.Publisher.Visible(ctx, id)
	if err == nil && !p.Local {
		err = social.Faultf(social.Forbidden, "This post is somebody else's.")
	}
	return p, err
}

// answer begins with those who take part in what is answered. It is for no more
// people than that, as on Mastodon.
func (s *Site) answer(ctx context.Context, l *letter, id social.ID) error {
	p, err := s.Publisher.Visible(ctx, id)
	if err != nil {
		return err
	}
	ids := []social.ID{p.Author}
	for _, m := range p.Mentions {
		ids = append(ids, m.Actor)
	}
	actors, err := s.DB.Actors(ctx, ids)
	if err != nil {
		return err
	}
	var names []string
	for _, id := range ids {
		if a, ok := actors[id]; ok && !a.Local && !slices.Contains(names, "@"+a.Handle()) {
			names = append(names, "@"+a.Handle())
		}
	}
	l.Reply, l.Warning, l.Sensitive = id, p.Warning, l.Sensitive || p.Warning != ""
	l.Audience = max(l.Audience, p.Visibility)
	if len(names) > 0 {
		l.Text = strings.Join(names, " ") + " "
	}
	return nil
}

// addressTo begins with somebody's name, for them alone.
func (s *Site) addressTo(ctx context.Context, l *letter, id social.ID) error {
	a, err := s.DB.Actor(ctx, id)
	if err != nil {
		return err
	}
	l.Text, l.Audience = "@"+a.Handle()+" ", social.Direct
	return nil
}

// enclosed shows an upload in the form.
func (s *Site) enclosed(a social.Attachment) enclosure {
	return enclosure{medium: s.medium(a), ID: a.Medium, Alt: a.Alt}
}

// composePage shows a letter as it is.
func (s *Site) composePage(r *http.Request, l letter) (composePage, error) {
	page := composePage{layout: s.section(r, "Write", "compose"), letter: l, Max: social.MaxPost, Does: "Post", Draft: "new", Counted: l.length()}
	page.Types, page.Runs = strings.Join(mediaTypes, ","), l.Ask.runs()
	page.Scripts = append(page.Scripts, s.file("complete.js"), s.file("upload.js"))
	least := social.Public
	if l.Reply != 0 {
		p, err := s.Publisher.Visible(r.Context(), l.Reply)
		if err != nil && !social.Is(err, social.NotFound) {
			return page, err
		}
		if err == nil {
			least = p.Visibility
			if page.Above, err = s.plain(r, p); err != nil {
				return page, err
			}
		}
		page.Title, page.Does, page.Draft = "Reply", "Reply", "reply "+l.Reply.String()
	}
	switch {
	case l.Edit != 0:
		page.Title, page.Does, page.Draft = "Edit your post", "Save", "edit "+l.Edit.String()
	case l.Redraft != 0:
		page.Title, page.Does, page.Draft = "Write it again", "Delete the old post, and post this", "redraft "+l.Redraft.String()
	}
	for v := least; v <= social.Direct; v++ {
		page.Audiences = append(page.Audiences, choice{Value: v.String(), Say: audiences[v], Hint: audienceHints[v], Chosen: v == max(least, l.Audience)})
	}
	own, err := s.blank(r)
	page.Languages = languagesWith(own.Language, l.Language)
	for i := len(l.Media); i < social.MaxAttached; i++ {
		page.Slots = append(page.Slots, i+1)
	}
	return page, err
}

// plain shows a post without the buttons that the owner has elsewhere.
func (s *Site) plain(r *http.Request, p social.Post) (*shown, error) {
	v, err := s.viewer(r, []social.Post{p})
	if err != nil {
		return nil, err
	}
	out := v.post(p)
	out.Mine = nil
	if out.Question != nil {
		out.Question.Open = false
	}
	return &out, nil
}

// afterwards is where the owner goes when a post is sent.
func (l letter) afterwards(post social.ID) string {
	return cmp.Or(l.Back, readerPage(post))
}

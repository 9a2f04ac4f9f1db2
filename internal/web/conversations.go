package web

import (
	"cmp"
	"net/http"
	"strings"

	"skerry/internal/reply"
	"skerry/internal/social"
)

const (
	namedTalkers = 4   // who are named of a conversation
	lastWords    = 140 // characters of what was said last
)

type conversationsPage struct {
	layout
	Talks []talk
	Older string
}

// talk is a conversation in a line.
type talk struct {
	ID     social.ID // of its first post
	With   []person  // some of those who take part beside the owner
	More   int       // how many beside them
	At     string    // where its last words stand
	Own    bool      // the owner said them
	Last   string
	When   when
	Unread bool
}

// conversations answers /conversations.
func (s *Site) conversations(w http.ResponseWriter, r *http.Request) error {
	page := conversationsPage{layout: s.section(r, "Conversations", "conversations")}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	want, err := pageAsked(r, perPage)
	if err != nil {
		return err
	}
	all, err := s.DB.Conversations(r.Context(), o.Actor.ID, want)
	if err != nil {
		return err
	}
	all, page.Older = cut(r, all, perPage, func(c social.Conversation) social.ID { return c.Last.ID })
	var people []social.ID
	for _, c := range all {
		people = append(people, c.With(o.Actor.ID)...)
	}
	v, err := s.viewer(r, nil, people...)
	if err != nil {
		return err
	}
	for _, c := range all {
		page.Talks = append(page.Talks, v.talk(c))
	}
	return s.show(w, r, "conversations.html", page)
}

func (v *viewer) talk(c social.Conversation) talk {
	t := talk{
		ID: c.ID, At: readerPage(c.Last.ID) + "#p" + c.Last.ID.String(), Own: c.Last.Author == v.us.ID,
		Last: cmp.Or(afterNames(firstWords(c.Last, lastWords)), "…"), When: ago(v.site.DB.Now(), c.Last.Published), Unread: c.Unread,
	}
	with := c.With(v.us.ID)
	for _, id := range with[:min(len(with), namedTalkers)] {
		t.With = append(t.With, v.person(id))
	}
	t.More = len(with) - len(t.With)
	return t
}

// afterNames leaves out to whom something is said: that stands beside it.
func afterNames(line string) string {
	for strings.HasPrefix(line, "@") {
		_, rest, _ := strings.Cut(line, " ")
		line = rest
	}
	return line
}

// readConversation notes that the owner has read the conversation that a direct post
// is in.
func (s *Site) readConversation(r *http.Request, p social.Post) error {
	if p.Visibility != social.Direct || !lives(r) {
		return nil
	}
	_, err := s.Publisher.Read(r.Context(), p.ID)
	if social.Is(err, social.NotFound) {
		return nil // others talk
	}
	return err
}

// hideConversation answers the button beside a conversation.
func (s *Site) hideConversation(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	if err := s.Publisher.Hide(r.Context(), id); err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	reply.SeeOther(w, r, "/conversations")
	return nil
}

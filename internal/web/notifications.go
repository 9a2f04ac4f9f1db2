package web

import (
	"net/http"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// The sizes of the page of notifications.
const (
	toldLines  = 60 // rows, before those that belong together become one
	toldPeople = 6  // who are named in one
)

type notificationsPage struct {
	layout
	Tabs  []tab
	Asks  []acquaintance // who wants to follow
	Told  []told
	Older string
}

// told is one notification, or several that belong together.
type told struct {
	Kind   social.NotificationKind
	Icon   string
	People []person // some of those who did it, the last first
	More   int      // how many beside them
	Say    string   // what they did
	Post   *shown   // shown whole
	About  string   // how the post begins, where it is not
	At     string   // where it is
	When   when
	New    bool // the owner has not seen it yet

	with map[social.ID]bool // all who did it
}

// sayings are what is said of the kinds, with their icons.
var sayings = map[social.NotificationKind]struct{ icon, say string }{
	social.NotifyMention: {"direct", "wrote to you"},
	social.NotifyFollow:  {"person", "followed you"},
	social.NotifyLike:    {"like", "liked your post"},
	social.NotifyBoost:   {"boost", "boosted your post"},
	social.NotifyUpdate:  {"pen", "edited a post that you boosted"},
	social.NotifyReport:  {"server", "reported you"},
	social.NotifyPoll:    {"check", "asked, and the poll has ended"},
}

// notifications answers /notifications, and takes what it shows for seen.
func (s *Site) notifications(w http.ResponseWriter, r *http.Request) error {
	page := notificationsPage{layout: s.section(r, "Notifications", "notifications")}
	var show string
	page.Tabs, show = tabsOf("/notifications", r.URL.Query().Get("show"), "", "All", "mentions", "Mentions")
	want, err := pageAsked(r, toldLines)
	if err != nil {
		return err
	}
	kinds := []social.NotificationKind{social.NotifyMention, social.NotifyPoll}
	if show == "" {
		for kind := range sayings {
			kinds = append(kinds, kind)
		}
	}
	all, err := s.DB.Notifications(r.Context(), kinds, want)
	if err != nil {
		return err
	}
	if len(all) > toldLines {
		all = all[:toldLines]
		query := r.URL.Query()
		query.Set("before", social.ID(all[toldLines-1].ID).String())
		page.Older = "?" + query.Encode()
	}
	seen, err := s.DB.Seen(r.Context(), social.NotificationTimeline)
	if err != nil {
		return err
	}
	if page.Told, err = s.told(r, all, seen.Last); err != nil {
		return err
	}
	if want.Before == 0 {
		if page.Asks, err = s.asks(r); err != nil {
			return err
		}
	}
	if want.Before == 0 && show == "" && page.Unread > 0 {
		if err := s.saw(r, social.NotificationTimeline, 1<<62); err != nil { // requests too, which stand on top
			return err
		}
		page.Unread = 0
	}
	return s.show(w, r, "notifications.html", page)
}

// asks gives those who want to follow the owner.
func (s *Site) asks(r *http.Request) ([]acquaintance, error) {
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return nil, err
	}
	all, err := s.DB.FollowersOf(r.Context(), o.Actor.ID, social.Pending, store.PageOf{Limit: listedPeople})
	if err != nil {
		return nil, err
	}
	var lines []listing
	for _, f := range all {
		lines = append(lines, listing{f.ID, f.Follower})
	}
	return s.acquaintances(r, lines)
}

// told makes notifications ones to show. The likes of a post are one, so are its
// boosts, and who followed on the same day; each stands where its newest is.
func (s *Site) told(r *http.Request, all []social.Notification, seen social.ID) ([]told, error) {
	var ids, people []social.ID
	for _, n := range all {
		people = append(people, n.From)
		if n.Post != 0 {
			ids = append(ids, n.Post)
		}
	}
	stored, err := s.DB.Posts(r.Context(), ids)
	if err != nil {
		return nil, err
	}
	posts := make([]social.Post, 0, len(stored))
	for _, p := range stored {
		posts = append(posts, p)
	}
	v, err := s.viewer(r, posts, people...)
	if err != nil {
		return nil, err
	}
	var out []told
	at := map[group]int{}
	for _, n := range all {
		p, has := stored[n.Post]
		if n.Post != 0 && !has {
			continue // deleted between the two reads
		}
		g, together := groupOf(n)
		i, had := at[g]
		if !together || !had {
			i = len(out)
			out, at[g] = append(out, v.newTold(n, p)), i
		}
		out[i].add(v, n.From)
		out[i].New = out[i].New || social.ID(n.ID) > seen
	}
	return out, nil
}

// group is what makes notifications one.
type group struct {
	kind social.NotificationKind
	post social.ID
	day  string
}

func groupOf(n social.Notification) (g group, together bool) {
	switch n.Kind {
	case social.NotifyLike, social.NotifyBoost:
		return group{kind: n.Kind, post: n.Post}, true
	case social.NotifyFollow:
		return group{kind: n.Kind, day: n.At.UTC().Format(time.DateOnly)}, true
	}
	return group{}, false
}

// newTold is a notification without those who did it.
func (v *viewer) newTold(n social.Notification, p social.Post) told {
	t := told{Kind: n.Kind, Icon: sayings[n.Kind].icon, Say: sayings[n.Kind].say, When: ago(v.site.DB.Now(), n.At), with: map[social.ID]bool{}}
	switch n.Kind {
	case social.NotifyReport:
		t.About, t.At = "what they say of you", "/admin/reports"
	case social.NotifyLike, social.NotifyBoost:
		t.About, t.At = opening(p), readerPage(p.ID)
	case social.NotifyMention, social.NotifyUpdate, social.NotifyPoll:
		shown := v.post(p)
		t.Post = &shown
		if n.Kind == social.NotifyMention && shown.Above != "" {
			t.Say = "answered"
		}
	}
	return t
}

// add names somebody who did it.
func (t *told) add(v *viewer, who social.ID) {
	switch {
	case t.with[who]:
	case len(t.People) < toldPeople:
		t.People = append(t.People, v.person(who))
	default:
		t.More++
	}
	t.with[who] = true
}

package retention_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

const day = 24 * time.Hour

func days(n int) time.Duration { return time.Duration(n) * day }

// world is a server, three strangers, and what the owner touched of what they wrote.
type world struct {
	*testing.T
	s         *testkit.Server
	clock     *testkit.Clock
	strangers []social.Actor
	posts     map[string]social.Post // as they were stored, by address
	iris      []string               // in the order in which they came
	touched   map[string]map[string]bool
}

func newWorld(t *testing.T, dsn string) *world {
	t.Helper()
	clock := new(testkit.Clock)
	w := &world{T: t, clock: clock, s: testkit.StartAt(t, clock, dsn, "anna"), posts: map[string]social.Post{}, touched: map[string]map[string]bool{}}
	for _, name := range []string{"bert", "cleo", "dora"} {
		w.strangers = append(w.strangers, w.stranger(name))
	}
	return w
}

func (w *world) in(fn func(*store.Tx) error) {
	w.Helper()
	if err := w.s.DB.InTx(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) stranger(name string) social.Actor {
	iri := "https://" + name + ".example/users/" + name
	a := social.Actor{IRI: iri, Kind: social.Person, Username: name, Domain: name + ".example", Inbox: iri + "/inbox", FetchedAt: w.s.DB.Now()}
	w.in(func(tx *store.Tx) (err error) {
		a.ID, err = tx.PutActor(w.Context(), a, a.Domain)
		return err
	})
	return a
}

// follow lets the owner follow somebody.
func (w *world) follow(a social.Actor) {
	w.Helper()
	w.in(func(tx *store.Tx) error {
		_, err := tx.PutFollow(w.Context(), social.Follow{ID: w.s.DB.IDs().New(), Follower: w.s.Owner.ID, Followee: a.ID, State: social.Accepted, At: w.s.DB.Now()})
		return err
	})
}

// met gives somebody who may have been forgotten since: then they are met anew.
func (w *world) met(by social.Actor) social.Actor {
	w.Helper()
	a, err := w.s.DB.Reader.ActorByIRI(w.Context(), by.IRI)
	if social.Is(err, social.NotFound) {
		return w.stranger(by.Username)
	}
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// add stores a post under an address of this number.
func (w *world) add(n int, by social.Actor, change ...func(*social.Post)) social.Post {
	w.Helper()
	now := w.s.DB.Now()
	by = w.met(by)
	p := social.Post{
		ID: w.s.DB.IDs().New(), IRI: address(n), Author: by.ID, AuthorIRI: by.IRI, Local: by.Local, Kind: social.Note,
		Content: "<p>text</p>", Published: now, FetchedAt: now,
	}
	if p.Local {
		p.FetchedAt = time.Time{}
	}
	for _, c := range change {
		c(&p)
	}
	w.in(func(tx *store.Tx) error {
		if above, err := tx.PostByIRI(w.Context(), p.InReplyTo); err == nil {
			p.Parent = above.ID
		}
		if err := tx.AddPost(w.Context(), p, []string{"tag"}); err != nil {
			return err
		}
		for _, url := range p.MediaURLs() {
			m := social.RemoteMedium{URL: url, Key: "remote/" + strconv.Itoa(n), MediaType: "image/png", Size: 10, FetchedAt: now, UsedAt: now}
			if err := tx.PutRemoteMedium(w.Context(), m); err != nil {
				return err
			}
		}
		return nil
	})
	w.posts[p.IRI] = p
	w.iris = append(w.iris, p.IRI)
	w.touched[p.IRI] = map[string]bool{}
	return p
}

func address(n int) string { return "https://example.org/posts/" + strconv.Itoa(n) }

func answering(iri string) func(*social.Post) { return func(p *social.Post) { p.InReplyTo = iri } }

func picture(p *social.Post) {
	p.Attachments = []social.Attachment{{URL: p.IRI + ".png", MediaType: "image/png"}}
}

// there reports whether a post is stored.
func (w *world) there(iri string) bool {
	_, err := w.s.DB.PostByIRI(w.Context(), iri)
	if err != nil && !social.Is(err, social.NotFound) {
		w.Fatal(err)
	}
	return err == nil
}

// wanted are the stored posts that must stay, which are what is touched and what
// stands above, each with those of its media that are kept now.
func (w *world) wanted() map[string][]string {
	all := map[string][]string{}
	for iri, by := range w.touched {
		for up := iri; len(by) > 0 && up != "" && all[up] == nil && w.there(up); up = w.posts[up].InReplyTo {
			all[up] = []string{}
			for _, url := range w.posts[up].MediaURLs() {
				if w.medium(url) {
					all[up] = append(all[up], url)
				}
			}
		}
	}
	return all
}

func (w *world) medium(url string) bool {
	_, err := w.s.DB.RemoteMedium(w.Context(), url)
	if err != nil && !social.Is(err, social.NotFound) {
		w.Fatal(err)
	}
	return err == nil
}

func (w *world) sweep() social.Cleared {
	w.Helper()
	done, err := w.s.Sweeper.Sweep(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return done
}

// check fails when something wanted has gone, or its media.
func (w *world) check(wanted map[string][]string, when string) {
	w.Helper()
	for iri, media := range wanted {
		if !w.there(iri) {
			w.Fatalf("%s: %s is gone, which is touched %v or stands above", when, iri, w.touched[iri])
		}
		for _, url := range media {
			if !w.medium(url) {
				w.Fatalf("%s: %s is kept, and its medium %s is gone", when, iri, url)
			}
		}
	}
}

// Whatever is touched, let go and swept in whatever order: what is touched is there,
// with the thread above it and their media; and nothing else stays for ever.
func TestWhatIsTouchedStaysWhateverHappens(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		for step := range 400 {
			if r.IntN(8) == 0 {
				wanted := w.wanted()
				w.clock.Advance(time.Duration(r.IntN(20)) * day)
				w.sweep()
				w.check(wanted, fmt.Sprintf("step %d", step))
				if r.IntN(3) == 0 {
					w.squeeze(r.Float64())
					w.check(wanted, fmt.Sprintf("squeezed at step %d", step))
				}
				continue
			}
			w.act(r, step)
		}
		wanted := w.wanted()
		w.clock.Advance(400 * day)
		for range len(w.iris) { // each round lets go of one storey of a thread
			w.sweep()
		}
		w.check(wanted, "at the end")
		for _, iri := range w.iris {
			if w.there(iri) && wanted[iri] == nil {
				t.Errorf("%s is there, and nothing keeps it", iri)
			}
		}
		if len(wanted) < 10 || len(wanted) > len(w.iris)-10 {
			t.Errorf("of %d posts %d were to stay: that proves little", len(w.iris), len(wanted))
		}
	})
}

// squeeze gives a budget between nothing and a little more than is used, and lets it
// hold: no more goes than it needs.
func (w *world) squeeze(part float64) {
	w.Helper()
	for w.sweep() != (social.Cleared{}) { // what goes by age has gone
	}
	room, err := w.s.DB.Room(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	budget := int64(1.2 * part * float64(room.Used()))
	w.budget(budget)
	gone := w.sweep().Bytes()
	needed := room.Used() - int64(social.RoomShare*float64(budget))
	if social.Judge(room.Used(), budget) == social.Fits {
		needed = 0
	}
	if most := int64(4096); gone > max(0, needed)+most || needed == 0 && gone > 0 {
		w.Fatalf("%d bytes went of %d, with a budget of %d: want no more than %d", gone, room.Used(), budget, needed)
	}
	w.budget(social.DefaultRetention.Budget)
}

// budget makes another one hold.
func (w *world) budget(n int64) {
	w.Helper()
	rules := social.DefaultRetention
	rules.Budget = n
	w.in(func(tx *store.Tx) error { return tx.SetRetention(w.Context(), rules) })
}

// act does something at random.
func (w *world) act(r *rand.Rand, step int) {
	w.Helper()
	owner := w.s.Owner
	var some string
	if len(w.iris) > 0 {
		some = w.iris[r.IntN(len(w.iris))]
	}
	there := some != "" && w.there(some)
	p := w.posts[some]
	switch what := r.IntN(12); {
	case what < 5 || !there:
		// Some answer what came, some what comes later.
		up := []func(*social.Post){func(*social.Post) {}, answering(some), answering(address(step + 1 + r.IntN(10)))}[r.IntN(3)]
		if w.below(some, address(step)) {
			up = answering("")
		}
		p := w.add(step, w.strangers[r.IntN(3)], up, picture, func(p *social.Post) {
			if r.IntN(10) == 0 {
				p.Mentions = []social.Mention{{Actor: owner.ID, IRI: owner.IRI}}
			}
		})
		if len(p.Mentions) > 0 || w.posts[p.InReplyTo].Local && w.there(p.InReplyTo) {
			w.touched[p.IRI]["mention or answer"] = true
		}
	case what == 5:
		if w.below(some, address(step)) {
			some = ""
		}
		w.add(step, owner, answering(some))
		w.touched[address(step)]["own"] = true
	case what == 6:
		w.add(step, owner, func(p *social.Post) { p.Quote = &social.Quote{IRI: some} })
		w.touched[address(step)]["own"], w.touched[some]["quote"] = true, true
	case what < 9:
		w.react(r, p, true)
	default:
		w.react(r, p, false)
	}
}

// below reports whether a post stands below another one, which would close a ring:
// posts in a ring keep each other.
func (w *world) below(iri, other string) bool {
	for ; iri != "" && iri != other; iri = w.posts[iri].InReplyTo {
	}
	return iri != ""
}

// react likes, boosts, votes in or bookmarks a post, or takes that back.
func (w *world) react(r *rand.Rand, p social.Post, put bool) {
	w.Helper()
	id, by, at, ctx := w.s.DB.IDs().New(), w.s.Owner.ID, w.s.DB.Now(), w.Context()
	which := r.IntN(4)
	w.in(func(tx *store.Tx) (err error) {
		switch {
		case which == 0 && put:
			_, err = tx.AddLike(ctx, social.Like{ID: id, Post: p.ID, By: by, At: at})
		case which == 0:
			_, err = tx.DropLike(ctx, p.ID, by)
		case which == 1 && put:
			_, err = tx.AddBoost(ctx, social.Boost{ID: id, Post: p.ID, By: by, At: at})
		case which == 1:
			_, err = tx.DropBoost(ctx, p.ID, by)
		case which == 2 && put:
			_, err = tx.AddVote(ctx, social.Vote{ID: id, Post: p.ID, By: by, At: at})
		case which == 2:
			err = tx.DropVotes(ctx, p.ID)
		case put:
			_, err = tx.AddBookmark(ctx, social.Bookmark{ID: id, Post: p.ID, By: by, At: at})
		default:
			_, err = tx.DropBookmark(ctx, p.ID, by)
		}
		if social.Is(err, social.NotFound) {
			err = nil
		}
		return err
	})
	name := []string{"like", "boost", "vote", "bookmark"}[which]
	if put {
		w.touched[p.IRI][name] = true
	} else {
		delete(w.touched[p.IRI], name)
	}
}

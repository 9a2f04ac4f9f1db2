package remote

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

const (
	// threadFetches is how many requests one look at a thread may lead to: each
	// stranger in it is asked for as well as the post.
	threadFetches = 100
	// maxReplies is how many posts below one are fetched at a time.
	maxReplies = 40
	// replyPages is how many documents one collection of replies may take.
	replyPages = 4
	// replyDepth is how far below a post is looked at a time.
	replyDepth = 3
	// askedAtOnce is how many posts of a thread are fetched at the same time.
	askedAtOnce = 4
	// ownReplies is how many answers to a post of ours are asked for answers.
	ownReplies = 5
)

// Ancestors fetches the posts above one that are not here, as far as the budget of
// the cause goes, and gives how many those are. It stops where the owner may not see.
func (f *Finder) Ancestors(ctx context.Context, p social.Post) (found int, err error) {
	ctx = cause(ctx)
	owner, err := f.db.Owner(ctx)
	if err != nil {
		return 0, err
	}
	for range maxThread {
		if p.InReplyTo == "" {
			break
		}
		known := p.Parent != 0
		if known {
			p, err = f.db.Post(ctx, p.Parent)
		} else {
			p, err = f.Post(ctx, p.InReplyTo)
		}
		if err != nil {
			return found, err
		}
		if !known {
			found++
		}
		follows, err := f.db.Follows(ctx, owner.Actor.ID, p.Author)
		if err != nil || !p.VisibleTo(social.Reader{Actor: owner.Actor.ID, Follows: follows}) {
			return found, err
		}
	}
	return found, nil
}

// Replies fetches posts below one that are not here: those that its replies
// collection names, or the collection of its conversation, and what answers those.
// It gives how many were stored. Only what anybody may read is kept, and only what
// answers something of the thread; nobody is told of it. [FEP-7888] [FEP-f228]
func (f *Finder) Replies(ctx context.Context, post social.Post) (found int, err error) {
	ctx = transport.WithBudget(ctx, threadFetches)
	owner, err := f.db.Owner(ctx)
	if err != nil {
		return 0, err
	}
	t := &thread{finder: f, owner: owner.Actor.ID, known: map[string]bool{post.IRI: true}, away: map[string]bool{}}
	roots := []string{post.IRI}
	if post.Local { // its answers were sent to us; theirs may not have been
		if roots, err = t.own(ctx, post.ID); err != nil {
			return 0, err
		}
	}
	var level []activitypub.Object
	for _, iri := range roots {
		doc, err := f.fetch(ctx, iri, false)
		if err != nil && !post.Local {
			return 0, err
		}
		if err == nil {
			level = append(level, doc)
		}
	}
	for depth := 0; depth < replyDepth && len(level) > 0 && t.found < maxReplies && ctx.Err() == nil; depth++ {
		if level, err = t.below(ctx, level, depth == 0); err != nil {
			break
		}
	}
	return t.found, err
}

// thread is what one look at a thread has met.
type thread struct {
	finder *Finder
	owner  social.ID
	found  int
	known  map[string]bool // posts of the thread that are stored

	mu   sync.Mutex
	away map[string]bool // hosts that are not asked: true when they failed
}

// own gives the newest strangers' answers to a post of ours.
func (t *thread) own(ctx context.Context, post social.ID) (iris []string, err error) {
	all, err := t.finder.db.RepliesTo(ctx, post, social.Unlisted, store.PageOf{Limit: maxReplies})
	for _, p := range slices.Backward(all) {
		if t.known[p.IRI] = true; !p.Local && len(iris) < ownReplies {
			iris = append(iris, p.IRI)
		}
	}
	return iris, err
}

// candidate is a post that some collection of the thread names.
type candidate struct {
	iri string
	doc activitypub.Object // nil until it was fetched
}

// below stores what is named below these posts and is new here, and gives its
// documents: what is below those is the next level.
func (t *thread) below(ctx context.Context, posts []activitypub.Object, conversation bool) ([]activitypub.Object, error) {
	var all []candidate
	for _, doc := range posts {
		author := doc.IRI("attributedTo")
		named, _, err := t.finder.collection(ctx, doc.ID(), doc.Item("replies"), replyPages)
		if err != nil {
			t.finder.log.Debug("replies could not be read", "iri", doc.ID(), "err", err)
		}
		if context := doc.IRI("context"); conversation && context != "" {
			more, _, err := t.finder.collection(ctx, context, activitypub.Item{IRI: context}, replyPages)
			if err != nil {
				t.finder.log.Debug("a conversation could not be read", "iri", context, "err", err)
			}
			named = append(named, more...)
		}
		for _, m := range named {
			if iri, embedded := m.post(author); iri != "" {
				all = append(all, candidate{iri, embedded})
			}
		}
	}
	fresh, err := t.missing(ctx, all)
	if err != nil {
		return nil, err
	}
	return t.keep(ctx, t.read(ctx, fresh))
}

// missing gives those that are not stored, each once and no more than may still be
// fetched; the others are of the thread from now on.
func (t *thread) missing(ctx context.Context, all []candidate) (fresh []candidate, err error) {
	met := map[string]bool{}
	for _, c := range all {
		if c.iri = t.finder.ownIRI(c.iri); met[c.iri] || t.known[c.iri] {
			continue
		}
		met[c.iri] = true
		_, err := t.finder.db.PostByIRI(ctx, c.iri)
		switch {
		case err == nil:
			t.known[c.iri] = true
		case !social.Is(err, social.NotFound):
			return nil, err
		case !t.finder.urls.Own(c.iri) && t.found+len(fresh) < maxReplies:
			fresh = append(fresh, c)
		}
	}
	return fresh, nil
}

// answer is a post that was read, and its document.
type answer struct {
	post social.Post
	doc  activitypub.Object
}

// read fetches posts, some at once. What cannot be had is left out.
func (t *thread) read(ctx context.Context, all []candidate) (got []answer) {
	var group errgroup.Group
	group.SetLimit(askedAtOnce)
	for _, c := range all {
		group.Go(func() error {
			a, err := t.readOne(ctx, c)
			if err != nil {
				t.finder.log.Debug("a reply could not be had", "iri", c.iri, "err", err)
				return nil
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			got = append(got, a)
			return nil
		})
	}
	_ = group.Wait() // no member gives an error
	return got
}

func (t *thread) readOne(ctx context.Context, c candidate) (a answer, err error) {
	a.doc = c.doc
	if a.doc == nil {
		if t.shuns(ctx, activitypub.Host(c.iri)) {
			return a, social.Faultf(social.Unavailable, "its host is away")
		}
		if a.doc, err = t.finder.fetch(ctx, c.iri, false); err != nil {
			t.failed(activitypub.Host(c.iri), err)
			return a, err
		}
	}
	a.post, err = t.finder.ReadPost(ctx, a.doc)
	return a, err
}

// shuns reports whether a host is not asked: it failed a moment ago, or nothing
// that is sent there arrives.
func (t *thread) shuns(ctx context.Context, host string) bool {
	t.mu.Lock()
	away, known := t.away[host]
	t.mu.Unlock()
	if known {
		return away
	}
	h, err := t.finder.db.Host(ctx, host)
	away = err == nil && h.OpenUntil.After(t.finder.db.Now())
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away[host] = away || t.away[host]
	return t.away[host]
}

// failed notes that a host could not be reached.
func (t *thread) failed(host string, err error) {
	if w := way(err); w == nil || w.Kind == transport.Budget {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away[host] = true
}

// keep stores what is open and answers something of the thread, answers after what
// they answer.
func (t *thread) keep(ctx context.Context, all []answer) (kept []activitypub.Object, err error) {
	for again := true; again; {
		again = false
		for i, a := range all {
			if a.doc == nil || !t.known[t.finder.ownIRI(a.post.InReplyTo)] || !a.post.Visibility.Open() {
				continue
			}
			all[i].doc, again = nil, true
			ok, err := t.keepOne(ctx, a.post)
			if err != nil {
				return kept, err
			}
			if ok {
				kept = append(kept, a.doc)
			}
		}
	}
	return kept, nil
}

// keepOne stores a post unless the owner blocks its author, or its author deleted it.
func (t *thread) keepOne(ctx context.Context, p social.Post) (ok bool, err error) {
	if blocked, err := t.finder.db.Blocks(ctx, t.owner, p.Author); err != nil || blocked {
		return false, err
	}
	if err := t.finder.link(ctx, &p); err != nil { // its parent may have come a moment ago
		return false, err
	}
	added, err := t.finder.keep(ctx, &p)
	if social.Is(err, social.Gone) {
		return false, nil
	}
	if added {
		t.found++
	}
	t.known[p.IRI] = err == nil
	return err == nil, err
}

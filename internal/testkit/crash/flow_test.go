package crash

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"skerry/internal/testkit"
)

// flow is steady work that goes on while things are taken away: friends write, and
// the owner posts to them.
type flow struct {
	st       *site
	letters  []*testkit.Letter
	posts    int
	accepted atomic.Int64
	stop     chan struct{}
	done     chan struct{}
}

// flows starts it. The world's people and the owner follow each other.
func (st *site) flows() *flow {
	st.Helper()
	st.must(st.Befriend(st.ctx, st.world, friends))
	st.must(st.world.Follow(st.ctx, friends))
	f := &flow{st: st, stop: make(chan struct{}), done: make(chan struct{})}
	go f.run()
	return f
}

func (f *flow) run() {
	defer close(f.done)
	for {
		select {
		case <-f.stop:
			return
		default:
		}
		letters, err := f.st.world.Notes(friends, func(i int) int { return i }, fmt.Sprintf("round%d-", f.posts), true)
		if err != nil {
			f.st.Errorf("make notes: %v", err)
			return
		}
		f.st.world.Insist(f.st.ctx, letters, 4, func() { f.accepted.Add(1) })
		f.letters = append(f.letters, letters...)
		f.st.publish(f.posts, 1)
		f.posts++
	}
}

// end stops it and wants that nothing was lost: the owner was told of every note
// once, and every post came to everybody.
func (f *flow) end() {
	f.st.Helper()
	close(f.stop)
	<-f.done
	f.st.until("every post came to every inbox", func() bool { return f.st.world.Count("Create") >= f.posts*friends })
	f.st.must(f.st.Drained(f.st.ctx))
	f.st.wantToldOnce(f.letters)
	f.st.wantAll(f.posts, friends)
}

// goesOn waits until a few rounds more were accepted.
func (f *flow) goesOn() {
	f.st.Helper()
	enough := f.accepted.Load() + 3*friends
	f.st.until("notes are accepted", func() bool { return f.accepted.Load() >= enough })
}

// ready reports whether the server says that it is well.
func (st *site) ready() bool {
	r, err := http.NewRequestWithContext(st.ctx, http.MethodGet, st.Origin+"/readyz", nil)
	st.must(err)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// wantAlive wants that no process has ended.
func (st *site) wantAlive() {
	st.Helper()
	for _, p := range st.processes {
		select {
		case <-p.Ended():
			st.Errorf("a process ended with %d:\n%s", p.Code(), p.Said())
		default:
		}
	}
}

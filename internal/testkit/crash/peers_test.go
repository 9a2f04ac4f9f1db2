package crash

import (
	"slices"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// TestHangingPeersHoldUpNobody publishes a post of which some hosts take the
// request and stay silent.
func TestHangingPeersHoldUpNobody(t *testing.T) {
	t.Parallel()
	hosts, hanging := size(200, 1000), size(4, 20)
	st := onSQLite.followed(t, hosts)
	st.world.SetMood(testkit.Mood{Hang: true}, every(hosts/hanging, hanging)...)
	took := st.reach(hosts - hanging)
	st.measured("%d of %d peers never answer: the others have the post after %.1f s", hanging, hosts, last(took).Seconds())
	if *long && last(took) > 3*time.Second {
		t.Errorf("the last of the others has the post after %v, want it within 3 s", last(took))
	}
}

// TestPeersThatRecoverGetThePost publishes a post while some hosts answer 503. The
// second attempt comes a minute later: the short form does not wait for it, package
// app tests it by a clock.
func TestPeersThatRecoverGetThePost(t *testing.T) {
	t.Parallel()
	hosts, ill := size(60, 1000), size(5, 50)
	st := onSQLite.followed(t, hosts)
	st.world.SetMood(testkit.Mood{Status: 503, Until: time.Now().Add(span(2*time.Second, 20*time.Second))}, every(hosts/ill, ill)...)
	took := st.reach(size(hosts-ill, hosts))
	st.measured("%d of %d peers answer 503 for 20 s: the last of them has the post after %.0f s", ill, hosts, last(took).Seconds())
	if *long && last(took) > 2*time.Minute {
		t.Errorf("the last has the post after %v, want it within 2 minutes", last(took))
	}
}

// TestSlowPeersCostLittle publishes a post while many hosts never answer and as many
// answer a byte a second.
func TestSlowPeersCostLittle(t *testing.T) {
	t.Parallel()
	slow := size(50, 500)
	hosts := 4 * slow
	st := onSQLite.followed(t, hosts)
	st.world.SetMood(testkit.Mood{Hang: true}, every(4, slow)...)
	dripping := every(4, slow)
	for i := range dripping {
		dripping[i]++
	}
	st.world.SetMood(testkit.Mood{Drip: true}, dripping...)
	p := st.processes[0]
	st.must(p.ForgetPeak())
	watched, stop := make(chan int), make(chan struct{})
	go func() {
		most := 0
		for {
			select {
			case <-time.After(50 * time.Millisecond):
				most = max(most, p.Files())
			case <-stop:
				watched <- most
				return
			}
		}
	}()
	took := st.reach(hosts - 2*slow)
	st.pass(span(time.Second, 30*time.Second)) // they go on to hang and to drip
	close(stop)
	files, memory := <-watched, p.Peak()
	p99 := took[len(took)*99/100]
	st.measured("%d peers never answer, %d answer a byte a second: 99 %% of the other %d have the post after %.1f s; peak memory %d MiB, %d files open at most",
		slow, slow, len(took), p99.Seconds(), memory, files)
	if memory >= 256 || files >= 2000 {
		t.Errorf("%d MiB and %d files, want under 256 and 2000", memory, files)
	}
	if *long && p99 > 30*time.Second {
		t.Errorf("99 %% have the post after %v, want it within 30 s", p99)
	}
}

// followed is a site with a follower on each of so many hosts.
func (s shape) followed(t *testing.T, hosts int) *site {
	t.Helper()
	st := s.open(t, hosts)
	st.must(st.world.Follow(st.ctx, hosts))
	return st
}

// every gives n numbers, so far apart.
func every(step, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i * step
	}
	return all
}

// reach publishes a post, waits until so many hosts have it, and gives how long
// each took, in order.
func (st *site) reach(hosts int) (took []time.Duration) {
	st.Helper()
	began := time.Now()
	post, err := st.Post(st.ctx, "The lighthouse is lit.", "")
	st.must(err)
	st.until("the post came to all who are well", func() bool { return st.world.Count(post) >= hosts })
	for _, a := range st.world.Arrivals("Create") {
		took = append(took, a.At.Sub(began))
	}
	return took
}

func last(took []time.Duration) time.Duration { return slices.Max(took) }

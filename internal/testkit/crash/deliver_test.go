package crash

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// together is how many posts are published at once.
const together = 5

// TestKilledServerDeliversEverythingItPosted kills processes while five posts are
// on their way to many inboxes, again and again.
func TestKilledServerDeliversEverythingItPosted(t *testing.T) {
	t.Parallel()
	onShapes(t, func(t *testing.T, s shape) {
		hosts, kills := size(100, 1000), size(5, 100)
		st := s.open(t, hosts)
		st.must(st.world.Follow(st.ctx, hosts))
		posts, mayRepeat, slowest := 0, 0, time.Duration(0)
		for range kills {
			if st.world.Count("Create") == posts*hosts {
				go st.publish(posts, together)
				posts += together
			}
			mayRepeat += 2 * st.strike(posts*hosts, &slowest)
		}
		st.until("every post came to every inbox", func() bool { return st.world.Count("Create") >= posts*hosts })
		if st.world.Again() > mayRepeat {
			t.Errorf("%d came twice, want no more than the %d that were in flight", st.world.Again(), mayRepeat)
		}
		st.wantAll(posts, hosts)
		st.measured("%d kills over %d posts to %d inboxes: %d of %d came twice, %d attempts were in flight at the kills; work resumed within %.1f s",
			kills, posts, hosts, st.world.Again(), posts*hosts, mayRepeat, slowest.Seconds())
		st.wantSoon(slowest)
	})
}

// publish publishes posts, each until it is shown as posted.
func (st *site) publish(first, n int) {
	for i := range n {
		text := fmt.Sprintf("Post %d: the lighthouse is lit.", first+i)
		st.insist("post", func() error {
			_, err := st.Post(st.ctx, text, text)
			return err
		})
	}
}

// strike waits for a moment in the midst of the work that is left, kills a process
// and starts it again. It says how many hosts were held then.
func (st *site) strike(all int, slowest *time.Duration) (held int) {
	st.Helper()
	here := st.world.Count("Create")
	moment := here + rand.IntN(max(all-here, 1))
	st.until("work went on", func() bool { return st.world.Count("Create") >= moment })
	i := 0
	held, err := st.HeldAfter(st.ctx, st.world, func() { i = st.kill() })
	st.must(err)
	here = st.world.Count("Create")
	st.start(i)
	began := time.Now()
	if here < all {
		st.until("work was taken up", func() bool { return st.world.Count("Create") > here })
	}
	*slowest = max(*slowest, time.Since(began))
	return held
}

// wantAll wants each post once in the world's eyes, and at every inbox.
func (st *site) wantAll(posts, hosts int) {
	st.Helper()
	of, activities := map[string]int{}, map[string]string{}
	for _, a := range st.world.Arrivals("Create") {
		of[a.Object]++
		if was := activities[a.Object]; was != "" && was != a.Activity {
			st.Errorf("the post %s was announced as %s and as %s", a.Object, was, a.Activity)
		}
		activities[a.Object] = a.Activity
	}
	if len(of) != posts {
		st.Errorf("%d posts came, want %d", len(of), posts)
	}
	for object, n := range of {
		if n != hosts {
			st.Errorf("the post %s came to %d inboxes, want %d", object, n, hosts)
		}
	}
}

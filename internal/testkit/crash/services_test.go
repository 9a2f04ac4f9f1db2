package crash

import (
	"net/http"
	"testing"
	"time"

	"skerry/internal/testkit"
	"skerry/internal/testkit/service"
)

// TestNothingIsLostWithRedis takes from Redis what it has, again and again, and
// then Redis itself.
func TestNothingIsLostWithRedis(t *testing.T) {
	t.Parallel()
	rd, err := service.StartRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rd.Stop)
	st := fourfold.openAt(t, friends, t.TempDir(), testkit.Postgres(t), rd.URL())
	f := st.flows()
	flushes, pause, away := size(3, 12), span(time.Second, 5*time.Second), span(5*time.Second, time.Minute)
	for range flushes {
		st.pass(pause)
		st.must(rd.Flush(st.ctx))
	}
	rd.Halt("KILL")
	f.goesOn()
	st.pass(away)
	f.goesOn()
	st.must(rd.Resume(st.ctx))
	f.goesOn()
	f.end()
	st.wantAlive()
	st.measured("flushed %d times, once every %v, then away for %v: %d notes took effect once, %d posts came to all %d inboxes, %d came twice",
		flushes, pause, away, len(f.letters), f.posts, friends, st.world.Again())
}

// TestNothingAcknowledgedIsLostWithPostgres stops and crashes Postgres under load,
// and then leaves it away for a while.
func TestNothingAcknowledgedIsLostWithPostgres(t *testing.T) {
	t.Parallel()
	pg, err := service.StartPostgres(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	redis, _ := testkit.Redis(t)
	st := onServices.openAt(t, friends, t.TempDir(), pg.DSN(), redis)
	f := st.flows()
	restarts, away := size(3, 20), span(5*time.Second, time.Minute)
	var slowest time.Duration
	for i := range restarts + 1 {
		f.goesOn()
		pg.Halt([]string{"INT", "QUIT"}[i%2])
		if i == restarts {
			st.wantRefused("away")
			st.pass(away)
			st.wantRefused("still away")
		}
		st.must(pg.Resume(st.ctx))
		began := time.Now()
		st.until("the server is well", st.ready)
		slowest = max(slowest, time.Since(began))
	}
	f.end()
	st.wantAlive()
	st.measured("restarted %d times, every second time by a crash, then down for %v, in which every note was answered 503: %d notes took effect once, "+
		"%d posts came to all %d inboxes, %d came twice; well again within %.1f s", restarts, away, len(f.letters), f.posts, friends, st.world.Again(), slowest.Seconds())
	st.wantSoon(slowest)
}

// wantRefused sends notes that must be answered 503, since they cannot be kept.
func (st *site) wantRefused(id string) {
	st.Helper()
	for _, a := range st.world.Send(st.ctx, st.notes(friends, id), 4) {
		if a.Status != http.StatusServiceUnavailable {
			st.Errorf("while the database is %s a note is answered %d, %v; want 503", id, a.Status, a.Err)
		}
	}
}

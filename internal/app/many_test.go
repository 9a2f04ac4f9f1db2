package app_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// TestManyProcessesAreOneServer walks the road between a server of five processes
// and one of a single process.
func TestManyProcessesAreOneServer(t *testing.T) {
	t.Parallel()
	worker := app.Roles{Worker: true}
	anna := testkit.Many(t, new(testkit.Clock), testkit.Postgres(t), "anna", app.Roles{Web: true}, worker, worker, app.Roles{Scheduler: true}, app.Roles{Scheduler: true})
	r := &road{t: t, ctx: t.Context(), anna: anna, bert: testkit.Start(t, "", "bert")}
	r.walk()
}

// A pooler gives each transaction another connection: nothing may be kept on one.
func TestServerWorksThroughPgBouncer(t *testing.T) {
	t.Parallel()
	anna := testkit.Many(t, new(testkit.Clock), testkit.PgBouncer(t), "anna", app.Roles{Web: true, Scheduler: true}, app.Roles{Worker: true})
	r := &road{t: t, ctx: t.Context(), anna: anna, bert: testkit.Start(t, "", "bert")}
	r.walk()
}

// A part of the server needs what it shares with the rest.
func TestPartOfAServerNeedsPostgresAndRedis(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		roles app.Roles
		cfg   config.Config
		ok    bool
	}{
		"all, embedded":         {app.AllRoles, config.Config{}, true},
		"web, embedded":         {app.Roles{Web: true}, config.Config{}, false},
		"web, without Redis":    {app.Roles{Web: true}, config.Config{DatabaseURL: "postgres://db/x"}, false},
		"web, without Postgres": {app.Roles{Web: true}, config.Config{RedisURL: "redis://r"}, false},
		"web, with both":        {app.Roles{Web: true}, config.Config{DatabaseURL: "postgres://db/x", RedisURL: "redis://r"}, true},
	} {
		if err := c.roles.Check(c.cfg); (err == nil) != c.ok {
			t.Errorf("%s: got %v, want it accepted: %t", name, err, c.ok)
		}
	}
}

// A Redis that forgets everything, again and again, and one that goes away and
// comes back, cost time and no work.
func TestRedisMayForgetAndGoAway(t *testing.T) {
	t.Parallel()
	address, _ := testkit.Redis(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	cable := testkit.NewCable(t, u.Host)
	u.Host = cable.Address
	st := &stage{t: t, ctx: t.Context(), clock: new(testkit.Clock), peer: testkit.NewPeer(t)}
	st.s = testkit.StartAt(t, st.clock, testkit.Postgres(t), "anna", func(c *config.Config) { c.RedisURL = u.String() })
	st.bert = st.peer.Person("bert")
	st.befriended()

	forget := func() { testkit.Forget(t, "skerry:"+st.s.URLs().Domain+":") }
	posts := 0
	post := func(when string) {
		posts++
		_, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: fmt.Sprint(when, posts)}, nil)
		st.must(err)
		if status, said := st.bert.Send(st.s.Owner.Inbox, st.bert.Activity("Like", fmt.Sprint("l", posts), st.s.Owner.IRI)); status != 202 {
			t.Errorf("%s: a Like got %d %s, want 202", when, status, said)
		}
	}
	for range 5 {
		post("forgotten")
		forget()
	}
	cable.Cut()
	for range 3 {
		post("away")
	}
	for st.s.Bus.Away() == nil { // the next command notices
		time.Sleep(10 * time.Millisecond)
	}
	post("still away")
	testkit.Settle(t, st.s) // work goes on without Redis
	cable.Mend()
	for st.s.Bus.Away() != nil {
		time.Sleep(10 * time.Millisecond)
	}
	post("back")
	testkit.Settle(t, st.s)
	if got := len(st.peer.Got("Create")); got != posts {
		t.Errorf("%d posts came, want %d", got, posts)
	}
	if busy, err := st.s.DB.Busy(st.ctx, st.s.DB.Now()); busy || err != nil {
		t.Errorf("work is left: %t, %v", busy, err)
	}
}

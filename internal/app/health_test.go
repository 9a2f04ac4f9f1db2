package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/testkit"
)

// What takes no requests is as well as what it works with: without its database
// it can do nothing, without Redis it does all of it.
func TestHealthOfAWorkerIsThatOfItsDatabase(t *testing.T) {
	t.Parallel()
	ctx, worker := t.Context(), app.Roles{Worker: true}
	address, _ := testkit.Redis(t)
	cfg := config.Config{Domain: "social.test", DatabaseURL: testkit.Postgres(t), RedisURL: address}
	if say, err := app.Health(ctx, cfg, worker); err == nil {
		t.Errorf("without the tables: got %q, want an error", say)
	}
	testkit.Start(t, cfg.DatabaseURL, "")
	if say, err := app.Health(ctx, cfg, worker); err != nil || say != "ready\n" {
		t.Errorf("got %q, %v, want it ready", say, err)
	}
	cfg.RedisURL = "redis://127.0.0.1:1"
	if say, err := app.Health(ctx, cfg, worker); err != nil || !strings.Contains(say, "Redis is away") {
		t.Errorf("without Redis: got %q, %v, want it ready, and told", say, err)
	}
	cfg.DatabaseURL = "postgres://skerry@127.0.0.1:1/skerry?sslmode=disable"
	if say, err := app.Health(ctx, cfg, worker); err == nil {
		t.Errorf("without a database: got %q, want an error", say)
	}
}

func TestHealthOfAServerWithoutItsDatabaseIsBad(t *testing.T) {
	t.Parallel()
	dsn, err := url.Parse(testkit.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	cable := testkit.NewCable(t, dsn.Host)
	dsn.Host = cable.Address
	b := newBerth(t, dsn.String())
	s := b.run()
	if say, err := app.Health(t.Context(), b.cfg, app.AllRoles); err != nil || say != "ready\n" {
		t.Errorf("got %q, %v, want it ready", say, err)
	}
	cable.Cut()
	_, err = app.Health(t.Context(), b.cfg, app.AllRoles)
	if err == nil || !strings.Contains(err.Error(), "is not ready: 503 the database") {
		t.Errorf("the database is away: got %v, want that said", err)
	}
	cable.Mend()
	s.signal()
	s.stopped()
}

func TestHealthIsAskedByTLSWhereTheServerSpeaksIt(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "http-01")
	defer c.serve()()
	if res, err := c.get("https://" + publicName + "/readyz"); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("got %+v, %v", res, err)
	}
	if say, err := app.Health(t.Context(), c.cfg, app.AllRoles); err != nil || say != "ready\n" {
		t.Errorf("got %q, %v, want it ready", say, err)
	}
}

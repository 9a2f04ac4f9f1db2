package store_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

// TestWrongDatabaseURLIsSaidInALine wants the setting, the host, the reason and the
// mend.
func TestWrongDatabaseURLIsSaidInALine(t *testing.T) {
	t.Parallel()
	dsn := testkit.Postgres(t)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*url.URL, url.Values)) string {
		other, q := *u, u.Query()
		change(&other, q)
		other.RawQuery = q.Encode()
		return other.String()
	}
	peer := testkit.NewTLSPeer(t, testkit.NewCA(t)).Origin[len("https://"):]
	for name, c := range map[string]struct {
		dsn  string
		want []string
	}{
		"nobody there": {with(func(u *url.URL, _ url.Values) { u.Host = "127.0.0.1:1" }), []string{"127.0.0.1:1: connection refused", "start Postgres there"}},
		"no user":      {with(func(u *url.URL, _ url.Values) { u.User = url.User("nobody") }), []string{u.Host + `: role "nobody" does not exist`, "createuser"}},
		"no database":  {with(func(u *url.URL, _ url.Values) { u.Path = "/nothing" }), []string{u.Host + `: database "nothing" does not exist`, "createdb --owner=skerry skerry"}},
		"no TLS":       {with(func(_ *url.URL, q url.Values) { q.Set("sslmode", "require") }), []string{u.Host + ": the server speaks no TLS", "sslmode=disable"}},
		"no Postgres":  {with(func(u *url.URL, _ url.Values) { u.Host = peer }), []string{peer, "is it the host and port of a Postgres?"}},
		"no socket":    {"postgres:///skerry?host=/nowhere", []string{"/nowhere: there is no socket of Postgres", "correct the folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, c.dsn, "", secret, append(c.want, "DATABASE_URL: ")...)
		})
	}
}

// Names are not looked up by tests, and no test waits for a host that is silent.
func TestWhatPostgresDidNotAnswerHasAMend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no such host": {&net.DNSError{IsNotFound: true}, "correct the host"},
		"no DNS":       {&net.DNSError{Err: "server misbehaving"}, "the DNS of this machine"},
		"silence":      {&net.OpError{Op: "dial", Err: timeout{}}, "the firewall"},
	} {
		if reason, mend := store.MendPostgres(c.err); reason == "" || !strings.Contains(mend, c.want) {
			t.Errorf("%s: got %q (%q), want it to speak of %s", name, reason, mend, c.want)
		}
	}
}

type timeout struct{}

func (timeout) Error() string   { return "i/o timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

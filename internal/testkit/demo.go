package testkit

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"skerry/internal/demo"
	"skerry/internal/social"
)

// Demo is two servers whose owners have talked to each other for three days, which
// are over: what skerry demo shows. They are on SQLite, as there.
func Demo(t testing.TB) (marit, noor *Server) {
	t.Helper()
	clock := new(Clock)
	clock.Advance(-demo.Past)
	marit, noor = StartAt(t, clock, "", demo.Keeper), StartAt(t, clock, "", demo.Biologist)
	if err := demo.Play(t.Context(), clock.Advance, DemoRelay(t, clock), marit.acts(), noor.acts()); err != nil {
		t.Fatal(err)
	}
	return marit, noor
}

// DemoRelay runs the relay of the demo until the test ends.
func DemoRelay(t testing.TB, clock *Clock) *demo.Relay {
	t.Helper()
	l := Listen(t)
	r, err := demo.NewRelay("http://"+l.Addr().String(), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: r}}
	s.Start()
	t.Cleanup(s.Close)
	return r
}

func (s *Server) acts() demo.Server {
	return demo.Server{DB: s.DB, Bus: s.Bus, Publisher: s.Publisher, Library: s.Library, Finder: s.Finder, Relay: func(ctx context.Context, address string) error {
		_, err := s.Relays.Follow(ctx, address, social.RelayMastodon)
		return err
	}}
}

package testkit

import (
	"testing"

	"skerry/internal/demo"
)

// Demo is two servers whose owners have talked to each other for three days, which
// are over: what skerry demo shows. They are on SQLite, as there.
func Demo(t testing.TB) (marit, noor *Server) {
	t.Helper()
	clock := new(Clock)
	clock.Advance(-demo.Past)
	marit, noor = StartAt(t, clock, "", demo.Keeper), StartAt(t, clock, "", demo.Biologist)
	if err := demo.Play(t.Context(), clock.Advance, marit.acts(), noor.acts()); err != nil {
		t.Fatal(err)
	}
	return marit, noor
}

func (s *Server) acts() demo.Server {
	return demo.Server{DB: s.DB, Publisher: s.Publisher, Library: s.Library, Finder: s.Finder}
}

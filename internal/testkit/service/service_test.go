package service

import "testing"

func TestHaltedServerComesBackAtItsAddress(t *testing.T) {
	t.Parallel()
	pg, err := StartPostgres(t.Context(), Careless...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	for _, signal := range []string{"INT", "QUIT"} {
		pg.Halt(signal)
		if pg.answers(t.Context()) == nil {
			t.Errorf("after %s it still answers", signal)
		}
		if err := pg.Resume(t.Context()); err != nil {
			t.Errorf("after %s: %v", signal, err)
		}
	}
}

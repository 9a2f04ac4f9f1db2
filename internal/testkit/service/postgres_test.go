package service

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"testing"
)

func TestPostgresEndsWhenItsStarterLetsGo(t *testing.T) {
	t.Parallel()
	pg, err := StartPostgres(t.Context(), Careless...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	address := pg.address()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatalf("it does not answer: %v", err)
	}
	c.Close()

	// What the kernel does for a starter that was killed.
	if err := pg.life.Close(); err != nil {
		t.Fatal(err)
	}
	_ = pg.guard.Wait()
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("it still answers")
	}
	if _, err := os.Stat(pg.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its folder is still there: %v", err)
	}
}

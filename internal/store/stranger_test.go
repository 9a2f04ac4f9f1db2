package store

import (
	"slices"
	"testing"
	"time"
)

// goesAlong are the columns that refer to an actor and are no reason to keep one.
var goesAlong = []string{"actor_keys.actor_id"}

// Who looks for strangers asks every table that refers to actors, also those of later
// migrations.
func TestNobodyIsAStrangerToWhomATableRefers(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), Options{Path: t.TempDir() + "/a.db", Secret: []byte("a secret of some length, for tests"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := list(t.Context(), db.Reader, "read what refers to actors", value[string], `
		SELECT m.name || '.' || f."from" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'actors'`)
	if err != nil || len(all) < 15 {
		t.Fatalf("got %v, %v", all, err)
	}
	for _, column := range all {
		if !slices.Contains(referring, column) && !slices.Contains(goesAlong, column) {
			t.Errorf("%s refers to an actor: it belongs to those of stranger.go, with an index", column)
		}
	}
	for _, column := range referring {
		if !slices.Contains(all, column) {
			t.Errorf("%s refers to nobody", column)
		}
	}
}

package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRowsStandInOneText(t *testing.T) {
	t.Parallel()
	m := &many{before: "INSERT INTO t VALUES ", row: "(?, 0, CAST(? AS TEXT))", after: " ON CONFLICT DO NOTHING"}
	for n, want := range map[int]string{
		1: "INSERT INTO t VALUES ($1, 0, CAST($2 AS TEXT)) ON CONFLICT DO NOTHING",
		3: "INSERT INTO t VALUES ($1, 0, CAST($2 AS TEXT)), ($3, 0, CAST($4 AS TEXT)), ($5, 0, CAST($6 AS TEXT)) ON CONFLICT DO NOTHING",
	} {
		if diff := cmp.Diff(want, m.text(n)); diff != "" {
			t.Errorf("%d rows (-want +got):\n%s", n, diff)
		}
	}
}

func TestAnyNumberOfRowsNeedsFewTexts(t *testing.T) {
	t.Parallel()
	texts := map[int]bool{}
	for n := 1; n <= maxUnwritten; n++ {
		for left := n; left > 0; left -= part(left) {
			texts[part(left)] = true
		}
	}
	if len(texts) > 12 {
		t.Errorf("%d texts of a statement are needed, want a dozen at most", len(texts))
	}
}

// Postgres must see each row of a VALUES that nothing is inserted from with its
// types, and an INSERT as many values as columns.
func TestRowsFitTheirStatements(t *testing.T) {
	t.Parallel()
	for _, m := range []*many{addInbound, addPosts, addHome, indexMention, indexTag} {
		columns := strings.Count(m.before, ",") + 1
		if values := strings.Count(m.row, ",") + 1; values != columns {
			t.Errorf("%s: %d values for %d columns", m.doing, values, columns)
		}
	}
}

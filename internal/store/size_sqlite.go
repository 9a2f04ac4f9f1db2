package store

import (
	"context"
	"errors"
	"fmt"
)

// keptSpare is how much room the file keeps for what comes next.
const keptSpare = 4 << 20

// room reads the header of the file: pages that nothing uses are spare.
func (e *sqliteEngine) room(ctx context.Context, q querier) (live, spare int64, err error) {
	rs, err := q.query(ctx, `
		SELECT (n.page_count - f.freelist_count) * s.page_size, f.freelist_count * s.page_size
		FROM pragma_page_count n, pragma_freelist_count f, pragma_page_size s`)
	if err != nil {
		return 0, 0, err
	}
	defer rs.Close()
	if rs.Next() {
		err = rs.Scan(&live, &spare)
	}
	if err == nil {
		err = rs.Err()
	}
	return live, spare, err
}

// tables looks at every page.
func (e *sqliteEngine) tables(ctx context.Context, q querier) ([]tableSize, error) {
	return list(ctx, Reader{q: q, eng: e}, "", scanTableSize, `
		SELECT COALESCE(m.tbl_name, d.name), SUM(CASE WHEN m.type = 'index' THEN 0 ELSE d.pgsize END), SUM(CASE WHEN m.type = 'index' THEN d.pgsize ELSE 0 END)
		FROM dbstat d LEFT JOIN sqlite_schema m ON m.name = d.name WHERE d.aggregate = TRUE GROUP BY 1`)
}

func scanTableSize(r rows) (t tableSize, err error) { return t, r.Scan(&t.table, &t.rows, &t.indexes) }

// shrink gives the last pages of the file back. It is a change like any other, and the
// statement works off its pages as its rows are read.
func (e *sqliteEngine) shrink(ctx context.Context, pages int) (more bool, err error) {
	_, spare, err := e.room(ctx, e)
	if err != nil || spare < keptSpare {
		return false, err
	}
	err = e.inTx(ctx, func(q querier) error {
		rs, err := q.query(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", pages))
		if err != nil {
			return err
		}
		defer rs.Close()
		for rs.Next() {
		}
		return rs.Err()
	})
	_, left, measured := e.room(ctx, e)
	return left < spare, errors.Join(err, measured)
}

// compact writes the whole file anew. Nothing else of this process may write.
func (e *sqliteEngine) compact(ctx context.Context, tell func(string)) error {
	tell("the whole file")
	if _, err := e.write.exec(ctx, "VACUUM"); err != nil {
		return err
	}
	_, err := e.write.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func (e *sqliteEngine) whole() bool { return true }

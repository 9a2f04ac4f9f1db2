package store

import (
	"context"
	"fmt"
	"strings"
)

// A table of Postgres never shrinks by itself: rows that go leave room that new ones
// take. How much of it is live Postgres does not say without an extension, so it is
// estimated: rows, which are counted, times the size of some of them. Of the indexes
// the same part is taken to be live.

// countedFrom is from which size on a table is looked into; a smaller one counts whole.
const countedFrom = 64 << 10

// packed is how much larger rows are on disk than by themselves: heads of pages,
// pointers, and room at their ends that no row fits into.
const packed = 1.06

// room adds up the tables.
func (e *postgresEngine) room(ctx context.Context, q querier) (live, spare int64, err error) {
	all, err := e.measure(ctx, q)
	for _, t := range all {
		live += t.rows + t.indexes
		spare += t.spare
	}
	return live, spare, err
}

func (e *postgresEngine) tables(ctx context.Context, q querier) ([]tableSize, error) {
	all, err := e.measure(ctx, q)
	var out []tableSize
	for _, t := range all {
		out = append(out, t.tableSize)
	}
	return out, err
}

// pgTable is a table, and the room in it that new rows will take.
type pgTable struct {
	tableSize
	spare int64
}

// measure looks at the tables of our schema.
func (e *postgresEngine) measure(ctx context.Context, q querier) ([]pgTable, error) {
	r := Reader{q: q, eng: e}
	all, err := list(ctx, r, "", func(r rows) (t pgTable, err error) { return t, r.Scan(&t.table, &t.rows, &t.indexes) }, `
		SELECT CAST(c.relname AS TEXT), pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())`)
	for i := range all {
		if err == nil && all[i].rows >= countedFrom {
			err = all[i].look(ctx, r)
		}
	}
	return all, err
}

// look estimates how much of a table is live. A part of its pages is enough to know how
// large rows are, and it is the same part each time, so that two estimates fit together.
func (t *pgTable) look(ctx context.Context, r Reader) error {
	name := quoted(t.table)
	n, err := one(ctx, r, "", value[int64], `SELECT COUNT(*) FROM `+name)
	if err != nil {
		return err
	}
	percent := min(100, 100*float64(16<<20)/float64(t.rows))
	average, err := one(ctx, r, "", value[float64], fmt.Sprintf(
		`SELECT COALESCE(AVG(pg_column_size(t.*)), 0) FROM %s t TABLESAMPLE SYSTEM (%.3f) REPEATABLE (1)`, name, percent))
	if err != nil {
		return err
	}
	part := min(1, float64(n)*(average+4)*packed/float64(t.rows))
	rows, indexes := int64(part*float64(t.rows)), int64(part*float64(t.indexes))
	t.spare = t.rows - rows + t.indexes - indexes
	t.rows, t.indexes = rows, indexes
	return nil
}

// shrink does nothing: only compacting, while nobody works, makes tables smaller.
func (e *postgresEngine) shrink(context.Context, int) (bool, error) { return false, nil }

// compact writes each table anew, and measures what is in it.
func (e *postgresEngine) compact(ctx context.Context, tell func(string)) error {
	all, err := e.tables(ctx, e)
	for _, t := range all {
		if err == nil {
			tell(t.table)
			_, err = e.exec(ctx, `VACUUM (FULL, ANALYZE) `+quoted(t.table))
		}
	}
	return err
}

func (e *postgresEngine) whole() bool { return false }

// quoted is a table's name in a statement.
func quoted(table string) string { return `"` + strings.ReplaceAll(table, `"`, `""`) + `"` }

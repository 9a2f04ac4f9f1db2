package store

import (
	"context"
	"fmt"
	"strings"
)

// many is a change of any number of rows. What a transaction wants changed so is
// kept until it asks for something else, or ends: then the rows of each statement
// are written together, which costs a database server a fraction of one by one.
type many struct {
	doing  string
	before string // the rows
	row    string // with a ? for each of its values
	after  string
	first  bool // it is written before the others, which may refer to its rows
	last   bool // it is written after the others, to whose rows it refers
	// wrong says what is wrong when so many of the rows were changed, or found by a
	// SELECT; nil: nothing ever is.
	wrong func(changed, rows int) error
}

// part is how many of n rows go into one text. Few numbers are used, since each
// text is parsed and planned by each connection.
func part(n int) int {
	for _, few := range []int{64, 32, 16, 8} {
		if n >= few {
			return few
		}
	}
	return n
}

// maxUnwritten is how many rows wait at most.
const maxUnwritten = 512

// text is the statement for n rows.
func (m *many) text(n int) string {
	var b strings.Builder
	b.WriteString(m.before)
	values := 0
	for i := range n {
		b.WriteString(comma(i))
		for part := range strings.SplitAfterSeq(m.row, "?") {
			b.WriteString(strings.TrimSuffix(part, "?"))
			if strings.HasSuffix(part, "?") {
				values++
				b.WriteString("$" + itoa(values))
			}
		}
	}
	b.WriteString(m.after)
	return b.String()
}

// unwritten are the rows that wait for their statement.
type unwritten struct {
	of   *many
	rows [][]any
}

// write writes all of them.
func (u unwritten) write(ctx context.Context, q querier) error {
	for rows := u.rows; len(rows) > 0; {
		n := part(len(rows))
		var args []any
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		changed, err := count(ctx, q, u.of.text(n), args)
		if err == nil && u.of.wrong != nil {
			err = u.of.wrong(changed, n)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", u.of.doing, err)
		}
		rows = rows[n:]
	}
	return nil
}

// count says how many rows a statement changed, or found.
func count(ctx context.Context, q querier, text string, args []any) (n int, err error) {
	if !reads(text) {
		changed, err := q.exec(ctx, text, args...)
		return int(changed), err
	}
	rs, err := q.query(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer rs.Close()
	for rs.Next() {
		n++
	}
	return n, rs.Err()
}

// later adds a row to a change. Whatever goes wrong with it is an error of the
// transaction, not of this call.
func (tx *Tx) later(ctx context.Context, change *many, row ...any) error {
	return tx.watched.later(ctx, change, row)
}

package social

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// How large a blocklist may be. The largest that are shared have about five thousand lines.
const (
	MaxBlocklist      = 2 << 20 // bytes
	MaxBlocklistLines = 50_000
)

// blocklistColumns are what Mastodon's export has, in its order.
var blocklistColumns = []string{"domain", "severity", "reject_media", "reject_reports", "public_comment", "obfuscate"}

// ListedBlock is what a list says of a domain.
type ListedBlock struct {
	DomainBlock
	Has []string // the columns that it had
}

// Over gives what holds when the list is taken: what it has no column for stays as it was.
func (l ListedBlock) Over(was DomainBlock) DomainBlock {
	was.Domain, was.Severity = l.Domain, l.Severity // domains alone are a list of who is suspended
	for _, name := range l.Has {
		switch name {
		case "reject_media":
			was.RejectMedia = l.RejectMedia
		case "reject_reports":
			was.RejectReports = l.RejectReports
		case "public_comment":
			was.Public = l.Public
		case "obfuscate":
			was.Obfuscate = l.Obfuscate
		}
	}
	return was
}

// LineFault is what is wrong with a line of a list.
type LineFault struct {
	Line int
	Say  string
}

// ReadBlocklist reads a text that is not larger than a list may be.
func ReadBlocklist(from io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(from, MaxBlocklist+1))
	switch text := string(b); {
	case err != nil:
		return "", fmt.Errorf("read the list: %w", err)
	case len(b) > MaxBlocklist:
		return "", Faultf(TooLarge, "a list has at most %d MiB", MaxBlocklist>>20)
	case !Storable(text):
		return "", Faultf(Unprocessable, "that is no list: it has bytes in it that no text has")
	default:
		return text, nil
	}
}

// ParseBlocklist reads a list: lines as Mastodon exports them, with or without their
// header, or domains alone, which are suspended. What cannot be read is told by its line,
// and the rest holds. A domain that is named again has the stricter of both.
func ParseBlocklist(text string) (all []ListedBlock, wrong []LineFault) {
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.TrimLeadingSpace = -1, true, true
	columns, at := blocklistColumns, map[string]int{}
	for first := true; ; {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return all, wrong
		}
		if err != nil {
			return all, append(wrong, LineFault{lineOf(err), "the rest of the list cannot be read"})
		}
		line, _ := rows.FieldPos(0)
		if len(all) >= MaxBlocklistLines {
			return all, append(wrong, LineFault{line, fmt.Sprintf("the rest of the list is left out: it has more than %d lines", MaxBlocklistLines)})
		}
		if names := headerOf(row); first && names != nil {
			columns, first = names, false
			continue
		}
		if strings.HasPrefix(row[0], "#") || len(row) == 1 && strings.TrimSpace(row[0]) == "" {
			continue
		}
		first = false
		b, err := blockOf(columns, row)
		if err != nil {
			wrong = append(wrong, LineFault{line, Say(err)})
			continue
		}
		has := columns[:min(len(row), len(columns))]
		if i, named := at[b.Domain]; named {
			all[i] = ListedBlock{stricter(all[i].DomainBlock, b), slices.Concat(all[i].Has, has)}
			continue
		}
		at[b.Domain] = len(all)
		all = append(all, ListedBlock{b, has})
	}
}

// lineOf is the line at which a list could not be read further.
func lineOf(err error) int {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return p.Line
	}
	return 0
}

// headerOf gives the names of the columns where a row has them; nil for any other row.
func headerOf(row []string) []string {
	names := make([]string, len(row))
	for i, cell := range row {
		names[i] = strings.ToLower(strings.Trim(strings.TrimSpace(cell), "# "))
	}
	if !slices.Contains(names, "domain") {
		return nil
	}
	return names
}

// blockOf reads a line.
func blockOf(columns, row []string) (b DomainBlock, err error) {
	for i, cell := range row[:min(len(row), len(columns))] {
		switch columns[i] {
		case "domain":
			b.Domain, err = CleanDomain(cell)
		case "severity":
			b.Severity, err = ParseSeverity(cell)
		case "reject_media":
			b.RejectMedia = yes(cell)
		case "reject_reports":
			b.RejectReports = yes(cell)
		case "public_comment":
			b.Public = cell
		case "obfuscate":
			b.Obfuscate = yes(cell)
		}
		if err != nil {
			return b, err
		}
	}
	if b.Domain == "" {
		return b, Faultf(Unprocessable, "it names no domain")
	}
	if i := slices.Index(columns, "severity"); i < 0 || i >= len(row) {
		b.Severity = Suspended
	}
	return b, b.Check()
}

func yes(cell string) bool {
	ok, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(cell)))
	return ok && err == nil
}

// stricter gives all that one of two blocks of a domain refuses.
func stricter(a, b DomainBlock) DomainBlock {
	a.Severity = max(a.Severity, b.Severity)
	a.RejectMedia, a.RejectReports, a.RejectRelayed = a.RejectMedia || b.RejectMedia, a.RejectReports || b.RejectReports, a.RejectRelayed || b.RejectRelayed
	return a
}

// WriteBlocklist writes blocks as Mastodon exports them.
func WriteBlocklist(w io.Writer, all []DomainBlock) error {
	rows := csv.NewWriter(w)
	header := make([]string, len(blocklistColumns))
	for i, name := range blocklistColumns {
		header[i] = "#" + name
	}
	lines := [][]string{header}
	for _, b := range all {
		lines = append(lines, []string{
			b.Domain, b.Severity.String(), strconv.FormatBool(b.RejectMedia), strconv.FormatBool(b.RejectReports), b.Public, strconv.FormatBool(b.Obfuscate),
		})
	}
	return rows.WriteAll(lines)
}

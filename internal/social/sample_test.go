package social

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// previewed judges samples whose addresses are host/number.
func previewed(book RelayBook, stands float64, samples ...RelaySample) RelayPreview {
	return book.Preview(samples, func(iri string) string { host, _, _ := strings.Cut(iri, "/"); return host }, map[ID]float64{1: stands})
}

func TestPreviewSaysWhatRulesWouldHaveDone(t *testing.T) {
	t.Parallel()
	sample := func(iri string, f *RelayFacts) RelaySample {
		return RelaySample{Relay: 1, IRI: iri, At: relayNoon, Facts: f}
	}
	all := []RelaySample{
		sample("a.example/1", &RelayFacts{Language: "en"}),
		sample("a.example/2", &RelayFacts{Language: "de"}),
		sample("a.example/3", &RelayFacts{Language: "fr", Author: &RelayAuthor{Bot: true}}),
		sample("a.example/4", nil), sample("b.example/5", nil),
	}
	for name, c := range map[string]struct {
		book                   RelayBook
		kept, dropped, unknown int
		rules                  string
		nothing                bool
	}{
		"no rules":     {RelayBook{}, 3, 0, 2, "[]", false},
		"one language": {RelayBook{1: {Languages: []string{"en"}}}, 1, 2, 2, "[{language 2}]", false},
		"of all too":   {RelayBook{0: {Languages: []string{"en", "de"}}, 1: {Never: []string{"b.example"}}}, 2, 2, 1, "[{domain 1} {language 1}]", false},
		"of another":   {RelayBook{2: {Languages: []string{"en"}}}, 3, 0, 2, "[]", false},
		"the author":   {RelayBook{1: {NoBots: true}}, 0, 1, 4, "[{bot 1}]", false},
		"everything":   {RelayBook{1: {Only: []string{"c.example"}}}, 0, 5, 0, "[{domain 5}]", true},
	} {
		p := previewed(c.book, 1, all...)
		got := fmt.Sprintln(p.Kept, p.Dropped, p.Unknown, p.Rules, p.Nothing())
		if want := fmt.Sprintln(c.kept, c.dropped, c.unknown, c.rules, c.nothing); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if p := previewed(RelayBook{}, 1); p.Nothing() || p.Share() != 0 {
		t.Errorf("of nothing: %+v", p)
	}
}

func TestPreviewKnowsHowManyASampleStandsFor(t *testing.T) {
	t.Parallel()
	var all []RelaySample
	for i := range 60 {
		all = append(all, RelaySample{ID: ID(i), Relay: 1, IRI: "a.example", At: relayNoon.Add(time.Duration(i) * 2 * time.Minute), Facts: &RelayFacts{}})
	}
	for stands, want := range map[float64]int{1: 20, 2: 10, 100: 2, 0: 20} { // of 30 in each of two hours
		p := previewed(RelayBook{1: {PerHour: 10}}, stands, all...)
		if p.Kept != want || p.Kept+p.Dropped != 60 {
			t.Errorf("one stands for %.0f: %d kept, %d dropped, want %d kept", stands, p.Kept, p.Dropped, want)
		}
	}
}

func TestPreviewShowsSomeOfEachSort(t *testing.T) {
	t.Parallel()
	var all []RelaySample
	for i := range 9 {
		all = append(all, RelaySample{ID: ID(i + 1), Relay: 1, IRI: "a.example", At: relayNoon.Add(time.Duration(i) * time.Minute), Facts: &RelayFacts{Reply: i%3 == 0}})
	}
	var got []string
	for _, j := range previewed(RelayBook{1: {NoReplies: true}}, 1, all...).Examples(2) {
		got = append(got, fmt.Sprint(j.ID, " ", j.Verdict()))
	}
	want := []string{"9 kept", "8 kept", "7 dropped: it is a reply", "4 dropped: it is a reply"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyWhatRulesDecidedIsASample(t *testing.T) {
	t.Parallel()
	for what, want := range map[RelayCount]bool{
		RelayStored: true, RelayTrial: true, Filtered(RuleRate): true, Filtered(RuleAge): true, Filtered("not public"): false, RelayFailed: false, RelayBytes: false,
	} {
		if what.Decided() != want {
			t.Errorf("%s: %v, want %v", what, !want, want)
		}
	}
}

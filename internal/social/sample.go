package social

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// RelaySample is something that a relay named and rules had to judge.
type RelaySample struct {
	ID      ID
	Relay   ID
	IRI     string
	At      time.Time
	Outcome RelayCount
	Facts   *RelayFacts // nil when its origin was not asked
}

// RelayPreview is what rules would have done with what relays named.
type RelayPreview struct {
	Kept, Dropped int
	Unknown       int // dropped then before anybody knew enough of it
	Rules         []RuleDrops
	Judged        []JudgedSample // the newest first
}

// RuleDrops is how many a rule dropped.
type RuleDrops struct {
	Rule string
	N    int
}

// Says tells in words why the rule drops.
func (d RuleDrops) Says() string { return RuleSays(d.Rule) }

// JudgedSample is a sample and what rules would have done with it: Rule is the one that
// drops it.
type JudgedSample struct {
	RelaySample
	Host    string
	Rule    string
	Unknown bool
}

// Verdict tells in words what would have become of it.
func (j JudgedSample) Verdict() string {
	switch {
	case j.Unknown:
		return "unknown: it was dropped before it was looked at"
	case j.Rule != "":
		return "dropped: " + RuleSays(j.Rule)
	}
	return "kept"
}

// Share is how many of those of which it is known would be kept, in percent.
func (p RelayPreview) Share() int { return p.Kept * 100 / max(p.Kept+p.Dropped, 1) }

// Nothing reports whether the rules would have dropped everything.
func (p RelayPreview) Nothing() bool { return p.Kept == 0 && p.Unknown == 0 && p.Dropped > 0 }

// Examples are some of the samples, the newest first: of those kept, those that each
// rule drops, and those unknown, at most so many.
func (p RelayPreview) Examples(each int) []JudgedSample {
	had := map[string]int{}
	var out []JudgedSample
	for _, j := range p.Judged {
		if v := j.Verdict(); had[v] < each {
			had[v]++
			out = append(out, j)
		}
	}
	return out
}

// Preview judges samples by the rules of a book. named is for how many posts a sample of
// each relay stands: 1 when all are among them.
func (b RelayBook) Preview(samples []RelaySample, host func(iri string) string, named map[ID]float64) RelayPreview {
	samples = slices.SortedFunc(slices.Values(samples), func(x, y RelaySample) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
	var p RelayPreview
	drops, used := map[string]int{}, map[ID]map[time.Time]float64{}
	for _, s := range samples {
		j := b.judge(s, host(s.IRI))
		if j.Rule == "" && !j.Unknown && b.PerHour(s.Relay) > 0 {
			if used[s.Relay] == nil {
				used[s.Relay] = map[time.Time]float64{}
			}
			hour := s.At.Truncate(time.Hour)
			if used[s.Relay][hour] >= float64(b.PerHour(s.Relay)) {
				j.Rule = RuleRate
			}
			used[s.Relay][hour] += max(named[s.Relay], 1)
		}
		switch {
		case j.Unknown:
			p.Unknown++
		case j.Rule != "":
			p.Dropped++
			drops[j.Rule]++
		default:
			p.Kept++
		}
		p.Judged = append(p.Judged, j)
	}
	slices.Reverse(p.Judged)
	for _, rule := range slices.Sorted(maps.Keys(drops)) {
		p.Rules = append(p.Rules, RuleDrops{rule, drops[rule]})
	}
	slices.SortStableFunc(p.Rules, func(x, y RuleDrops) int { return cmp.Compare(y.N, x.N) })
	return p
}

// judge says what becomes of one sample, but for how many an hour are kept.
func (b RelayBook) judge(s RelaySample, host string) JudgedSample {
	j := JudgedSample{RelaySample: s, Host: host}
	if s.Facts == nil {
		j.Rule, _ = b.JudgeHost(s.Relay, host)
		j.Unknown = j.Rule == ""
		return j
	}
	f := *s.Facts
	f.Host = host
	j.Rule, _ = b.Judge(s.Relay, f, s.At)
	j.Unknown = j.Rule == "" && f.Author == nil && b.AsksAuthor(s.Relay)
	return j
}

// Decided reports whether a count is of posts that rules had to judge, and so may be
// among the samples.
func (c RelayCount) Decided() bool {
	_, rule := ruleSays[c.Rule()]
	return rule || c == RelayStored || c == RelayTrial
}

package web

import (
	"time"

	"skerry/internal/relay"
	"skerry/internal/social"
)

// relaySamples has pages of a relay and of the rules for all, each field filled.
func relaySamples(console adminPage, at time.Time) []any {
	all := social.RelayRules{
		Languages: []string{hostile}, Tags: []string{hostile}, NoTags: []string{hostile}, NoWords: []string{hostile}, Only: []string{hostile}, Never: []string{hostile},
		Media: social.WithMedia, NoSensitive: true, NoBots: true, AuthorDays: 3, PerHour: 4,
	}
	full := relayPage{adminPage: console, Path: "/admin/relays/1", Done: hostile, Wrong: hostile, WrongMedia: hostile, Relay: &relay.Report{
		Relay: social.Relay{ID: 1, Name: hostile, Inbox: bad, Software: hostile, Reason: hostile, HeardAt: at}, Trouble: hostile,
	}}
	full.fill(all)
	for i := range full.Lists {
		full.Lists[i].Wrong = hostile
	}
	full.Days, full.Rate = typedNumber{hostile, hostile}, typedNumber{hostile, hostile}
	full.Preview = &social.RelayPreview{Kept: 1, Dropped: 1, Unknown: 1, Rules: []social.RuleDrops{{Rule: hostile, N: 1}}}
	full.Preview.Judged = []social.JudgedSample{
		{RelaySample: social.RelaySample{IRI: bad, At: at, Facts: &social.RelayFacts{Text: hostile, Language: hostile}}, Host: hostile, Rule: hostile},
		{RelaySample: social.RelaySample{IRI: bad}, Unknown: true}, {},
	}
	full.Examples = full.Preview.Examples(3)
	nothing := relayPage{adminPage: console, Path: "/admin/relays/rules", Preview: &social.RelayPreview{Dropped: 1, Judged: make([]social.JudgedSample, 1)}}
	nothing.fill(social.RelayRules{})
	paused := relayPage{adminPage: console, Path: "/admin/relays/2", Relay: &relay.Report{Relay: social.Relay{ID: 2, State: social.RelayPaused, Trial: true}}, Preview: &social.RelayPreview{}}
	return []any{full, nothing, paused}
}

package inbox

import (
	"testing"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

func TestHintIsWhatARelayNames(t *testing.T) {
	t.Parallel()
	const relay, eve, note = "https://relay.example/actor", "https://b.example/eve", "https://b.example/1"
	r := &Receiver{urls: activitypub.URLs{Origin: "https://us.example"}, exempt: func(string) bool { return true }}
	for name, c := range map[string]struct {
		kind, actor, object string
		speaks              bool
		want                hint
	}{
		"Announce":                  {"Announce", relay, note, false, hint{iri: note}},
		"Announce of another":       {"Announce", eve, note, false, hint{iri: note, wrong: social.Filtered("no post")}},
		"Create":                    {"Create", eve, note, false, hint{iri: note}},
		"Update":                    {"Update", eve, note, false, hint{iri: note, changed: true}},
		"Delete":                    {"Delete", eve, note, false, hint{iri: note, changed: true, gone: true}},
		"Update of a person":        {"Update", eve, eve, false, hint{iri: eve, changed: true, actor: true}},
		"Move":                      {"Move", eve, eve, false, hint{iri: eve, changed: true, actor: true}},
		"Create of another host":    {"Create", eve, "https://c.example/1", false, hint{iri: "https://c.example/1", wrong: social.Filtered("other host")}},
		"of us":                     {"Announce", relay, "https://us.example/users/anna/posts/1", false, hint{iri: "https://us.example/users/anna/posts/1", wrong: social.Filtered("ours")}},
		"of nothing":                {"Announce", relay, "", false, hint{wrong: social.Filtered("no post")}},
		"Like":                      {"Like", eve, note, false, hint{iri: note, wrong: social.Filtered("no post")}},
		"Accept":                    {"Accept", relay, note, true, hint{}},
		"Update of the relay":       {"Update", relay, relay, true, hint{}},
		"Create of the relay's own": {"Create", relay, "https://relay.example/1", false, hint{iri: "https://relay.example/1"}},
	} {
		a := activitypub.Activity{Type: c.kind, Actor: c.actor, ObjectIRI: c.object}
		if got := r.speaks(a, social.Relay{Actor: relay}); got != c.speaks {
			t.Errorf("%s: the relay speaks of itself: %v, want %v", name, got, c.speaks)
		}
		if c.speaks {
			continue
		}
		got := r.hintOf(a, social.Relay{Actor: relay})
		c.want.party = got.party
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestHintIsLookedAtByWhatIsHeld(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	dup := social.RelayDuplicate
	for name, c := range map[string]struct {
		hint hint
		held store.Held
		at   time.Time
		not  social.RelayCount
	}{
		"new":                          {hint{}, store.Held{}, now, ""},
		"new, and we wait":             {hint{wait: time.Second}, store.Held{}, now.Add(time.Second), ""},
		"known to be wrong":            {hint{wrong: "x"}, store.Held{}, time.Time{}, "x"},
		"buried":                       {hint{changed: true}, store.Held{Buried: true}, time.Time{}, dup},
		"it came by itself":            {hint{changed: true}, store.Held{Post: true, FetchedAt: ago(time.Hour)}, time.Time{}, dup},
		"looked at, and not kept":      {hint{changed: true}, store.Held{Seen: ago(time.Hour)}, time.Time{}, dup},
		"not here, said to be gone":    {hint{changed: true, gone: true}, store.Held{}, time.Time{}, dup},
		"not here, said to be changed": {hint{changed: true}, store.Held{}, now, ""},
		"here, named again":            {hint{}, store.Held{Post: true, Via: 1, FetchedAt: ago(time.Minute)}, time.Time{}, dup},
		"here, named again later":      {hint{}, store.Held{Post: true, Via: 1, FetchedAt: ago(6 * time.Minute)}, now, ""},
		"here, said to be changed":     {hint{changed: true}, store.Held{Post: true, Via: 1, FetchedAt: ago(20 * time.Second)}, now.Add(40 * time.Second), ""},
		"here, will be looked at":      {hint{changed: true}, store.Held{Post: true, Via: 1, Seen: now.Add(time.Second)}, time.Time{}, dup},
		"somebody unknown":             {hint{actor: true, changed: true}, store.Held{}, time.Time{}, social.Filtered("no post")},
		"somebody known":               {hint{actor: true, changed: true}, store.Held{Actor: true}, now, ""},
		"somebody known, just seen":    {hint{actor: true, changed: true}, store.Held{Actor: true, Seen: now}, now.Add(time.Minute), ""},
	} {
		at, not := c.hint.due(c.held, now)
		if not != c.not || not == "" && !at.Equal(c.at) {
			t.Errorf("%s: got %s, %q; want %s, %q", name, at, not, c.at, c.not)
		}
	}
}

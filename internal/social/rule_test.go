package social

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestEachRuleDropsWhatItIsFor(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	post := func(change func(*RelayFacts)) RelayFacts {
		f := RelayFacts{
			Host: "social.example", Words: "good morning from the sea", Language: "en", Tags: []string{"sea"}, Media: true,
			Author: &RelayAuthor{Handle: "ann@social.example", Since: relayNoon.Add(-30 * day)},
		}
		if change != nil {
			change(&f)
		}
		return f
	}
	plain := post(nil)
	unknown := post(func(f *RelayFacts) { f.Language = "" })
	unseen := post(func(f *RelayFacts) { f.Author = nil })
	ageless := post(func(f *RelayFacts) { f.Author = &RelayAuthor{Handle: "ann@social.example"} })
	split := post(func(f *RelayFacts) {
		f.Author = &RelayAuthor{Handle: "ann@example.org", Since: relayNoon.Add(-30 * day)}
	})
	bot := post(func(f *RelayFacts) { f.Author = &RelayAuthor{Handle: "ann@social.example", Bot: true} })
	for _, c := range []struct {
		rules RelayRules
		facts RelayFacts
		want  string
	}{
		{RelayRules{}, plain, ""},
		{RelayRules{}, RelayFacts{}, ""},
		{RelayRules{Languages: []string{"en", "de"}}, plain, ""},
		{RelayRules{Languages: []string{"DE"}}, plain, RuleLanguage},
		{RelayRules{Languages: []string{"de"}}, unknown, ""},
		{RelayRules{Languages: []string{"de"}, LanguageKnown: true}, unknown, RuleLanguage},
		{RelayRules{LanguageKnown: true}, plain, ""},
		{RelayRules{Tags: []string{"sea", "ships"}}, plain, ""},
		{RelayRules{Tags: []string{"ships"}}, plain, RuleTag},
		{RelayRules{NoTags: []string{"sea"}}, plain, RuleTag},
		{RelayRules{Tags: []string{"sea"}, NoTags: []string{"sea"}}, plain, RuleTag},
		{RelayRules{NoWords: []string{"morning from"}}, plain, RuleWord},
		{RelayRules{NoWords: []string{"morn", "from sea", ""}}, plain, ""},
		{RelayRules{Media: WithMedia}, plain, ""},
		{RelayRules{Media: SansMedia}, plain, RuleMedia},
		{RelayRules{Media: WithMedia}, post(func(f *RelayFacts) { f.Media = false }), RuleMedia},
		{RelayRules{NoSensitive: true}, post(func(f *RelayFacts) { f.Sensitive = true }), RuleSensitive},
		{RelayRules{NoReplies: true}, post(func(f *RelayFacts) { f.Reply = true }), RuleReply},
		{RelayRules{NoBots: true}, bot, RuleBot},
		{RelayRules{NoBots: true}, plain, ""},
		{RelayRules{NoBots: true, AuthorDays: 900, AuthorDated: true}, unseen, ""},
		{RelayRules{AuthorDays: 31}, plain, RuleAge},
		{RelayRules{AuthorDays: 30}, plain, ""},
		{RelayRules{AuthorDays: 30}, ageless, ""},
		{RelayRules{AuthorDated: true}, ageless, RuleAge},
		{RelayRules{Only: []string{"example"}}, plain, ""},
		{RelayRules{Only: []string{"cial.example"}}, plain, RuleDomain},
		{RelayRules{Only: []string{"other.example"}}, plain, RuleDomain},
		{RelayRules{Only: []string{"ANN@social.example"}}, plain, ""},
		{RelayRules{Only: []string{"bob@social.example"}}, plain, RuleAuthor},
		{RelayRules{Only: []string{"bob@social.example"}}, unseen, ""},
		{RelayRules{Only: []string{"bob@other.example"}}, unseen, RuleDomain},
		{RelayRules{Never: []string{"social.example"}}, unseen, RuleDomain},
		{RelayRules{Never: []string{"ann@social.example"}}, unseen, ""},
		{RelayRules{Never: []string{"ann@social.example"}}, plain, RuleAuthor},
		{RelayRules{Never: []string{"example.org"}}, split, RuleAuthor},
		{RelayRules{Never: []string{"social.example.evil"}}, plain, ""},
	} {
		if got := c.rules.Judge(c.facts, relayNoon); got != c.want {
			t.Errorf("%+v of %+v: %q, want %q", c.rules, c.facts, got, c.want)
		}
	}
}

func TestLanguagesAreTheSameAcrossCountries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule, said string
		want       bool
	}{
		{"en", "en", true}, {"en", "EN-gb", true}, {"pt-BR", "pt", true}, {"pt-BR", "pt-PT", false}, {"no", "nb", true}, {"nn", "no", true},
		{"nb", "nn", false}, {"e", "en", false}, {"zh", "zh-Hant-TW", true}, {"de", "", false},
	} {
		if got := sameLanguage(c.rule, c.said); got != c.want {
			t.Errorf("rule %q, post in %q: %v, want %v", c.rule, c.said, got, c.want)
		}
	}
}

func TestWordIsFoundWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, word string
		want       bool
	}{
		{"buy now", "buy", true}, {"buyer", "buy", false}, {"a buyer may buy", "buy", true}, {"nobuy", "buy", false}, {"buy", "buy now", false},
		{"これは宣伝です", "宣伝", true}, {"ราคาถูกมาก", "ถูก", true}, {"abc宣伝", "宣伝", true}, {"قبل ذلك", "ذلك", true}, {"وذلك", "ذلك", false},
		{"", "a", false}, {"a", "", false}, {"aa aaa", "aa", true}, {"aaa", "aa", false}, {strings.Repeat("a", 1<<20), "aa", false},
	} {
		if got := hasWord(c.text, c.word); got != c.want {
			t.Errorf("%.40q in %.40q: %v, want %v", c.word, c.text, got, c.want)
		}
	}
}

func TestRulesOfARelayAndOfAllMustPass(t *testing.T) {
	t.Parallel()
	book := RelayBook{0: {NoReplies: true, PerHour: 60}, 1: {NoSensitive: true, PerHour: 30}, 2: {Never: []string{"bad.example"}}}
	for _, c := range []struct {
		relay ID
		facts RelayFacts
		rule  string
		whose ID
	}{
		{1, RelayFacts{}, "", 0}, {1, RelayFacts{Reply: true, Sensitive: true}, RuleReply, 0}, {1, RelayFacts{Sensitive: true}, RuleSensitive, 1},
		{2, RelayFacts{Sensitive: true}, "", 0}, {2, RelayFacts{Host: "bad.example"}, RuleDomain, 2}, {3, RelayFacts{Reply: true}, RuleReply, 0},
	} {
		if rule, whose := book.Judge(c.relay, c.facts, relayNoon); rule != c.rule || whose != c.whose {
			t.Errorf("relay %d, %+v: %q of %d, want %q of %d", c.relay, c.facts, rule, whose, c.rule, c.whose)
		}
	}
	for relay, want := range map[ID]time.Duration{1: 2 * time.Minute, 2: time.Minute} {
		if got := book.Turn(relay); got != want {
			t.Errorf("relay %d: a turn every %s, want %s", relay, got, want)
		}
	}
	if got := (RelayBook{1: {PerHour: 5}}).PerHour(2); got != 0 {
		t.Errorf("a relay without a rate: %d an hour", got)
	}
}

func TestWhatCannotBeARuleIsToldByItsName(t *testing.T) {
	t.Parallel()
	many := func(n int) []string { return make([]string, n) }
	for part, rules := range map[string]RelayRules{
		"languages": {Languages: []string{"en", "English please"}}, "hashtags": {Tags: many(1001)}, "no_hashtags": {NoTags: []string{strings.Repeat("x", 256)}},
		"no_words": {NoWords: many(1001)}, "only": {Only: many(5001)}, "never": {Never: many(5001)}, "media": {Media: "loud"},
		"author_days": {AuthorDays: -1}, "per_hour": {PerHour: 100_001},
	} {
		all := rules.Mistakes()
		if len(all) != 1 || all[0].Part != part || !Is(all[0].Err, Unprocessable) {
			t.Errorf("%s: mistakes %+v", part, all)
		}
		if rules.Empty() {
			t.Errorf("%s: the rules count as none", part)
		}
	}
	if all := (RelayRules{Languages: []string{"en"}, AuthorDays: 3650, PerHour: 1}).Mistakes(); len(all) != 0 {
		t.Errorf("good rules: %+v", all)
	}
	if text, err := json.Marshal(RelayRules{}); err != nil || string(text) != "{}" {
		t.Errorf("rules that keep all: %s, %v", text, err)
	}
}

func TestTenthIsNeverNothing(t *testing.T) {
	t.Parallel()
	for pace, want := range map[float64]int{0: 1, 9.9: 1, 25: 2, 1000: 100} {
		if got := Tenth(pace); got != want {
			t.Errorf("a tenth of %.1f: %d, want %d", pace, got, want)
		}
	}
}

func TestRuleForAnAddressHoldsForEachOfItsPorts(t *testing.T) {
	t.Parallel()
	for host, entry := range map[string]string{"[::1]:8080": "[::1]", "127.0.0.1:8080": "127.0.0.1", "a.b.example:8080": "b.example", "c.example": "c.example"} {
		if got := (RelayRules{Never: []string{entry}}).JudgeHost(host); got != RuleDomain {
			t.Errorf("never %s: %s is dropped by %q, want %q", entry, host, got, RuleDomain)
		}
		if got := (RelayRules{Only: []string{"ann@" + entry}}).JudgeHost(host); got != "" {
			t.Errorf("only somebody of %s: %s is dropped by %q, want kept", entry, host, got)
		}
	}
}

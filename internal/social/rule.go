package social

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// RelayRules say which posts are kept of those that a relay names. The zero RelayRules
// keep all.
type RelayRules struct {
	Languages     []string   `json:"languages,omitempty"`      // only these: codes such as en or pt-BR
	LanguageKnown bool       `json:"language_known,omitempty"` // none of which nobody can tell the language
	Tags          []string   `json:"hashtags,omitempty"`       // only with one of these, folded
	NoTags        []string   `json:"no_hashtags,omitempty"`    // none with one of these, folded
	NoWords       []string   `json:"no_words,omitempty"`       // none with one of these words or phrases, folded
	Media         RelayMedia `json:"media,omitempty"`
	NoSensitive   bool       `json:"no_sensitive,omitempty"`
	NoBots        bool       `json:"no_bots,omitempty"`
	NoReplies     bool       `json:"no_replies,omitempty"`
	Only          []string   `json:"only,omitempty"`             // only of these domains, and authors as user@domain
	Never         []string   `json:"never,omitempty"`            // none of these
	AuthorDays    int        `json:"author_days,omitempty"`      // none of authors who are newer than that
	AuthorDated   bool       `json:"author_age_known,omitempty"` // none of authors who do not say since when they are there
	PerHour       int        `json:"per_hour,omitempty"`         // at most so many are kept; 0: any number
}

// RelayMedia is what a rule says of media.
type RelayMedia string

const (
	AnyMedia  RelayMedia = ""
	WithMedia RelayMedia = "with"
	SansMedia RelayMedia = "without"
)

// How much rules may say. Every post that a relay names is compared with all of it.
const (
	maxPerHour = 100_000
	maxAgeDays = 3650
	maxCodes   = 100
	maxTagged  = 1_000
	maxWords   = 1_000
	maxNamed   = 5_000
	maxEntry   = 255 // bytes
)

// The names of the rules, under which the posts are counted that each drops.
const (
	RuleDomain    = "domain"
	RuleAuthor    = "author"
	RuleAge       = "new author"
	RuleBot       = "bot"
	RuleLanguage  = "language"
	RuleTag       = "hashtag"
	RuleWord      = "word"
	RuleMedia     = "media"
	RuleSensitive = "sensitive"
	RuleReply     = "reply"
	RuleRate      = "over the rate"
)

// RelayFacts are what rules ask of a post.
type RelayFacts struct {
	Host      string       `json:"-"`                  // where it lives
	Words     string       `json:"-"`                  // all of its text, folded as the words of rules are
	Language  string       `json:"language,omitempty"` // as it says, else as it was told from the text; "" for unknown
	Tags      []string     `json:"tags,omitempty"`     // folded
	Text      string       `json:"text,omitempty"`     // how it begins, plain
	Media     bool         `json:"media,omitempty"`
	Sensitive bool         `json:"sensitive,omitempty"`
	Reply     bool         `json:"reply,omitempty"`
	Author    *RelayAuthor `json:"author,omitempty"` // nil when nobody has looked who it is
}

// RelayAuthor is what rules ask of the author of a post.
type RelayAuthor struct {
	Handle string    `json:"handle"` // user@domain
	Bot    bool      `json:"bot,omitempty"`
	Since  time.Time `json:"since,omitzero"` // zero when not told
}

// Empty reports whether the rules keep all.
func (r RelayRules) Empty() bool {
	lists := len(r.Languages) + len(r.Tags) + len(r.NoTags) + len(r.NoWords) + len(r.Only) + len(r.Never)
	flags := r.LanguageKnown || r.NoSensitive || r.NoBots || r.NoReplies || r.AuthorDated
	return lists == 0 && !flags && r.Media == AnyMedia && r.AuthorDays == 0 && r.PerHour == 0
}

// AsksAuthor reports whether the rules ask who wrote a post, which is known later than
// the rest.
func (r RelayRules) AsksAuthor() bool {
	named := func(entry string) bool { return strings.Contains(entry, "@") }
	return r.NoBots || r.AuthorDays > 0 || r.AuthorDated || slices.ContainsFunc(r.Only, named) || slices.ContainsFunc(r.Never, named)
}

// JudgeHost says which rule drops all posts of a host, "" when none does. No post need
// be fetched for it.
func (r RelayRules) JudgeHost(host string) (rule string) {
	if len(r.Only) == 0 && len(r.Never) == 0 {
		return ""
	}
	at := Covers(host)
	lets := func(entry string) bool { return slices.Contains(at, domainOf(entry)) }
	bars := func(entry string) bool { return slices.Contains(at, entry) } // no author's handle is among them
	if len(r.Only) > 0 && !slices.ContainsFunc(r.Only, lets) || slices.ContainsFunc(r.Never, bars) {
		return RuleDomain
	}
	return ""
}

// Judge says which rule drops a post, "" when none does. While nobody has looked who
// wrote it, rules about that let it pass; how many an hour are kept is judged elsewhere.
func (r RelayRules) Judge(f RelayFacts, now time.Time) (rule string) {
	if rule := r.JudgeHost(f.Host); rule != "" {
		return rule
	}
	speaks := func(code string) bool { return sameLanguage(code, f.Language) }
	said := func(word string) bool { return hasWord(f.Words, word) }
	tagged := func(tag string) bool { return slices.Contains(f.Tags, tag) }
	switch {
	case f.Language == "" && r.LanguageKnown, f.Language != "" && len(r.Languages) > 0 && !slices.ContainsFunc(r.Languages, speaks):
		return RuleLanguage
	case len(r.Tags) > 0 && !slices.ContainsFunc(r.Tags, tagged), slices.ContainsFunc(r.NoTags, tagged):
		return RuleTag
	case slices.ContainsFunc(r.NoWords, said):
		return RuleWord
	case r.Media == WithMedia && !f.Media, r.Media == SansMedia && f.Media:
		return RuleMedia
	case r.NoSensitive && f.Sensitive:
		return RuleSensitive
	case r.NoReplies && f.Reply:
		return RuleReply
	case f.Author == nil:
		return ""
	}
	return r.judgeAuthor(f.Host, *f.Author, now)
}

func (r RelayRules) judgeAuthor(host string, a RelayAuthor, now time.Time) (rule string) {
	_, home, _ := strings.Cut(a.Handle, "@")
	at := append(Covers(host), Covers(home)...)
	is := func(entry string) bool {
		if strings.Contains(entry, "@") {
			return strings.EqualFold(entry, a.Handle)
		}
		return slices.Contains(at, entry)
	}
	switch {
	case len(r.Only) > 0 && !slices.ContainsFunc(r.Only, is), slices.ContainsFunc(r.Never, is):
		return RuleAuthor
	case r.NoBots && a.Bot:
		return RuleBot
	case a.Since.IsZero() && r.AuthorDated, !a.Since.IsZero() && now.Sub(a.Since) < time.Duration(r.AuthorDays)*24*time.Hour:
		return RuleAge
	}
	return ""
}

// domainOf gives the domain of an entry, which is one or an author's handle.
func domainOf(entry string) string { return entry[strings.LastIndexByte(entry, '@')+1:] }

// sameLanguage reports whether a post in one language is one in the other: pt is
// Portuguese of any country, and may be that of Brazil.
func sameLanguage(rule, said string) bool {
	rule, said = strings.ToLower(rule), strings.ToLower(said)
	if rule == "no" || said == "no" { // Norwegian, either of both
		norwegian := []string{"no", "nb", "nn"}
		return slices.Contains(norwegian, rule) && slices.Contains(norwegian, said)
	}
	return rule == said || strings.HasPrefix(said, rule+"-") || strings.HasPrefix(rule, said+"-")
}

// hasWord reports whether a word, or several that follow each other, stand whole in a
// folded text. Where a script sets no spaces between words, any place will do.
func hasWord(text, word string) bool {
	for from := 0; word != ""; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		first, size := utf8.DecodeRuneInString(word)
		last, _ := utf8.DecodeLastRuneInString(word)
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		if (at == 0 || parted(before, first)) && (at+len(word) == len(text) || parted(last, after)) {
			return true
		}
		from = at + size
	}
	return false
}

// parted reports whether a word may end between two letters of a folded text.
func parted(a, b rune) bool {
	return a == ' ' || b == ' ' || unicode.In(a, spaceless...) || unicode.In(b, spaceless...)
}

var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// Mistakes says all that cannot be a rule; the part is the name of the rule in JSON.
func (r RelayRules) Mistakes() []Mistake {
	var out []Mistake
	add := func(part, say string, args ...any) {
		out = append(out, Mistake{Part: part, Err: Faultf(Unprocessable, say, args...)})
	}
	for _, l := range []struct {
		part, of string
		list     []string
		most     int
	}{
		{"languages", "languages", r.Languages, maxCodes}, {"hashtags", "hashtags", r.Tags, maxTagged}, {"no_hashtags", "hashtags", r.NoTags, maxTagged},
		{"no_words", "words", r.NoWords, maxWords}, {"only", "domains and authors", r.Only, maxNamed}, {"never", "domains and authors", r.Never, maxNamed},
	} {
		long := slices.IndexFunc(l.list, func(s string) bool { return len(s) > maxEntry })
		if len(l.list) > l.most {
			add(l.part, "there are %d %s; %d are allowed", len(l.list), l.of, l.most)
		} else if long >= 0 {
			add(l.part, "%.40q is longer than %d bytes", l.list[long], maxEntry)
		}
	}
	for _, code := range r.Languages {
		if err := CheckLanguage(code); err != nil {
			out = append(out, Mistake{Part: "languages", Err: err})
			break
		}
	}
	if r.Media != AnyMedia && r.Media != WithMedia && r.Media != SansMedia {
		add("media", "media is with, without or empty for any, not %.40q", r.Media)
	}
	if r.AuthorDays < 0 || r.AuthorDays > maxAgeDays {
		add("author_days", "how old an author must be is 0 to %d days", maxAgeDays)
	}
	if r.PerHour < 0 || r.PerHour > maxPerHour {
		add("per_hour", "how many an hour are kept is 1 to %d, or 0 for any number", maxPerHour)
	}
	return out
}

// RelayBook are the rules of relays. Those under 0 hold for each relay, beside its own.
type RelayBook map[ID]RelayRules

// Judge says which rule drops a post that a relay named, and whose rule it is: the
// relay's, or 0.
func (b RelayBook) Judge(relay ID, f RelayFacts, now time.Time) (rule string, whose ID) {
	return b.each(relay, func(r RelayRules) string { return r.Judge(f, now) })
}

// JudgeHost is RelayRules.JudgeHost for the rules that hold for a relay.
func (b RelayBook) JudgeHost(relay ID, host string) (rule string, whose ID) {
	return b.each(relay, func(r RelayRules) string { return r.JudgeHost(host) })
}

func (b RelayBook) each(relay ID, judge func(RelayRules) string) (rule string, whose ID) {
	for _, whose := range []ID{0, relay} {
		if rule := judge(b[whose]); rule != "" {
			return rule, whose
		}
	}
	return "", 0
}

// AsksAuthor reports whether a rule that holds for the relay asks who wrote a post.
func (b RelayBook) AsksAuthor(relay ID) bool { return b[0].AsksAuthor() || b[relay].AsksAuthor() }

// PerHour is how many posts of a relay are kept in an hour at most; 0 for any number.
func (b RelayBook) PerHour(relay ID) int {
	all, own := b[0].PerHour, b[relay].PerHour
	if all == 0 || own == 0 {
		return max(all, own)
	}
	return min(all, own)
}

// Turn is how long after one post of a relay the next may be kept; 0 for at once.
func (b RelayBook) Turn(relay ID) time.Duration {
	if n := b.PerHour(relay); n > 0 {
		return time.Hour / time.Duration(n)
	}
	return 0
}

// Tenth is the rate that cuts a pace of so many an hour to a tenth.
func Tenth(perHour float64) int { return max(int(perHour/10), 1) }

// RuleSays tells in words why a rule drops a post.
func RuleSays(rule string) string {
	if says, known := ruleSays[rule]; known {
		return says
	}
	return rule
}

var ruleSays = map[string]string{
	RuleDomain: "the domain is not wanted", RuleAuthor: "the author is not wanted", RuleAge: "the author is new", RuleBot: "a bot wrote it",
	RuleLanguage: "the language is not wanted", RuleTag: "by its hashtags", RuleWord: "a word is not wanted", RuleMedia: "by its media",
	RuleSensitive: "it is sensitive", RuleReply: "it is a reply", RuleRate: "more than the hour may have",
}

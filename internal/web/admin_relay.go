package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"skerry/internal/relay"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// longRules is how long the form of rules may be, in bytes: lists of domains are long.
const longRules = 1 << 20

// examples is how many posts of each sort a preview shows.
const examples = 6

type relayPage struct {
	adminPage
	Relay       *relay.Report // nil: the rules of all relays
	Path        string
	Lists       []rulesList
	Media       []choice
	WrongMedia  string
	Flags       []rulesFlag
	Days, Rate  typedNumber
	Wrong, Done string
	Preview     *social.RelayPreview // nil before anybody asked for it
	Examples    []social.JudgedSample
}

// rulesList is a rule that is a list, as typed.
type rulesList struct {
	Name, Label, Hint, Text, Wrong string
	Rows                           int
}

// rulesFlag is a rule that is on or off.
type rulesFlag struct {
	Name, Say string
	On        bool
}

// typedNumber is a number as typed.
type typedNumber struct{ Text, Wrong string }

// relayPath is the page of a relay, or of the rules of all when it is 0.
func relayPath(id social.ID) string {
	if id == 0 {
		return "/admin/relays/rules"
	}
	return "/admin/relays/" + id.String()
}

// relayAsked reads which relay the address means, 0 for the rules of all.
func relayAsked(r *http.Request) (social.ID, error) {
	text := chi.URLParam(r, "id")
	if text == "rules" {
		return 0, nil
	}
	id, err := social.ParseID(text)
	if err == nil && id == 0 {
		err = social.Faultf(social.NotFound, nothing)
	}
	return id, err
}

// relayPage shows a relay and its rules.
func (s *Site) relayPage(r *http.Request, id social.ID, rules social.RelayRules) (page relayPage, err error) {
	title := "Rules for all relays"
	if id != 0 {
		report, err := s.Relays.Report(r.Context(), id)
		if err != nil {
			return page, err
		}
		page.Relay, title = &report, report.Name
	}
	page.adminPage, page.Path = s.adminPage(r, title), relayPath(id)
	page.Back = page.Path
	switch r.URL.RawQuery {
	case "saved":
		page.Done = "Saved. The rules hold for what is named from now on."
	case "cut":
		page.Done = "Cut to a tenth: see below at most how many in an hour are kept. To undo it, write another number, or none, and save."
	}
	page.fill(rules)
	return page, nil
}

// fill shows rules as they are stored.
func (p *relayPage) fill(r social.RelayRules) {
	p.Lists = []rulesList{
		{"languages", "Only in these languages", "Codes such as en, de, pt-BR. Nothing here: in any.", strings.Join(r.Languages, " "), "", 1},
		{"hashtags", "Only with one of these hashtags", "Nothing here: with any or none.", hashed(r.Tags), "", 1},
		{"no_hashtags", "Never with one of these hashtags", "Whatever else it has.", hashed(r.NoTags), "", 1},
		{"no_words", "Never with one of these words", "A word or a phrase in each line. They are found whole, in the text, in its warning and hashtags, and in what describes its media.", strings.Join(r.NoWords, "\n"), "", 2},
		{"only", "Only of these domains and people", "As example.org, with all that is below it, or as somebody@example.org.", strings.Join(r.Only, "\n"), "", 2},
		{"never", "Never of these domains and people", "For all that comes, and not only through relays, block the domain.", strings.Join(r.Never, "\n"), "", 2},
	}
	p.Media = []choice{
		{"", "With media or without", "", r.Media == social.AnyMedia}, {string(social.WithMedia), "Only with media", "", r.Media == social.WithMedia},
		{string(social.SansMedia), "Only without media", "", r.Media == social.SansMedia},
	}
	p.Flags = []rulesFlag{
		{"language_known", "None whose language nobody can tell", r.LanguageKnown}, {"no_sensitive", "None that are sensitive or behind a warning", r.NoSensitive},
		{"no_replies", "No replies", r.NoReplies}, {"no_bots", "None by bots", r.NoBots},
		{"author_age_known", "None by people who do not say since when they are there", r.AuthorDated},
	}
	p.Days, p.Rate = typedNumber{Text: number(r.AuthorDays)}, typedNumber{Text: number(r.PerHour)}
}

// number writes a number, nothing for 0.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func hashed(tags []string) string {
	var b strings.Builder
	for i, tag := range tags {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("#" + tag)
	}
	return b.String()
}

// typedRules reads rules from their form, and what is wrong with them.
func typedRules(form url.Values) (social.RelayRules, []social.Mistake) {
	words := func(name string) []string {
		return strings.FieldsFunc(form.Get(name), func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })
	}
	lines := func(name string) []string {
		return strings.FieldsFunc(form.Get(name), func(r rune) bool { return strings.ContainsRune(",\r\n", r) })
	}
	var wrong []social.Mistake
	number := func(name string) int {
		text := strings.TrimSpace(form.Get(name))
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			wrong = append(wrong, social.Mistake{Part: name, Err: social.Faultf(social.Unprocessable, "%.40q is no whole number", text)})
		}
		return n
	}
	rules := social.RelayRules{
		Languages: words("languages"), LanguageKnown: form.Has("language_known"), Tags: words("hashtags"), NoTags: words("no_hashtags"), NoWords: lines("no_words"),
		Media: social.RelayMedia(form.Get("media")), NoSensitive: form.Has("no_sensitive"), NoBots: form.Has("no_bots"), NoReplies: form.Has("no_replies"),
		Only: words("only"), Never: words("never"), AuthorDays: number("author_days"), AuthorDated: form.Has("author_age_known"), PerHour: number("per_hour"),
	}
	rules, more := relay.CleanRules(rules)
	return rules, append(wrong, more...)
}

// tell shows a form as it was typed, with what is wrong beside each field.
func (p *relayPage) tell(form url.Values, wrong []social.Mistake) {
	about := func(part string) string {
		for _, m := range wrong {
			if say, ok := wrongOf(m.Err); ok && m.Part == part {
				return say
			}
		}
		return ""
	}
	for i := range p.Lists {
		l := &p.Lists[i]
		l.Text, l.Wrong = form.Get(l.Name), about(l.Name)
	}
	p.Days, p.Rate = typedNumber{form.Get("author_days"), about("author_days")}, typedNumber{form.Get("per_hour"), about("per_hour")}
	p.WrongMedia, p.Wrong = about("media"), notTaken
}

// relay answers /admin/relays/{id}.
func (s *Site) relay(w http.ResponseWriter, r *http.Request) error {
	id, err := relayAsked(r)
	if err != nil {
		return err
	}
	rules, err := s.Relays.Rules(r.Context(), id)
	if err != nil {
		return err
	}
	page, err := s.relayPage(r, id, rules)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_relay.html", page)
}

// ruleRelay answers the form of the rules: it shows what they would have done, and
// saves them when that is asked.
func (s *Site) ruleRelay(w http.ResponseWriter, r *http.Request) error {
	if err := readLong(w, r, longRules); err != nil {
		return err
	}
	id, err := relayAsked(r)
	if err != nil {
		return err
	}
	rules, wrong := typedRules(r.PostForm)
	page, err := s.relayPage(r, id, rules)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		page.tell(r.PostForm, wrong)
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_relay.html", page)
	}
	if r.PostForm.Get("do") == "save" {
		if err := s.Relays.SetRules(r.Context(), id, rules); err != nil {
			return err
		}
		reply.SeeOther(w, r, page.Path+"?saved")
		return nil
	}
	preview, err := s.Relays.Preview(r.Context(), id, rules)
	if err != nil {
		return err
	}
	page.Preview, page.Examples = &preview, preview.Examples(examples)
	return s.show(w, r, "admin_relay.html", page)
}

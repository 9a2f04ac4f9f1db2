package markup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// linked is how an address in a text is shown.
func linked(href, prefix, seen, rest string) string {
	class := ""
	if rest != "" {
		class = "ellipsis"
	}
	return `<a href="` + href + `" translate="no" rel="nofollow noopener" target="_blank"><span class="invisible">` + prefix +
		`</span><span class="` + class + `">` + seen + `</span><span class="invisible">` + rest + `</span></a>`
}

func TestFormat(t *testing.T) {
	t.Parallel()
	short := linked("https://a.example/", "https://", "a.example/", "")
	anna := `<span class="h-card" translate="no"><a href="https://a.example/@anna" class="u-url mention">@<span>anna</span></a></span>`
	bert := `<span class="h-card" translate="no"><a href="https://b.example/@bert" class="u-url mention">@<span>Bert</span></a></span>`
	tag := func(page, tag string) string {
		return `<a href="https://a.example/tags/` + page + `" class="mention hashtag" rel="tag">#<span>` + tag + `</span></a>`
	}
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                        {" \n\r\n\t ", ""},
		"a line":                         {"a", "<p>a</p>"},
		"lines":                          {"a\nb\r\nc\rd", "<p>a<br />b<br />c<br />d</p>"},
		"paragraphs":                     {"\n\na\n\nb\n\n\n\n\nc\n", "<p>a</p><p>b</p><p>c</p>"},
		"spaces":                         {"a  b\n \nc", "<p>a  b<br /> <br />c</p>"},
		"HTML":                           {`<img src="javascript:alert('XSS');">`, `<p>&lt;img src="javascript:alert('XSS');"&gt;</p>`},
		"character references":           {"&amp; & &#60;", "<p>&amp;amp; &amp; &amp;#60;</p>"},
		"address":                        {"https://a.example/", "<p>" + short + "</p>"},
		"address in a sentence":          {"see https://a.example/. Or not", "<p>see " + short + ". Or not</p>"},
		"address in parentheses":         {"(https://a.example/)", "<p>(" + short + ")</p>"},
		"address behind a letter":        {"xhttps://a.example/", "<p>xhttps://a.example/</p>"},
		"address behind another script":  {"見https://a.example/", "<p>見" + short + "</p>"},
		"two addresses":                  {"https://a.example/ https://a.example/", "<p>" + short + " " + short + "</p>"},
		"address on lines":               {"https://a.example/\nhttps://a.example/", "<p>" + short + "<br />" + short + "</p>"},
		"www":                            {"http://www.a.example", "<p>" + linked("http://www.a.example", "http://www.", "a.example", "") + "</p>"},
		"long address":                   {"https://a.example/0123456789012345678901234", "<p>" + linked("https://a.example/0123456789012345678901234", "https://", "a.example/01234567890123456789", "01234") + "</p>"},
		"quotation mark ends an address": {`"https://a.example/"`, `<p>"` + short + `"</p>`},
		"ampersand in an address":        {"https://a.example/?a&b", "<p>" + linked("https://a.example/?a&amp;b", "https://", "a.example/?a&amp;b", "") + "</p>"},
		"no top domain":                  {"http://localhost http://a.1 http://1.2.3.4/", "<p>http://localhost http://a.1 http://1.2.3.4/</p>"},
		"user in an address":             {"https://a.example@evil.example/", "<p>https://a.example@evil.example/</p>"},
		"script is no address":           {"javascript://a.example/%0aalert(1)", "<p>javascript://a.example/%0aalert(1)</p>"},
		"handle in an address":           {"https://a.example/@anna", "<p>" + linked("https://a.example/@anna", "https://", "a.example/@anna", "") + "</p>"},
		"tag in an address":              {"https://a.example/#tag", "<p>" + linked("https://a.example/#tag", "https://", "a.example/#tag", "") + "</p>"},
		"mention":                        {"@anna", "<p>" + anna + "</p>"},
		"mention of whatever case":       {"(@BERT@B.example), @Anna's", "<p>(" + bert + "), " + anna + "'s</p>"},
		"nobody":                         {"@carl @carl@c.example", "<p>@carl @carl@c.example</p>"},
		"mail address":                   {"x@anna me@bert@b.example", "<p>x@anna me@bert@b.example</p>"},
		"page that is no address":        {"@eve@evil.example", "<p>@eve@evil.example</p>"},
		"name that is HTML":              {"@odd@b.example", `<p><span class="h-card" translate="no"><a href="https://b.example/&quot;&gt;&lt;script&gt;" class="u-url mention">@<span>&lt;b&gt;odd</span></a></span></p>`},
		"hashtag":                        {"#Tag, #tag.", "<p>" + tag("Tag", "Tag") + ", " + tag("tag", "tag") + ".</p>"},
		"wide hashtag":                   {"＃タグ", "<p>" + tag("%E3%82%BF%E3%82%B0", "タグ") + "</p>"},
		"number":                         {"#1 #2a a#b /#c", "<p>#1 " + tag("2a", "2a") + " a#b /#c</p>"},
		"address behind a hashtag":       {"#見https://a.example/", "<p>" + tag("%E8%A6%8B", "見") + short + "</p>"},
		"control characters":             {"a\x00b\x1bc\xffd", "<p>abc\uFFFDd</p>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Format(c.in, testLinks())
			if got != c.want {
				t.Errorf("Format(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
			checkFormatted(t, c.in, got)
		})
	}
}

func TestFormatWithoutLinksLeavesNamesAlone(t *testing.T) {
	t.Parallel()
	if got, want := Format("@anna #tag", Links{}), "<p>@anna #tag</p>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	bad := Links{TagURL: func(string) string { return "javascript:alert(1)" }}
	if got, want := Format("#tag", bad), "<p>#tag</p>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMentionWithoutANameShowsItsUser(t *testing.T) {
	t.Parallel()
	links := Links{Mentions: map[string]Mention{"carl@c.example": {URL: "https://c.example/carl"}}}
	got := Format("@Carl@c.example", links)
	if want := `@<span>Carl</span></a>`; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

func TestFieldIsOneLineAndClaimsItsAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":           "",
		" a\n\n<b> ": "a &lt;b&gt;",
		"#a @b":      "#a @b",
		"https://a.example": `<a href="https://a.example" translate="no" rel="me nofollow noopener" target="_blank">` +
			`<span class="invisible">https://</span><span class="">a.example</span><span class="invisible"></span></a>`,
	} {
		got := FormatField(in)
		if got != want {
			t.Errorf("FormatField(%q)\n got %q\nwant %q", in, got, want)
		}
		checkFormatted(t, in, got)
	}
}

func TestAddressEndsWhereTheSentenceGoesOn(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example":                          "https://a.example",
		"https://a.example...":                       "https://a.example",
		"https://a.example, and":                     "https://a.example",
		"https://a.example:8443/x":                   "https://a.example:8443/x",
		"https://a.example: x":                       "https://a.example",
		"https://a.example/a,b;c.":                   "https://a.example/a,b;c",
		"https://a.example/a?!":                      "https://a.example/a",
		"https://a.example/a?b=c&d=(e)":              "https://a.example/a?b=c&d=(e",
		"https://a.example/a?b=c#d":                  "https://a.example/a?b=c#d",
		"https://a.example?b":                        "https://a.example?b",
		"https://a.example/a_(b)":                    "https://a.example/a_(b)",
		"https://a.example/a_(b(c)d)e)":              "https://a.example/a_(b(c)d)e",
		"https://a.example/a_(b":                     "https://a.example/a_",
		"https://a.example/()":                       "https://a.example/",
		"https://a.example/((((":                     "https://a.example/",
		"https://a.example/a<b>":                     "https://a.example/a",
		"https://a.example/日本、":                      "https://a.example/日本、",
		"https://a.example/　b":                       "https://a.example/",
		"https://a.exampleです":                        "https://a.example",
		"https://b.a.1":                              "https://b.a.1"[:0],
		"https://a.bc.1":                             "https://a.bc",
		"https://müller.example/":                    "https://müller.example/",
		"https://xn--mller-kva.xn--p1ai/":            "https://xn--mller-kva.xn--p1ai/",
		"https://nic.みんな/":                           "https://nic.みんな/",
		"https://a.example2":                         "",
		"https://a.example-b":                        "",
		"https://-a.example":                         "",
		"https://a_b.example_":                       "https://a_b.example",
		"https://.example":                           "",
		"https://a..example":                         "",
		"https:a.example":                            "",
		"https:///a.example":                         "",
		"HTTPS://A.Example/":                         "HTTPS://A.Example/",
		"gemini://a.example/x":                       "gemini://a.example/x",
		"ftp://a.example/":                           "",
		"mailto:a@a.example":                         "",
		"xmpp:room@a.example?join.":                  "xmpp:room@a.example?join",
		"xmpp:a.example/desk":                        "xmpp:a.example/desk",
		"xmpp://me@a.example/you@b.example":          "xmpp://me@a.example/you@b.example",
		"xmpp://me@a.example":                        "",
		"xmpp:nobody":                                "",
		"magnet:?xt=urn:btih:c12fe1&dn=a.":           "magnet:?xt=urn:btih:c12fe1&dn=a",
		"magnet:x":                                   "",
		"https://a.example/\u0301":                   "https://a.example/\u0301",
		"https://a.example/a|b|":                     "https://a.example/a|b",
		"https://a.example/@":                        "https://a.example/@",
		"https://a.example/a\u00a0b":                 "https://a.example/a",
		"https://a.example/%":                        "https://a.example/",
		"https://www.a.example/a-b_c~d/e.html#f=g@h": "https://www.a.example/a-b_c~d/e.html#f=g@h",
	} {
		if got := in[:addressLen(in, ' ')]; got != want {
			t.Errorf("in %q got %q, want %q", in, got, want)
		}
	}
}

func TestHandles(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"":                                   nil,
		"@anna":                              {"anna"},
		"@anna.":                             {"anna"},
		"@anna, (@bert@b.example)!":          {"anna", "bert@b.example"},
		"@Anna @anna @ANNA@a.example":        {"Anna", "ANNA@a.example"},
		"@a.b-c_1@x-y.b.example.":            {"a.b-c_1@x-y.b.example"},
		"@a@localhost":                       {"a@localhost"},
		"@a@müller.example":                  {"a@müller.example"},
		"@a@b@c @a@ @@a":                     {"a"},
		"a@b.example /@c =@d é@e _@f":        nil,
		"@anna://x @annaé @-anna @":          nil,
		"https://a.example/@anna":            nil,
		"日本 @anna、@bert":                     {"anna", "bert"},
		"mail me: user@host.example @carl@c": {"carl@c"},
	} {
		if diff := cmp.Diff(want, Handles(in)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", in, diff)
		}
	}
}

func TestHashtags(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"":                             nil,
		"#a #b":                        {"a", "b"},
		"#Café #cafe #CAFÉ":            {"Café"},
		"#1 #12 #1a #a1 #1_ #1_2 #_1":  {"1a", "a1", "1_2"},
		"#a_b_ #a·b· #a・b #a\u200Cb":   {"a_b_", "a·b", "a・b", "a\u200Cb"},
		"#___ #__ #·a":                 {"___"},
		"#a-b #a.b #a!":                {"a"},
		"##a #b#c a#d )#e /#f =#g _#h": {"a", "b", "h"},
		"#தமிழ் #हिन्दी #ไทย": {"தமிழ்", "हिन्दी", "ไทย"},
		"＃タグ":                                    {"タグ"},
		"https://a.example/#a":                   nil,
		"#tag\u200Bx #tag\uFEFFx":                {"tag"},
		"#见https://a.example #https://a.example": {"见", "https"},
	} {
		if diff := cmp.Diff(want, Hashtags(in)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", in, diff)
		}
	}
}

func TestFoldTag(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":              "",
		"Tag":           "tag",
		"#Tag":          "tag",
		"ＦｕｌｌＷｉｄｔｈ１":    "fullwidth1",
		"ﾊﾝｶｸ":          "ハンカク",
		"Cafe\u0301":    "cafe",
		"ÀÉÎÕÜŸÇÑŠŽĐØŁ": "aeiouycnszdol",
		"ðħıĸłŋŧſ":      "dhiklnts",
		"straßeæœþ":     "straßeæœþ",
		"Ελλάδα":        "ελλάδα",
		"ЙОГА":          "йога",
		"தமிழ்":         "தமிழ்",
		"a-b c!<d>":     "abcd",
		"a_b·c・d":       "a_b·c・d",
		"a\xffb":        "ab",
	} {
		got := FoldTag(in)
		if got != want {
			t.Errorf("FoldTag(%q) = %q, want %q", in, got, want)
		}
		if again := FoldTag(got); again != got {
			t.Errorf("FoldTag(%q) = %q, want it unchanged", got, again)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, p := range payloads() {
		f.Add(p)
	}
	f.Add("Hello @anna, @bert@b.example and @carl@c.example!\n\n#Tag #タグ https://a.example/a_(b)?c=d&e#f\nxmpp:a@b.example?join magnet:?xt=1")
	f.Add("#見https://a.example/ (https://müller.example) \"http://www.a.example\" http://a.example:80/.")
	f.Fuzz(func(t *testing.T, in string) {
		checkFormatted(t, in, Format(in, testLinks()))
		checkFormatted(t, in, FormatField(in))
		// Without names to replace, every word of the text is still there.
		got := strings.Fields(Text(Format(in, Links{})))
		if diff := cmp.Diff(strings.Fields(clean(in)), got, cmp.Transformer("", fold)); diff != "" {
			t.Errorf("of %q: words (-want +got)\n%s", in, diff)
		}
		if n := Count(in); n < 0 || in != "" && n > len(in)+URLLength*len(in)/len("dat://a.bc") {
			t.Errorf("Count(%q) = %d", in, n)
		}
		for _, tag := range Hashtags(in) {
			if folded := FoldTag(tag); folded == "" || FoldTag(folded) != folded {
				t.Errorf("tag %q folds to %q", tag, folded)
			}
		}
	})
}

// fold makes one word of a list of words: where words are parted is not compared.
func fold(words []string) string { return strings.Join(words, " ") }

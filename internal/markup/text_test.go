package markup

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                       "",
		"a &amp; <b>b</b>":                       "a & b",
		"<p>a<br>b<br />c</p><p>d</p>":           "a\nb\nc\n\nd",
		" <p> a \n b\t</p>\n<p></p> <p>c</p> ":   "a b\n\nc",
		"a<br><br><br><br>b</br>c":               "a\n\nb\nc",
		"<div>a</div><div>b</div>":               "a\nb",
		"<p>a</p><ul><li>b</li><li>c</li></ul>":  "a\n\nb\nc",
		"<h1>a</h1>b<blockquote>c</blockquote>d": "a\n\nb\n\nc\n\nd",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>":                             "a b\nc",
		"a<script>b</script><style>c</style>d":                                                        "ad",
		"<pre>  a\n  b  c\n\n\nd</pre>  e  f":                                                         "a\n  b  c\n\nd\n\ne f",
		`<a href="x"><span class="invisible">https://</span><span>a.example</span></a>`:               "https://a.example",
		`<math><semantics><annotation encoding="application/x-tex">x</annotation></semantics></math>`: "$x$",
		"&lt;script&gt;": "<script>",
		"a<":             "a<",
		"a\u00a0\u00a0b": "a\u00a0\u00a0b",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 10, ""},
		{"a", 0, ""},
		{"a", -1, ""},
		{"  a \r\n\t b\u2028c\u2029 \u00a0d ", 20, "a b c d"},
		{"abc", 3, "abc"},
		{"abc  ", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"a bc", 3, "a…"},
		{"a b", 1, "…"},
		{"日本語です", 3, "日本…"},
		{"a\x00b\x1b[31mc", 20, "ab[31mc"},
		{"a\xffb", 20, "a\uFFFDb"},
		{"<b>a</b> &amp;", 20, "<b>a</b> &amp;"},
		{"a\u202Eb\u2066c\u2069\u202Ad", 20, "abcd"},
		{"\u200Fא", 20, "\u200Fא"},
	} {
		if got := Line(c.in, c.limit); got != c.want {
			t.Errorf("Line(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"":                  0,
		" \n ":              0,
		"abc":               3,
		"a\r\nb":            3,
		"https://a.example": 23,
		"https://a.example/" + strings.Repeat("x", 500) + " y": 25,
		"@anna":                           5,
		"@anna@a.example hello":           11,
		"@anna@a.example @bert@b.example": 11,
		"xmpp:a@b.example":                16,
		"#tag":                            4,
		"me@a.example":                    12,
		"http://localhost":                16,
		"e\u0301":                         1,
		"é":                               1,
		"👍🏽":                              1,
		"👨\u200D👩\u200D👧\u200D👦":          1,
		"👨\u200Da":                        2,
		"a\u200D👦":                        2,
		"❤\uFE0F\u200D🔥":                  1,
		"🇩🇪🇫🇷🇮":                           3,
		"🏴\U000E0067\U000E0062\U000E0065\U000E007F": 1,
		"1\uFE0F\u20E3":                        1,
		"한국":                                   2,
		"\u1112\u1161\u11AB\u1100\u116E\u11A8": 2,
		"가\u11A8\u11A8각\u11A8나\u1161":          3,
		"கி":                                   1,
		"กำ":                                   1,
		"ｶﾞ":                                   1,
		"日本語":                                  3,
		"\xff\xfe":                             1,
		"a\u200Bb":                             3,
	} {
		if got := Count(in); got != want {
			t.Errorf("Count(%q) = %d, want %d", in, got, want)
		}
	}
}

package markup

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSafeKeepsWhatThePolicyHas(t *testing.T) {
	t.Parallel()
	const tail = ` rel="nofollow noopener" target="_blank">`
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                        {"", ""},
		"text":                           {`a "b" & 'c' < d`, `a "b" &amp; 'c' &lt; d`},
		"characters by their names":      {"&lt;b&gt; &amp;amp; &eacute;&#x1F600;", "&lt;b&gt; &amp;amp; é😀"},
		"line break":                     {"a<br>b<br/>c</br>d", "a<br />b<br />c<br />d"},
		"upper case":                     {`<P CLASS="Mention h-x">x</P>`, `<p class="h-x">x</p>`},
		"classes":                        {`<span class="u-url p-x x mention hashtag ellipsis invisible quote-inline e- h-&quot; btn">x</span>`, `<span class="u-url p-x mention hashtag ellipsis invisible quote-inline">x</span>`},
		"class that leaves nothing":      {`<span class="x">y</span>`, `<span class="">y</span>`},
		"class where none belongs":       {`<b class="mention">y</b>`, `<b>y</b>`},
		"language":                       {`<p lang="pt-BR">y</p><p lang="&quot;x">z</p>`, `<p lang="pt-BR">y</p><p>z</p>`},
		"numbers of lists":               {`<ol start="-3" reversed><li value="7">x<li value="1e9">y<li value="+1">z</ol>`, `<ol start="-3" reversed=""><li value="7">x</li><li>y</li><li>z</li></ol>`},
		"number that is too large":       {`<ol start="99999999999"><li>x</ol>`, `<ol><li>x</li></ol>`},
		"first of two attributes":        {`<a href="https://a.example" href="javascript:x">y</a>`, `<a href="https://a.example"` + tail + `y</a>`},
		"rel and target of strangers":    {`<a rel="me" target="_top" href="https://a.example">y</a>`, `<a href="https://a.example"` + tail + `y</a>`},
		"space in an address":            {`<a href="https://a.example/x y">y</a>`, `<a href="https://a.example/x%20y"` + tail + `y</a>`},
		"quotation mark in an address":   {`<a href='https://a.example/"onclick="x'>y</a>`, `<a href="https://a.example/&quot;onclick=&quot;x"` + tail + `y</a>`},
		"title":                          {`<abbr title="a &lt;b&gt; &quot;c&quot;" class="h-x">y</abbr>`, `<abbr title="a &lt;b&gt; &quot;c&quot;">y</abbr>`},
		"unknown element":                {"a <blink>b</blink> c", "a b c"},
		"unknown blocks":                 {"<div>a</div><div>b</div><section>c</section>d", "a b c d"},
		"table":                          {"<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		"unknown block at an edge":       {"<p><div>a</div></p><div></div>", "<p>a</p>"},
		"comment":                        {"a<!-- b -->c<![CDATA[d]]>e<!DOCTYPE f>g<?h?>i", "acegi"},
		"what hides":                     {"a<script>b</script>c<style>d</style>e<svg><p>f</svg>g<template><b>h</b></template>i", "acegi"},
		"what hides and never ends":      {"a<svg><b>c", "a"},
		"what hides within itself":       {"a<svg><svg></svg>b</svg>c<svg/>d", "acd"},
		"script that closes itself":      {"a<script/>b</script>c", "ac"},
		"control characters":             {"a\x00b\x01c\rd\r\ne\ff&#0;&#13;g\u0085h", "abc\nd\ne f\uFFFD\ngh"},
		"bytes that are no UTF-8":        {"a\xffb", "a\uFFFDb"},
		"paragraph within a paragraph":   {"<p>a<p>b</p>c", "<p>a</p><p>b</p>c"},
		"block within a paragraph":       {"<p>a<ul><li>b</ul>c</p>", "<p>a</p><ul><li>b</li></ul>c"},
		"style across paragraphs":        {"<p><b>a</p><p>b</b></p>", "<p><b>a</b></p><p>b</p>"},
		"style closed in a block":        {"<b><p>a</b>b</p>", "<b><p>a</p></b>b"},
		"style closed in a list":         {"<b><ul><li>a</b>b<li>c</ul></b>", "<b><ul><li>ab</li><li>c</li></ul></b>"},
		"tags that cross":                {"<b>a<i>b</b>c</i>d", "<b>a<i>b</i></b>cd"},
		"item without a list":            {"<li>a<li>b", "a b"},
		"items and lists":                {"<ul><li>a<ol><li>b<li>c</ol><li>d</ul>e", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>e"},
		"item closed from within":        {"<ul><li><ul></li><li>a</ul></ul>", "<ul><li><ul><li>a</li></ul></li></ul>"},
		"heading within a heading":       {"<h1>a<h2>b</h1>c", "<h1>a</h1><h2>b</h2>c"},
		"ruby":                           {"<ruby>a<rp>(<rt>b<rp>)</ruby><rt>c", "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>c"},
		"link within a link":             {`<a href="https://a.example">a<a href="https://b.example">b</a></a>`, `<a href="https://a.example"` + tail + `a</a><a href="https://b.example"` + tail + `b</a>`},
		"link without an address":        {`<a name=x>a<br>b<i>c</i></a><i>d</i>`, "a bc<i>d</i>"},
		"bare link around blocks":        {`<a name=x><p>a</p></a>`, "<p>a</p>"},
		"bare link left open":            {`<p><a name=x>a</p><p><i>b</i></p>`, "<p>a</p><p><i>b</i></p>"},
		"line feed that pre swallows":    {"<pre>\na</pre>", "<pre>a</pre>"},
		"line feed that pre shows":       {"<pre>\n\na\n</pre>", "<pre>\n\na\n</pre>"},
		"line feed behind a dropped tag": {"<pre><x>\na</pre>", "<pre>\n\na</pre>"},
		"nothing closed":                 {"<blockquote><p><a href=https://a.example><b>x", `<blockquote><p><a href="https://a.example"` + tail + `<b>x</b></a></p></blockquote>`},
		"nothing opened":                 {"a</p>b</b></li></ul></a></x>c", "a b c"},
		"tag that never ends":            {"a<b", "a"},
		"angles that are no tags":        {"a < b <3 </ >", "a &lt; b &lt;3 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := checkSafe(t, c.in); got != c.want {
				t.Errorf("Safe(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestFormulaBecomesItsSource(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`a<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x&lt;1</annotation></semantics></math>b`:                                       "a$x&lt;1$b",
		`<math display=block><semantics><annotation encoding="application/x-tex">x`:                                                                          "$$x$$",
		`<math><semantics><annotation encoding="text/plain">p</annotation><annotation encoding="text/plain">q</annotation></semantics></math>`:               "p",
		`<math><mi>x</mi><semantics><annotation encoding="text/plain">p</annotation></semantics></math>`:                                                     "",
		`<math><semantics></semantics><annotation encoding="text/plain">p</annotation></math>`:                                                               "",
		`<math><semantics><mrow><annotation encoding="text/plain">p</annotation></mrow></semantics></math>`:                                                  "",
		`<math><semantics><mspace/><annotation encoding="text/plain"><b>p</b>q</annotation></semantics></math>`:                                              "pq",
		`<math><semantics><annotation encoding="text/plain"><script>alert(1)</script>&lt;img src=x onerror=alert(1)&gt;</annotation></semantics></math><b>c`: "alert(1)&lt;img src=x onerror=alert(1)&gt;<b>c</b>",
		`<math></annotation></semantics></mi><semantics><annotation encoding="text/plain">p</math>`:                                                          "p",
	} {
		if got := checkSafe(t, in); got != want {
			t.Errorf("Safe(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestLinkNeedsAGoodAddress(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"http://a.example", "HTTPS://a.example/", "https://a.example:8443/p?q=1#f", "https://nic.みんな/", "https://[2001:db8::1]/",
		"dat://x", "dweb:/a/foo", "ipfs://x", "ipns://x", "ssb://x", "gopher://x", "xmpp:a@b", "magnet:?xt=1", "gemini://x",
	} {
		if got := checkSafe(t, `<a href="`+good+`">x</a>`); !strings.Contains(got, `href="`+good+`"`) {
			t.Errorf("%q is dropped: %q", good, got)
		}
	}
	for _, bad := range []string{
		"", "x", "/x", "//a.example", "?x", "#x", "http:", "http:/a.example", "http:a.example", "http:///a.example", `http:\\a.example`,
		`http://\a.example`, "http://@a.example", "http://:1", "http:// a.example", " https://a.example", "\thttps://a.example", "\u00a0https://a.example",
		"https\t://a.example", "ht&#10;tps://a.example", "https://a.example/\x01", "https://a.example/&#9;", "mailto:a@b.example", "tel:1", "ftp://a.example",
		"file:///etc/passwd", "data:text/html,x", "javascript:x", "vbscript:x", "blob:https://a.example/x", "view-source:https://a.example", "xmpp:",
	} {
		if got := checkSafe(t, `<a href="`+bad+`">x</a>`); got != "x" {
			t.Errorf("%q is kept: %q", bad, got)
		}
	}
}

func TestDepthIsCapped(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"b", "span", "blockquote", "ul><li", "ol", "h1><b", "ruby", "p><i"} {
		out := checkSafe(t, strings.Repeat("<"+name+">", 1000)+"text")
		deepest, depth := 0, 0
		for _, part := range strings.Split(out, "<") {
			switch {
			case strings.HasPrefix(part, "/"):
				depth--
			case part != "":
				depth++
			}
			deepest = max(deepest, depth)
		}
		if deepest > maxDepth || depth != 0 || !strings.Contains(out, "text") {
			t.Errorf("<%s>: depth %d, %d left open, %.80q", name, deepest, depth, out)
		}
	}
}

// hostile are documents of about a mebibyte that make careless code explode.
func hostile() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, 1<<20/len(s)+1) }
	var styles strings.Builder
	for range 400 {
		styles.WriteString("<b><i><u><s><em><code><small><strong>")
	}
	return map[string]string{
		"div":                   fill("<div>"),
		"closed div":            fill("<div>") + fill("</div>"),
		"b":                     fill("<b>"),
		"styles and paragraphs": styles.String() + fill("<p>x"),
		"links":                 fill(`<a href="http://a">`),
		"bare links":            fill(`<a>x`),
		"items":                 fill("<ul><li>"),
		"ampersands":            fill("&"),
		"at signs":              fill("@"),
		"handles":               fill("@a@b"),
		"tags":                  fill("#a#1"),
		"digits of a tag":       "#" + fill("1"),
		"angles":                fill("<"),
		"closing angles":        fill("</"),
		"comments":              fill("<!--"),
		"attributes":            "<a " + fill("x=y "),
		"same attributes":       "<a " + fill("href=x "),
		"formulas":              fill("<math><semantics>"),
		"raw text":              fill("<textarea><script><style><xmp>"),
		"addresses":             fill("http://a.example/("),
		"labels":                "http://" + fill("a."),
		"punctuation":           "http://a.example/" + fill("!"),
		"queries":               fill("http://a.example?("),
		"chat":                  fill("xmpp:a@"),
		"nul":                   fill("\x00"),
		"no UTF-8":              fill("\xff"),
		"line feeds":            fill("\n"),
		"pre":                   fill("<pre>\n"),
		"marks":                 fill("\u0301"),
		"families":              fill("👨\u200D"),
	}
}

// Whatever is slower than in proportion to the input does not end here.
func TestHostileSizesStayInBounds(t *testing.T) {
	t.Parallel()
	for name, in := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := Safe(in)
			if len(out) > maxSafe {
				t.Errorf("%d bytes became %d, of which %d are too many", len(in), len(out), len(out)-maxSafe)
			}
			if Safe(out) != out {
				t.Errorf("not the same again: %.200q", out)
			}
			if text := Text(in); len(text) > 3*len(in) {
				t.Errorf("text of %d bytes", len(text))
			}
			if line := Line(in, 100); len([]rune(line)) > 100 {
				t.Errorf("line of %d runes", len([]rune(line)))
			}
			if formatted := Format(in, testLinks()); len(formatted) > 40*len(in) {
				t.Errorf("formatted to %d bytes", len(formatted))
			}
			if n := Count(in); n > len(in)*URLLength {
				t.Errorf("%d characters", n)
			}
			if n := len(Hashtags(in)) + len(Handles(in)); n > 4 {
				t.Errorf("%d names, and all are the same", n)
			}
		})
	}
}

func TestSafeCutsOffWhatIsTooLong(t *testing.T) {
	t.Parallel()
	in := "<blockquote><p>" + strings.Repeat("é&", 1<<19) + "</p></blockquote><p>after</p>"
	out := checkSafe(t, in)
	if len(out) > maxSafe || len(out) < maxSafe-8 || !strings.HasSuffix(out, "</p></blockquote>") {
		t.Errorf("%d bytes that end with %q", len(out), out[len(out)-40:])
	}
}

// TestTagSoupIsPutInOrder tries many orders in which tags can be wrong. The seed
// is fixed: what fails once fails again.
func TestTagSoupIsPutInOrder(t *testing.T) {
	t.Parallel()
	names := strings.Fields("a b i span p p pre blockquote ul ol li li h1 h2 ruby rt rp br div table td svg math script textarea select")
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var b strings.Builder
		for range 3 + random.IntN(40) {
			switch name := names[random.IntN(len(names))]; random.IntN(5) {
			case 0, 1:
				b.WriteString("<" + name + ">")
			case 2:
				b.WriteString("</" + name + ">")
			case 3:
				b.WriteString([]string{"\n", "x", " y ", "&lt;", "\n\n", "é"}[random.IntN(6)])
			case 4:
				b.WriteString(`<a href="https://a.example">`)
			}
		}
		checkSafe(t, b.String())
	}
}

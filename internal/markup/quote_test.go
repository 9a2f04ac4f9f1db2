package markup

import (
	"testing"
)

const (
	quotedPost = "https://a.example/notes/1"
	toQuoted   = `<a href="https://a.example/notes/1" rel="nofollow noopener" target="_blank">https://a.example/notes/1</a>`
	elsewhere  = `<a href="https://b.example/2" rel="nofollow noopener" target="_blank">there</a>`
	marked     = `<span class="quote-inline">`
)

func TestWhatStandsForAQuoteIsMarkedAndLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, marked, without string }{
		"class of its author":     {`<p>hi` + marked + `<br />RE: ` + toQuoted + `</span></p>`, `<p>hi` + marked + `<br />RE: ` + toQuoted + `</span></p>`, `<p>hi</p>`},
		"paragraph of its author": {`<p class="quote-inline">RE: ` + toQuoted + `</p><p>hi</p>`, `<p class="quote-inline">RE: ` + toQuoted + `</p><p>hi</p>`, `<p>hi</p>`},
		"another name":            {`<p>hi<span class="reference-link-inline"><br>BT: ` + toQuoted + `</span></p>`, `<p>hi` + marked + `<br />BT: ` + toQuoted + `</span></p>`, `<p>hi</p>`},
		"label in a span":         {`<p><span>hi<br><br>RE: </span>` + toQuoted + `</p>`, `<p><span>hi` + marked + `<br /><br />RE: </span></span>` + marked + toQuoted + `</span></p>`, `<p><span>hi</span></p>`},
		"label and link alike":    {`<p>hi<br><br>RE: ` + toQuoted + `</p>`, `<p>hi` + marked + `<br /><br />RE: </span>` + marked + toQuoted + `</span></p>`, `<p>hi</p>`},
		"paragraph at the end":    {`<p>hi</p><p>QT: ` + toQuoted + `</p>`, `<p>hi</p><p>` + marked + `QT: </span>` + marked + toQuoted + `</span></p>`, `<p>hi</p>`},
		"paragraph at the start":  {`<p>RE: ` + toQuoted + `</p><p>hi ` + elsewhere + `</p>`, `<p>` + marked + `RE: </span>` + marked + toQuoted + `</span></p><p>hi ` + elsewhere + `</p>`, `<p>hi ` + elsewhere + `</p>`},
		"end of a line":           {`hi RE: ` + toQuoted, `hi` + marked + ` RE: </span>` + marked + toQuoted + `</span>`, `hi`},
		"nothing else":            {`RE: ` + toQuoted, marked + `RE: </span>` + marked + toQuoted + `</span>`, ``},
		"link elsewhere":          {`<p>hi<br />RE: ` + elsewhere + `</p>`, `<p>hi<br />RE: ` + elsewhere + `</p>`, `<p>hi<br />RE: ` + elsewhere + `</p>`},
		"no label":                {`<p>hi ` + toQuoted + `</p>`, `<p>hi ` + toQuoted + `</p>`, `<p>hi ` + toQuoted + `</p>`},
		"end of a word":           {`<p>FIRE: ` + toQuoted + `</p>`, `<p>FIRE: ` + toQuoted + `</p>`, `<p>FIRE: ` + toQuoted + `</p>`},
		"more after it":           {`<p>RE: ` + toQuoted + ` and more</p>`, `<p>RE: ` + toQuoted + ` and more</p>`, `<p>RE: ` + toQuoted + ` and more</p>`},
		"no text":                 {``, ``, ``},
		"only a label":            {`RE: `, `RE: `, `RE: `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := MarkQuote(Safe(c.in), quotedPost)
			if got != c.marked {
				t.Errorf("marked:\n got %s\nwant %s", got, c.marked)
			}
			if again := Safe(got); again != got {
				t.Errorf("what is marked is not what Safe gives:\n got %s\nwant %s", again, got)
			}
			if again := MarkQuote(got, quotedPost); again != got {
				t.Errorf("marked twice:\n got %s\nwant %s", again, got)
			}
			if got := WithoutQuote(got); got != c.without {
				t.Errorf("without:\n got %s\nwant %s", got, c.without)
			}
		})
	}
}

// Whatever a stranger writes, what comes out of it is safe.
func FuzzQuote(f *testing.F) {
	f.Add(`<p><span>hi<br><br>RE: </span>` + toQuoted + `</p>`)
	f.Add(`<ul><li>RE: <span class="quote-inline"><p>` + toQuoted + `</ul>`)
	f.Add(`<blockquote><p>RE: </p></blockquote>` + toQuoted)
	f.Add(`<pre>` + "\n\nRE: " + toQuoted)
	f.Fuzz(func(t *testing.T, html string) {
		safe := Safe(html)
		marked := MarkQuote(safe, quotedPost)
		for name, got := range map[string]string{"marked": marked, "without": WithoutQuote(marked)} {
			if again := Safe(got); again != got {
				t.Errorf("%s is not safe:\n got %q\nSafe %q", name, got, again)
			}
		}
	})
}

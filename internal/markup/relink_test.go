package markup

import (
	"slices"
	"testing"
)

func TestLinksLeadWhereTheirPageIsHere(t *testing.T) {
	t.Parallel()
	const in = `<p>a &lt;a href="x"&gt; <a href="https://a.example/1?b=c&amp;d" class="mention" rel="nofollow noopener" target="_blank">one</a>` +
		`<br /><a href="https://a.example/2" rel="nofollow noopener" target="_blank">two</a> <a href="https://a.example/2" rel="nofollow noopener" target="_blank">again</a></p>`
	if got, want := Addresses(in), []string{"https://a.example/1?b=c&d", "https://a.example/2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got := Relink(in, func(address string) string {
		if address == "https://a.example/1?b=c&d" {
			return `/posts/1?"><b>`
		}
		return ""
	})
	want := `<p>a &lt;a href="x"&gt; <a href="/posts/1?&quot;&gt;&lt;b&gt;" class="mention">one</a>` +
		`<br /><a href="https://a.example/2" rel="nofollow noopener" target="_blank">two</a> <a href="https://a.example/2" rel="nofollow noopener" target="_blank">again</a></p>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, plain := range []string{"", "no links", "<p>https://a.example/1</p>"} {
		if got := Relink(plain, func(string) string { return "/x" }); got != plain {
			t.Errorf("got %q, want %q", got, plain)
		}
	}
}

// Whatever a stranger writes, links lead elsewhere and nothing else changes.
func FuzzRelink(f *testing.F) {
	f.Add(`<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a></p>`)
	f.Add(`<a href='https://a.example/"><script>'>x`)
	f.Fuzz(func(t *testing.T, doc string) {
		safe := Safe(doc)
		if got := Relink(safe, func(string) string { return "" }); got != safe {
			t.Errorf("with no page here:\n got %q\nwant %q", got, safe)
		}
		for _, address := range Addresses(Relink(safe, func(string) string { return "/here" })) {
			if address != "/here" {
				t.Errorf("%q still leads to %s", safe, address)
			}
		}
	})
}

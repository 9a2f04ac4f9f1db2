package markup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortcodesStandAlone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		":cat:":                       {"cat"},
		"a :cat:, (:Big_Dog2:)\n:x1:": {"cat", "Big_Dog2", "x1"},
		":cat: :dog: :cat:":           {"cat", "dog"},
		"«:cat:»":                     {"cat"},
		"at 10:30:45, :x:":            nil, // a time; one letter
		"a:cat: :cat:b :cat:1 é:cat:": nil,
		":cat:é ١:cat: :cat:١":        nil,
		":cat::dog: ::cat: :cat::":    nil,
		":no way: :cät: :a-b: :cat":   nil,
		"::ok: :fine:":                {"fine"},
		"":                            nil,
	} {
		if diff := cmp.Diff(want, Shortcodes(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if diff := cmp.Diff([]string{"cat", "dog"}, Shortcodes(":cat:", "", ":dog: :cat:")); diff != "" {
		t.Errorf("several texts (-want +got):\n%s", diff)
	}
}

// picture is where tests have emojis.
func picture(code string) string {
	return map[string]string{"cat": "https://a.example/cat.png", "quote": `https://a.example/"><script>`, "bad": "javascript:alert(1)"}[code]
}

const cat = `<img class="emoji" src="https://a.example/cat.png" alt=":cat:" title=":cat:">`

func TestPicturesTakeThePlaceOfCodesInTextAlone(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"<p>a :cat: b<br />:cat:</p>":                                              "<p>a " + cat + " b<br />" + cat + "</p>",
		"1 &lt; :cat: &amp;:cat:":                                                  "1 &lt; " + cat + " &amp;" + cat,
		"<b>:cat:</b>:cat: :dog: a:cat:":                                           "<b>" + cat + "</b>" + cat + " :dog: a:cat:",
		`<span title=":cat:">:cat:</span>`:                                         `<span title=":cat:">` + cat + `</span>`,
		`<a href="https://b.example/:cat:">b.example/:cat: <b>:cat:</b></a> :cat:`: `<a href="https://b.example/:cat:">b.example/:cat: <b>:cat:</b></a> ` + cat,
		"<pre><code>:cat:</code> :cat:</pre>:cat:":                                 "<pre><code>:cat:</code> :cat:</pre>" + cat,
		":bad: :none:": ":bad: :none:",
		"no colons":    "no colons",
		"":             "",
		":quote:":      `<img class="emoji" src="https://a.example/&quot;&gt;&lt;script&gt;" alt=":quote:" title=":quote:">`,
	} {
		if got := Emojify(doc, picture); got != want {
			t.Errorf("%s: got\n%s, want\n%s", doc, got, want)
		}
	}
}

// What strangers sent keeps all that Safe made of it, with pictures and without.
func TestPicturesChangeNothingElse(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`<p>:cat:<script>:cat:</script><img alt=":cat:"><a title=":cat:" href="https://b.example/">x</a>`,
		`<a href="javascript::cat:">:cat:</a><textarea>:cat:</textarea><!-- :cat: --><p title='":cat:"'>:cat:`,
		"<blockquote><pre>\n\n:cat:</blockquote>:cat:<", "<ul><li>:cat:<li>&#58;cat:",
	} {
		safe := Safe(doc)
		if got := strings.ReplaceAll(Emojify(safe, picture), cat, ":cat:"); got != safe {
			t.Errorf("%s: got\n%s, want\n%s", doc, got, safe)
		}
	}
}

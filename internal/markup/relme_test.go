package markup

import "testing"

func TestOnlyALinkThatShowsWhereItLeadsCanBeVerified(t *testing.T) {
	t.Parallel()
	const at = "https://anna.example/about-me-and-some-more-words"
	for value, want := range map[string]string{
		FormatField(at):                              at,
		FormatField("https://www.anna.example/"):     "https://www.anna.example/",
		FormatField("see " + at):                     "",
		FormatField("she/her"):                       "",
		`<a href="https://b.example/">b.example</a>`: "https://b.example/",
		`<p><a href="https://b.example/a"><span>https://</span><span>b.example/a</span></a></p>`: "https://b.example/a",
		`<a href="https://evil.example/">bank.example</a>`:                                       "",
		`<a href="https://a.example/">a.example</a> <a href="https://b.example/">b.example</a>`:  "",
		`official <a href="https://b.example/">b.example</a>`:                                    "",
		`<a href="https://b.example/">b.example</a> is mine`:                                     "",
		``: "",
	} {
		if got := FieldLink(value); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

func TestPageLinksBackByRelMe(t *testing.T) {
	t.Parallel()
	const me, id = "https://a.example/@anna", "https://a.example/users/anna"
	for page, want := range map[string]bool{
		`<a rel="me" href="https://a.example/@anna">me</a>`:                true,
		`<html><head><link href="https://a.example/users/anna" rel="Me">`:  true,
		`<a rel="nofollow ME noopener" href=" https://A.example/@anna/ ">`: true,
		`<a href="https://a.example/@anna">me</a>`:                         false,
		`<a rel="met" href="https://a.example/@anna">`:                     false,
		`<a rel="me" href="https://a.example/@anna2">`:                     false,
		`<a rel="me" href="">`:                                             false,
		`<a rel="me">`:                                                     false,
		`<!-- <a rel="me" href="https://a.example/@anna"> -->`:             false,
		`<script>"<a rel='me' href='https://a.example/@anna'>"</script>`:   false,
		`<textarea><a rel="me" href="https://a.example/@anna"></textarea>`: false,
		`<div rel="me" href="https://a.example/@anna">`:                    false,
		`<p title='<a rel="me" href="https://a.example/@anna">'>`:          false,
		``: false,
	} {
		if got := LinksBack([]byte(page), me, id, ""); got != want {
			t.Errorf("%s: got %v, want %v", page, got, want)
		}
	}
}

func FuzzRelMe(f *testing.F) {
	f.Add(`<p><a href="https://b.example/a">b.example/a</a></p>`)
	f.Add(`<a rel="me" href="https://a.example/@anna"`)
	f.Fuzz(func(t *testing.T, text string) {
		LinksBack([]byte(text), "https://a.example/@anna")
		if link := FieldLink(Safe(text)); link != "" && !linkable(link) {
			t.Errorf("%q: a line links to %q", text, link)
		}
	})
}

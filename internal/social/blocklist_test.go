package social_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestBlocklistIsReadByLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		want  []social.DomainBlock
		wrong []int
	}{
		"empty": {"", nil, nil},
		"as Mastodon exports it": {
			"#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nBad.Example,suspend,True,False,\"spam, and worse\",TRUE\nloud.example,silence,,true,,\n",
			[]social.DomainBlock{
				{Domain: "bad.example", Severity: social.Suspended, RejectMedia: true, Public: "spam, and worse", Obfuscate: true},
				{Domain: "loud.example", Severity: social.Silenced, RejectReports: true},
			}, nil,
		},
		"domains alone": {"\ufeffbad.example\r\n\r\n# worse\nworse.example", []social.DomainBlock{
			{Domain: "bad.example", Severity: social.Suspended}, {Domain: "worse.example", Severity: social.Suspended},
		}, nil},
		"other columns":  {"severity,unknown,domain\nnoop,x,*.quiet.example\n", []social.DomainBlock{{Domain: "quiet.example"}}, nil},
		"without header": {"bad.example,silence,true", []social.DomainBlock{{Domain: "bad.example", Severity: social.Silenced, RejectMedia: true}}, nil},
		"named twice": {"domain,severity,reject_media\nbad.example,silence,true\nBAD.example,suspend,false", []social.DomainBlock{
			{Domain: "bad.example", Severity: social.Suspended, RejectMedia: true},
		}, nil},
		"wrong lines": {"#domain,#severity\nb*d.example,suspend\ngood.example,sometimes\n,suspend\n\"a b\",suspend\nbad.example,suspend\n", []social.DomainBlock{
			{Domain: "bad.example", Severity: social.Suspended},
		}, []int{2, 3, 4, 5}},
		"too long a comment": {"#domain,#public_comment\nbad.example," + strings.Repeat("x", 1001), nil, []int{2}},
	} {
		got, wrong := social.ParseBlocklist(c.text)
		if diff := cmp.Diff(c.want, blocksOf(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		var lines []int
		for _, w := range wrong {
			lines = append(lines, w.Line)
		}
		if diff := cmp.Diff(c.wrong, lines); diff != "" {
			t.Errorf("%s, wrong lines (-want +got):\n%s %v", name, diff, wrong)
		}
	}
}

func blocksOf(list []social.ListedBlock) (all []social.DomainBlock) {
	for _, l := range list {
		all = append(all, l.DomainBlock)
	}
	return all
}

func TestListChangesOnlyWhatItSays(t *testing.T) {
	t.Parallel()
	was := social.DomainBlock{Domain: "bad.example", RejectMedia: true, RejectReports: true, RejectRelayed: true, Public: "spam", Private: "rude", Obfuscate: true}
	for text, change := range map[string]func(*social.DomainBlock){
		"bad.example":                                          func(b *social.DomainBlock) { b.Severity = social.Suspended },
		"#domain,#severity\nbad.example,silence":               func(b *social.DomainBlock) { b.Severity = social.Silenced },
		"bad.example,noop,false,true":                          func(b *social.DomainBlock) { b.RejectMedia = false },
		"bad.example,noop\nbad.example,noop,,false":            func(b *social.DomainBlock) { b.RejectMedia, b.RejectReports = false, false },
		"#domain,#severity,#public_comment\nbad.example,noop,": func(b *social.DomainBlock) { b.Public = "" },
	} {
		want := was
		change(&want)
		list, wrong := social.ParseBlocklist(text)
		if len(list) != 1 || wrong != nil {
			t.Fatalf("%q is read as %v, %v", text, list, wrong)
		}
		if diff := cmp.Diff(want, list[0].Over(was)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestBlocklistIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	want := []social.DomainBlock{
		{Domain: "bad.example", Severity: social.Suspended, RejectMedia: true, RejectReports: true, Public: "=1,\"two\"\nthree", Obfuscate: true},
		{Domain: "xn--bcher-kva.example", Severity: social.Silenced}, {Domain: "quiet.example"},
	}
	var text strings.Builder
	if err := social.WriteBlocklist(&text, want); err != nil {
		t.Fatal(err)
	}
	if got, wrong := social.ParseBlocklist(text.String()); cmp.Diff(want, blocksOf(got)) != "" || wrong != nil {
		t.Errorf("(-want +got):\n%s %v", cmp.Diff(want, blocksOf(got)), wrong)
	}
}

func FuzzParseBlocklist(f *testing.F) {
	for _, seed := range []string{"", "#domain,#severity\nbad.example,suspend\n", "\"", "a.example\n\"b.example", "\ufeff*.x\n", "domain\n[::1]:80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, _ := social.ParseBlocklist(text)
		seen := map[string]bool{}
		for _, b := range all {
			if again, err := social.CleanDomain("*." + b.Domain); again != b.Domain && !strings.Contains(b.Domain, ":") || err != nil && !strings.Contains(b.Domain, ":") || seen[b.Domain] {
				t.Errorf("%q is read as %q, %v, or is there twice", b.Domain, again, err)
			}
			seen[b.Domain] = true
		}
	})
}

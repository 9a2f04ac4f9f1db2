package activitypub

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestIRIsComeInEveryShape(t *testing.T) {
	t.Parallel()
	const one, two = "https://a.example/1", "https://a.example/2"
	tests := map[string]struct {
		value string
		want  []string
	}{
		"text":                       {`"` + one + `"`, []string{one}},
		"object with id":             {`{"id":"` + one + `","type":"Person"}`, []string{one}},
		"object with @id":            {`{"@id":"` + one + `"}`, []string{one}},
		"Link":                       {`{"type":"Link","href":"` + one + `"}`, []string{one}},
		"Link with an id":            {`{"type":"Link","id":"` + two + `","href":"` + one + `"}`, []string{one}},
		"Link with only an id":       {`{"type":"Link","id":"` + one + `"}`, []string{one}},
		"href of an untyped object":  {`{"href":"` + one + `"}`, []string{one}},
		"Link whose href is a list":  {`{"type":"Link","href":["` + one + `"]}`, []string{one}},
		"object whose href is other": {`{"type":"Person","id":"` + one + `","href":"` + two + `"}`, []string{one}},
		"list of one":                {`["` + one + `"]`, []string{one}},
		"list of texts":              {`["` + one + `","` + two + `"]`, []string{one, two}},
		"mixed list":                 {`[{"id":"` + one + `"},"` + two + `"]`, []string{one, two}},
		"list with rubbish":          {`[null,1,true,[],{},"","x","acct:a@b","` + two + `"]`, []string{two}},
		"list in a list":             {`[["` + one + `"],"` + two + `"]`, []string{two}},
		"empty list":                 {`[]`, nil},
		"null":                       {`null`, nil},
		"number":                     {`1`, nil},
		"boolean":                    {`true`, nil},
		"empty text":                 {`""`, nil},
		"relative":                   {`"/users/a"`, nil},
		"other scheme":               {`"javascript:alert(1)"`, nil},
		"object without id":          {`{"type":"Person"}`, nil},
		"object whose id is null":    {`{"id":null}`, nil},
		"object whose id is a list":  {`{"id":["` + one + `"]}`, nil},
		"Public":                     {`"` + Public + `"`, []string{Public}},
		"Public with a prefix":       {`"as:Public"`, []string{Public}},
		"Public without a prefix":    {`"Public"`, []string{Public}},
		"Public as an object":        {`{"id":"as:Public"}`, []string{Public}},
		"Public in lower case":       {`"as:public"`, nil},
		"host is made canonical":     {`"HTTPS://A.Example.:443/1"`, []string{one}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := decode(t, `{"to":`+test.value+`}`)
			if diff := cmp.Diff(test.want, o.IRIs("to")); diff != "" {
				t.Errorf("IRIs (-want +got):\n%s", diff)
			}
			first := ""
			if len(test.want) > 0 {
				first = test.want[0]
			}
			if got := o.IRI("to"); got != first {
				t.Errorf("IRI: got %q, want %q", got, first)
			}
		})
	}
}

func TestIDIsAnAddressOrNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"id":"https://a.example/1"}`:                             "https://a.example/1",
		`{"@id":"https://a.example/1"}`:                            "https://a.example/1",
		`{"id":"https://a.example/1","@id":"https://b.example/2"}`: "https://a.example/1",
		`{"id":null}`:                         "",
		`{"id":""}`:                           "",
		`{"id":7}`:                            "",
		`{"id":["https://a.example/1"]}`:      "",
		`{"id":{"id":"https://a.example/1"}}`: "",
		`{"id":"#fragment"}`:                  "",
		`{"ID":"https://a.example/1"}`:        "",
		`{}`:                                  "",
	}
	for document, want := range tests {
		if got := decode(t, document).ID(); got != want {
			t.Errorf("%s: got %q, want %q", document, got, want)
		}
	}
}

func TestTypeOfAListIsTheOneWeKnow(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"type":"Note"}`:                       "Note",
		`{"type":["Note"]}`:                     "Note",
		`{"type":["schema:Person","Person"]}`:   "Person",
		`{"type":["https://x.example/T","U"]}`:  "https://x.example/T",
		`{"type":[null,1,"Note"]}`:              "Note",
		`{"@type":"Note"}`:                      "Note",
		`{"type":"ext:Note","@type":["Note"]}`:  "Note",
		`{"type":null}`:                         "",
		`{"type":{"id":"https://x.example/T"}}`: "",
		`{"type":[]}`:                           "",
		`{}`:                                    "",
	}
	for document, want := range tests {
		if got := decode(t, document).Type(); got != want {
			t.Errorf("%s: got %q, want %q", document, got, want)
		}
	}
}

func TestTextsAndObjectsComeInEveryShape(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		value string
		str   string
		ids   []string
	}{
		"text":         {`"a"`, "a", nil},
		"object":       {`{"id":"https://a.example/1"}`, "", []string{"https://a.example/1"}},
		"list of text": {`["a","b"]`, "a", nil},
		"mixed":        {`[null,{"id":"https://a.example/1"},2,"a",{"id":"https://a.example/2"}]`, "a", []string{"https://a.example/1", "https://a.example/2"}},
		"null":         {`null`, "", nil},
		"number":       {`1`, "", nil},
		"empty list":   {`[]`, "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := decode(t, `{"tag":`+test.value+`}`)
			if got := o.Str("tag"); got != test.str {
				t.Errorf("Str: got %q, want %q", got, test.str)
			}
			var ids []string
			for _, e := range o.Objs("tag") {
				ids = append(ids, e.ID())
			}
			if diff := cmp.Diff(test.ids, ids); diff != "" {
				t.Errorf("Objs (-want +got):\n%s", diff)
			}
			switch first := o.Obj("tag"); {
			case test.ids == nil && first != nil:
				t.Errorf("Obj: got %v, want none", first)
			case test.ids != nil && first.ID() != test.ids[0]:
				t.Errorf("Obj: got %v, want %s", first, test.ids[0])
			}
		})
	}
}

func TestWhatWasBuiltReadsLikeWhatWasDecoded(t *testing.T) {
	t.Parallel()
	o := Object{
		"to":  []string{"https://a.example/1", "as:Public"},
		"tag": []Object{{"type": "Mention"}, {"type": "Hashtag"}},
		"url": map[string]any{"type": "Link", "href": "https://a.example/2"},
	}
	if diff := cmp.Diff([]string{"https://a.example/1", Public}, o.IRIs("to")); diff != "" {
		t.Errorf("to (-want +got):\n%s", diff)
	}
	if tags := o.Objs("tag"); len(tags) != 2 || tags[1].Type() != "Hashtag" {
		t.Errorf("got tags %v, want a Mention and a Hashtag", tags)
	}
	if got := o.IRI("url"); got != "https://a.example/2" {
		t.Errorf("got url %q, want https://a.example/2", got)
	}
}

func TestBooleansAreTrueFalseOrNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ value, ok bool }{
		`true`: {true, true}, `false`: {false, true},
		`"true"`: {}, `1`: {}, `null`: {}, `[true]`: {}, `{}`: {},
	}
	for value, want := range tests {
		got, ok := decode(t, `{"sensitive":`+value+`}`).Bool("sensitive")
		if got != want.value || ok != want.ok {
			t.Errorf("%s: got %t, %t; want %t, %t", value, got, ok, want.value, want.ok)
		}
	}
}

func TestTimesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	second := time.Date(2024, 2, 29, 12, 30, 45, 0, time.UTC)
	tests := map[string]time.Time{
		`"2024-02-29T12:30:45Z"`:          second,
		`"2024-02-29T12:30:45.123Z"`:      second.Add(123 * time.Millisecond),
		`"2024-02-29T12:30:45.123456789"`: second.Add(123456789 * time.Nanosecond),
		`"2024-02-29T14:30:45+02:00"`:     second,
		`"2024-02-29T14:30:45+0200"`:      second,
		`"2024-02-29T12:30:45"`:           second,
		`"2024-02-29"`:                    time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		`["2024-02-29T12:30:45Z"]`:        second,
		`"2023-02-29T12:30:45Z"`:          {},
		`"0001-01-01T00:00:00+14:00"`:     {}, // the year 0 in UTC
		`"9999-12-31T23:59:59-12:00"`:     {}, // the year 10000 in UTC
		`"10000-01-01T00:00:00Z"`:         {},
		`"yesterday"`:                     {},
		`""`:                              {},
		`1709209845`:                      {},
		`null`:                            {},
	}
	for value, want := range tests {
		got := decode(t, `{"published":`+value+`}`).Time("published")
		if !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s: got %v, want %v", value, got, want)
		}
	}
}

func TestNaturalTextAndItsLanguage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ document, text, lang string }{
		"plain text":               {`{"content":"a"}`, "a", ""},
		"the equal entry":          {`{"content":"b","contentMap":{"de":"a","en":"b"}}`, "b", "en"},
		"two equal entries":        {`{"content":"b","contentMap":{"fr":"b","en":"b"}}`, "b", "en"},
		"no equal entry":           {`{"content":"c","contentMap":{"de":"a","en":"b"}}`, "c", ""},
		"only entry":               {`{"content":"c","contentMap":{"de":"a"}}`, "c", "de"},
		"only the map":             {`{"contentMap":{"en":"b","de":"a"}}`, "a", "de"},
		"null and the map":         {`{"content":null,"contentMap":{"en":"b"}}`, "b", "en"},
		"no text but an object":    {`{"content":{"en":"x"},"contentMap":{"en":"b"}}`, "b", "en"},
		"empty text":               {`{"content":"","contentMap":{"en":"b"}}`, "", "en"},
		"list of one":              {`{"content":["a"]}`, "a", ""},
		"list and map":             {`{"content":["a","b"],"contentMap":{"en":"b","de":"a"}}`, "a", "de"},
		"entries that are no text": {`{"content":"a","contentMap":{"en":null,"de":["a"],"fr":1}}`, "a", ""},
		"only entry not a text":    {`{"contentMap":{"en":null}}`, "", ""},
		"map that is none":         {`{"content":"a","contentMap":"en"}`, "a", ""},
		"empty map":                {`{"content":"a","contentMap":{}}`, "a", ""},
		"undetermined":             {`{"content":"a","contentMap":{"und":"a"}}`, "a", ""},
		"no language":              {`{"contentMap":{"<script>":"a"}}`, "a", ""},
		"region":                   {`{"contentMap":{"zh-Hant-TW":"a"}}`, "a", "zh-Hant-TW"},
		"nothing":                  {`{}`, "", ""},
		"number":                   {`{"content":7}`, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, lang := decode(t, test.document).Natural("content")
			if text != test.text || lang != test.lang {
				t.Errorf("got %q in %q, want %q in %q", text, lang, test.text, test.lang)
			}
		})
	}
}

package activitypub

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// decode reads a document that the gate must let through.
func decode(t *testing.T, document string) Object {
	t.Helper()
	o, err := Decode([]byte(document))
	if err != nil {
		t.Fatalf("Decode(%.200s): %v", document, err)
	}
	return o
}

// refused checks that an error is a Fault of the kind and tells the reason.
func refused(t *testing.T, err error, kind social.Kind, reason string) {
	t.Helper()
	if !social.Is(err, kind) || !strings.Contains(err.Error(), reason) {
		t.Errorf("got error %v (kind %d), want kind %d with %q", err, social.KindOf(err), kind, reason)
	}
}

func nested(open, inner, end string, levels int) string {
	return strings.Repeat(open, levels) + inner + strings.Repeat(end, levels)
}

func TestGateRefusesWithAReason(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		document string
		kind     social.Kind
		reason   string
	}{
		"nothing":                     {"", social.Invalid, "not JSON"},
		"only white space":            {" \n\t", social.Invalid, "not JSON"},
		"HTML":                        {"<!DOCTYPE html>", social.Invalid, "not JSON"},
		"byte order mark":             {"\ufeff{}", social.Invalid, "not JSON"},
		"unfinished object":           {`{"a":1`, social.Invalid, "not JSON"},
		"unfinished list":             {`{"a":[1`, social.Invalid, "not JSON"},
		"unfinished text":             {`{"a":"b`, social.Invalid, "not JSON"},
		"comma before the end":        {`{"a":1,}`, social.Invalid, "not JSON"},
		"comma at the end of a list":  {`{"a":[1,]}`, social.Invalid, "not JSON"},
		"no colon":                    {`{"a" 1}`, social.Invalid, "not JSON"},
		"key without quotes":          {`{a:1}`, social.Invalid, "not JSON"},
		"number as key":               {`{1:1}`, social.Invalid, "not JSON"},
		"wrong bracket":               {`{"a":[1}`, social.Invalid, "not JSON"},
		"not a number":                {`{"a":NaN}`, social.Invalid, "not JSON"},
		"number with leading zero":    {`{"a":01}`, social.Invalid, "not JSON"},
		"raw line feed in a text":     {"{\"a\":\"b\nc\"}", social.Invalid, "not JSON"},
		"list":                        {`[{"type":"Note"}]`, social.Invalid, "not a JSON object"},
		"text":                        {`"https://a.example/"`, social.Invalid, "not a JSON object"},
		"number":                      {`1`, social.Invalid, "not a JSON object"},
		"null":                        {`null`, social.Invalid, "not a JSON object"},
		"second document":             {`{"a":1}{"a":2}`, social.Invalid, "something after"},
		"letters after the document":  {`{"a":1}x`, social.Invalid, "something after"},
		"bracket after the document":  {`{"a":1}}`, social.Invalid, "something after"},
		"key twice":                   {`{"actor":"good","actor":"evil"}`, social.Invalid, `"actor" is there twice`},
		"key twice by an escape":      {`{"actor":"good","\u0061ctor":"evil"}`, social.Invalid, `"actor" is there twice`},
		"key twice further in":        {`{"a":[{"b":{"id":1,"id":1}}]}`, social.Invalid, `"id" is there twice`},
		"not UTF-8":                   {"{\"a\":\"\xff\"}", social.Invalid, "not UTF-8"},
		"half a character":            {"{\"a\":\"\xc3\"}", social.Invalid, "not UTF-8"},
		"surrogate as bytes":          {"{\"a\":\"\xed\xa0\x80\"}", social.Invalid, "not UTF-8"},
		"NUL in a text":               {`{"name":"a\u0000b"}`, social.Invalid, "NUL"},
		"NUL in a key":                {`{"na\u0000me":"a"}`, social.Invalid, "NUL"},
		"@graph":                      {`{"@graph":[]}`, social.Invalid, "@graph"},
		"@graph by an escape":         {`{"\u0040graph":[]}`, social.Invalid, "@graph"},
		"@included":                   {`{"a":{"@included":[]}}`, social.Invalid, "@included"},
		"@reverse in the context":     {`{"@context":[{"x":{"@reverse":"as:to"}}]}`, social.Invalid, "@reverse"},
		"objects 33 deep":             {nested(`{"a":`, `1`, `}`, maxDepth+1), social.Invalid, "32 deep"},
		"lists 33 deep":               {`{"a":` + nested(`[`, ``, `]`, maxDepth) + `}`, social.Invalid, "32 deep"},
		"lists that never end":        {`{"a":` + strings.Repeat(`[`, 100000), social.Invalid, "32 deep"},
		"more than 20,000 tokens":     {`{"a":[` + strings.TrimSuffix(strings.Repeat(`1,`, maxTokens-4), ",") + `]}`, social.Invalid, "20000 tokens"},
		"more than a MiB":             {`{"a":"` + strings.Repeat("a", MaxDocument) + `"}`, social.TooLarge, "1048576 bytes"},
		"more than a MiB, not UTF-8":  {strings.Repeat("\xff", MaxDocument+1), social.TooLarge, "1048576 bytes"},
		"a MiB of spaces and nothing": {strings.Repeat(" ", MaxDocument), social.Invalid, "not JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := Decode([]byte(test.document))
			refused(t, err, test.kind, test.reason)
			if o != nil {
				t.Errorf("got %v beside the error, want nothing", o)
			}
		})
	}
}

func TestRefusalQuotesNoMoreThanTheStartOfAKey(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 5000)
	_, err := Decode([]byte(`{"` + key + `":1,"` + key + `":2}`))
	if err == nil || len(err.Error()) > 200 {
		t.Errorf("the refusal is %d bytes long, want a short one", len(err.Error()))
	}
}

func TestGateAcceptsUpToItsLimits(t *testing.T) {
	t.Parallel()
	head, end := `{"a":"`, `"}`
	tests := map[string]string{
		"a MiB":           head + strings.Repeat("a", MaxDocument-len(head)-len(end)) + end,
		"objects 32 deep": nested(`{"a":`, `1`, `}`, maxDepth),
		"lists 32 deep":   `{"a":` + nested(`[`, ``, `]`, maxDepth-1) + `}`,
		// The braces, the brackets and the key are five tokens.
		"20,000 tokens":        `{"a":[` + strings.TrimSuffix(strings.Repeat(`1,`, maxTokens-5), ",") + `]}`,
		"white space around":   " \r\n\t{} \r\n\t",
		"keys that differ":     `{"actor":1,"Actor":2,"actor ":3}`,
		"same key elsewhere":   `{"id":1,"a":{"id":2},"b":[{"id":3},{"id":4}]}`,
		"keyword as a value":   `{"a":"@graph"}`,
		"empty key":            `{"":1}`,
		"unpaired surrogate":   `{"a":"\ud800"}`,
		"a character by pairs": `{"a":"\ud83d\ude00"}`,
	}
	for name, document := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decode(t, document)
		})
	}
}

func TestGateKeepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	got := decode(t, `{"s":"ü😀","t":true,"f":false,"n":null,"i":12345678901234567890,"e":1e400,"l":[],"o":{"a":[1,"b",{}]}}`)
	want := Object{
		"s": "ü😀", "t": true, "f": false, "n": nil, "i": json.Number("12345678901234567890"), "e": json.Number("1e400"),
		"l": []any{}, "o": Object{"a": []any{json.Number("1"), "b", Object{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestKeysAreReadByExactCase(t *testing.T) {
	t.Parallel()
	o := decode(t, `{"type":"Like","Type":"Block","actor":"https://good.example/","Actor":"https://evil.example/","ACTOR":"https://evil.example/"}`)
	a, err := ParseActivity(o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Type != "Like" || a.Actor != "https://good.example/" {
		t.Errorf("got a %s by %s, want a Like by https://good.example/", a.Type, a.Actor)
	}
}

func TestHugeAndBrokenNumbersAreNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		number string
		want   int
		ok     bool
	}{
		"zero":                {"0", 0, true},
		"small":               {"42", 42, true},
		"below zero":          {"-42", -42, true},
		"whole with point":    {"42.0", 42, true},
		"whole by exponent":   {"4.2e1", 42, true},
		"largest":             {"2147483647", 2147483647, true},
		"one too large":       {"2147483648", 0, false},
		"smallest":            {"-2147483647", -2147483647, true},
		"far too small":       {"-99999999999999999999", 0, false},
		"beyond float64":      {"1e400", 0, false},
		"huge exponent":       {"1e99999999999999999999", 0, false},
		"a hundred kilobytes": {strings.Repeat("9", 100<<10), 0, false},
		"fraction":            {"0.5", 0, false},
		"text":                {`"42"`, 0, false},
		"null":                {"null", 0, false},
		"list":                {"[42]", 0, false},
		"object":              {"{}", 0, false},
		"boolean":             {"true", 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := decode(t, `{"n":`+test.number+`}`).Int("n")
			if got != test.want || ok != test.ok {
				t.Errorf("got %d, %t; want %d, %t", got, ok, test.want, test.ok)
			}
		})
	}
	if _, ok := (Object{}).Int("n"); ok {
		t.Error("a number was found where there is none")
	}
}

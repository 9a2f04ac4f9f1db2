package mastodon

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read reads the parameters of a POST.
func read(t *testing.T, query, kind, body string) params {
	t.Helper()
	r := httptest.NewRequest("POST", "/?"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	p, err := readParams(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatalf("read %s: %v", body, err)
	}
	return p
}

func TestJSONIsReadAsAFormWould(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]url.Values{
		`{}`:                                 {},
		` `:                                  {},
		`null`:                               {},
		`{"a":"b"}`:                          {"a": {"b"}},
		`{"a":117659464719073330}`:           {"a": {"117659464719073330"}},
		`{"a":-1.50}`:                        {"a": {"-1.50"}},
		`{"a":true,"b":false}`:               {"a": {"true"}, "b": {"false"}},
		`{"a":null}`:                         {},
		`{"a":["x",1,null,true]}`:            {"a[]": {"x", "1", "true"}},
		`{"a":[]}`:                           {"a[]": nil},
		`{"a":{"b":{"c":"d"}}}`:              {"a[b][c]": {"d"}},
		`{"a":[{"b":"c"},{"b":"d"}]}`:        {"a[0][b]": {"c"}, "a[1][b]": {"d"}},
		`{"a":{"0":{"b":"c"}}}`:              {"a[0][b]": {"c"}},
		`{"a":"first","a":"last"}`:           {"a": {"last"}},
		`{"from the query":"and the body"}`:  {"from the query": {"and the body"}},
		`{"a":"\ud800 alone, \ud83d\ude00"}`: {"a": {"\uFFFD alone, 😀"}},
	} {
		query := ""
		if strings.Contains(body, "query") {
			query = "from+the+query=alone"
		}
		if diff := cmp.Diff(want, read(t, query, "application/json", body).values); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestParametersOfTheBodyWin(t *testing.T) {
	t.Parallel()
	p := read(t, "a=1&b=2&c[]=3", "application/x-www-form-urlencoded", "a=4&a=5&d=")
	for name, want := range map[string]string{"a": "5", "b": "2", "c[]": "3", "d": "", "e": ""} {
		if got := p.text(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if !p.has("d") || p.has("e") || p.sent("d") || !p.sent("c") {
		t.Errorf("d is there %v and sent %v, e is there %v, c is sent %v; want true, false, false, true", p.has("d"), p.sent("d"), p.has("e"), p.sent("c"))
	}
}

// As Rails reads them: everything is yes but a few words.
func TestYesAndNo(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"true": true, "True": true, "1": true, "on": true, "yes": true, "t": true, "nonsense": true, " ": true,
		"false": false, "False": false, "FALSE": false, "f": false, "F": false, "0": false, "off": false, "Off": false, "OFF": false, "": false,
	} {
		p := params{values: url.Values{"a": {value}}}
		if got := p.flag("a", !want); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
	for _, other := range []bool{true, false} {
		if got := (params{}).flag("a", other); got != other {
			t.Errorf("not sent: got %v, want what it was", got)
		}
	}
}

func TestListsComeInThreeShapes(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"a=1":                {"1"},
		"a=1&a=2":            {"1", "2"},
		"a[]=1&a[]=2":        {"1", "2"},
		"a[0]=1&a[1]=2":      {"1", "2"},
		"a[1]=2&a[0]=1":      {"1", "2"},
		"a=0&a[]=1&a[0]=2":   {"0", "1", "2"},
		"b=1":                {},
		"a[0]=1&a[2]=3":      {"1"}, // a gap ends it
		"a[x]=1&ab=2&a[][]=": {},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, append([]string{}, params{values: values}.list("a")...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestRowsAreReadInTheirOrder(t *testing.T) {
	t.Parallel()
	type row = map[string]string
	for query, c := range map[string]struct {
		want []row
		sent bool
	}{
		"":                                   {[]row{}, false},
		"f=":                                 {[]row{}, true},
		"f[]=":                               {[]row{}, true},
		"f[0][name]=a&f[0][value]=b":         {[]row{{"name": "a", "value": "b"}}, true},
		"f[10][name]=last&f[9][name]=first":  {[]row{{"name": "first"}, {"name": "last"}}, true},
		"f[][name]=a&f[][name]=b":            {[]row{{"name": "a"}, {"name": "b"}}, true},
		"f[0][name]=a&f[0][name]=again":      {[]row{{"name": "again"}}, true},
		"f[0][other]=a":                      {[]row{}, false},
		"f[x][name]=a":                       {[]row{}, false},
		"f[0]name=a&f[0][name=b&g[0][name]=": {[]row{}, false},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		rows, sent := params{values: values}.rows("f", "name", "value")
		if diff := cmp.Diff(c.want, rows); diff != "" || sent != c.sent {
			t.Errorf("%s: sent %v, want %v; rows (-want +got):\n%s", query, sent, c.sent, diff)
		}
	}
}

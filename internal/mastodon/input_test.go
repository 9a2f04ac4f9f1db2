package mastodon_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hostile are values that no parameter is meant for.
var hostile = map[string]string{
	"a NUL":               "a\x00b",
	"no UTF-8":            "a\xff\xfeb",
	"long":                strings.Repeat("x", 60_000),
	"a huge number":       "99999999999999999999999999",
	"the smallest number": "-9223372036854775808",
	"zero":                "0",
	"a wildcard":          `%_\`,
	"a control":           "\x1b[31m\x7f",
	"a handle of nobody":  "@@",
	"an odd address":      "http://[::1",
}

// Postgres takes neither a NUL nor broken UTF-8 in a text: both must be refused
// before they get there, in every parameter and in every shape of a request.
func TestNoValueOfAParameterMakesItFail(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		post := text(st.say("hello"), "id")
		for _, e := range endpoints {
			for _, name := range strings.Fields(e.parameters) {
				for what, value := range hostile {
					a := st.ask(e.method, e.of(target(st, e, post)), carrying(e.method, name, value))
					checkInput(t, e.String()+", "+name+" is "+what, a, strings.Contains("a NUL, no UTF-8", what))
				}
			}
		}
	})
}

// target gives the id to ask an endpoint for: one that is there, where that
// does not end the test's own post.
func target(st *stage, e endpoint, post string) string {
	switch {
	case e.method == "DELETE":
		return nobody
	case strings.Contains(e.path, "/accounts/"):
		return st.Owner.ID.String()
	}
	return post
}

// carrying sends a parameter as apps do: a GET in the address, where the server
// reads no more than some kilobytes.
func carrying(method, name, value string) change {
	if method == "GET" && len(value) < 1000 {
		return func(r *http.Request) { r.URL.RawQuery = query(name, value)[1:] }
	}
	return form(name, value)
}

func checkInput(t *testing.T, what string, a answer, unreadable bool) {
	t.Helper()
	if a.status >= 500 || !json.Valid(a.body) {
		t.Errorf("%s: got %d %.200s, want a status below 500 and JSON", what, a.status, a.body)
	}
	if unreadable && a.status != 400 {
		t.Errorf("%s: got %d, want 400", what, a.status)
	}
	if a.status >= 400 && !strings.Contains(string(a.body), `"error"`) {
		t.Errorf("%s: got %.200s, want an error", what, a.body)
	}
}

func TestUnreadableTextIsRefusedInEveryShape(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		const kind, edge = "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\n"
		for name, change := range map[string]change{
			"NUL in JSON":             body("application/json", `{"status":"a\u0000b"}`),
			"NUL in a list of JSON":   body("application/json", `{"status":"a","x":[["\u0000"]]}`),
			"NUL in a key of JSON":    body("application/json", `{"status":"a","\u0000":"b"}`),
			"no UTF-8 in JSON":        body("application/json", "{\"status\":\"a\xff\"}"),
			"NUL in a form":           form("status", "a\x00"),
			"NUL in a key of a form":  form("status", "a", "\x00", "b"),
			"no UTF-8 in a form":      form("status", "\xff"),
			"NUL in multipart":        body(kind, edge+"a\x00\r\n--b--\r\n"),
			"no UTF-8 in multipart":   body(kind, edge+"a\xff\r\n--b--\r\n"),
			"NUL in the query":        func(r *http.Request) { form("status", "a")(r); r.URL.RawQuery = "x=%00" },
			"no UTF-8 in the query":   func(r *http.Request) { form("status", "a")(r); r.URL.RawQuery = "x=%FF" },
			"no UTF-8 in a key there": func(r *http.Request) { form("status", "a")(r); r.URL.RawQuery = "%FF=x" },
		} {
			if said := st.refused(400, "POST", "/v1/statuses", change); !strings.Contains(said, "UTF-8") {
				t.Errorf("%s: told %q, want UTF-8 named", name, said)
			}
		}
		if left := st.list("/v1/timelines/home"); len(left) != 0 {
			t.Errorf("%d statuses were made, want none", len(left))
		}
	})
}

func TestIdsThatNothingHasAreNotFound(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, e := range endpoints {
			if !strings.Contains(e.path, "{id}") {
				continue
			}
			for _, id := range []string{"1", "0", "-1", "x", "1.5", "9223372036854775807", "99999999999999999999", "%00", "%FF", "..%2f1", strings.Repeat("9", 5000)} {
				var changes []change
				if e.method == "PUT" {
					changes = append(changes, form("status", "hello"))
				}
				st.refused(404, e.method, e.of(id), changes...)
			}
		}
	})
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	for name, c := range map[string]struct {
		change change
		status int
	}{
		"half of an object":         {body("application/json", `{"status":"a"`), 400},
		"more than an object":       {body("application/json", `{"status":"a"} {"status":"b"}`), 400},
		"an object and more":        {body("application/json", `{"status":"a"}x`), 400},
		"a list":                    {body("application/json", `["status"]`), 400},
		"a string":                  {body("application/json", `"status"`), 400},
		"no JSON":                   {body("application/json", `status=a`), 400},
		"a form with a broken code": {body("application/x-www-form-urlencoded", "status=%zz"), 400},
		"a form with a semicolon":   {body("application/x-www-form-urlencoded", "status=a;b"), 400},
		"multipart without its end": {body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\na"), 400},
		"multipart without a mark":  {body("multipart/form-data", "--b--"), 400},
		"JSON too large":            {body("application/json", `{"status":"`+strings.Repeat("a", 1<<20)+`"}`), 413},
		"form too large":            {form("status", strings.Repeat("a", 1<<20)), 413},
		"multipart too large": {body("multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\n"+strings.Repeat("a", 1<<20)+"\r\n--b--\r\n"), 413},
		"null":             {body("application/json", `null`), 422},
		"nothing":          {body("application/json", ``), 422},
		"an empty object":  {body("application/json", `{}`), 422},
		"a wrong type":     {body("application/json", `{"status":{"a":1}}`), 422},
		"null as the text": {body("application/json", `{"status":null}`), 422},
		"deep":             {body("application/json", `{"status":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+`}`), 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st.in(t).refused(c.status, "POST", "/v1/statuses", c.change)
		})
	}
}

func TestEveryShapeOfABodyMeansTheSame(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	values := url.Values{"status": {"hello"}, "spoiler_text": {"greeting"}, "sensitive": {"true"}, "visibility": {"unlisted"}, "language": {"en"}}
	multipart := ""
	for name := range values {
		multipart += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + values.Get(name) + "\r\n"
	}
	for name, change := range map[string]change{
		"query":               func(r *http.Request) { r.URL.RawQuery = values.Encode() },
		"form":                body("application/x-www-form-urlencoded", values.Encode()),
		"form without a type": body("", values.Encode()),
		"multipart":           body("multipart/form-data; boundary=b", multipart+"--b--\r\n"),
		"JSON": body("application/json; charset=utf-8", `{"status":"hello","spoiler_text":"greeting","sensitive":true,"visibility":"unlisted","language":"en",
			"media_ids":[],"poll":null,"unknown":{"a":[1,{"b":2}]}}`),
		"JSON and a query": func(r *http.Request) {
			body("application/json", `{"status":"hello","spoiler_text":"greeting","sensitive":1,"language":"en"}`)(r)
			r.URL.RawQuery = "visibility=unlisted&status=other"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := st.in(t)
			got := st.want(200, "POST", "/v1/statuses", change).object(t)
			for field, want := range map[string]any{"content": "<p>hello</p>", "spoiler_text": "greeting", "sensitive": true, "visibility": "unlisted", "language": "en"} {
				if got[field] != want {
					t.Errorf("%s: got %v, want %v", field, got[field], want)
				}
			}
		})
	}
}

// A file where none is taken must not become the text "(file)".
func TestFilesAreRefusedByTheirName(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	file := func(name string) change {
		return body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\""+name+"\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n")
	}
	for name, c := range map[string]struct{ method, path string }{
		"note":   {"PATCH", "/v1/accounts/update_credentials"},
		"banner": {"PATCH", "/v1/accounts/update_credentials"},
		"status": {"POST", "/v1/statuses"},
		"file":   {"POST", "/v1/statuses"},
	} {
		if said := st.refused(422, c.method, c.path, file(name)); !strings.Contains(said, name) {
			t.Errorf("%s: told %q, want it named", name, said)
		}
	}
}

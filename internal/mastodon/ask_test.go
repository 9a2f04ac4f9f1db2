package mastodon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// object is what the API answers with.
type object = map[string]any

// answer is an answer of the API.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// change makes a request another one than a GET of the owner's without a body.
type change func(*http.Request)

// form sends a form of name and value pairs.
func form(pairs ...string) change {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return body("application/x-www-form-urlencoded", values.Encode())
}

// body sends these bytes as of that type; "" leaves the type out.
func body(kind, text string) change {
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
	}
}

// upload sends a form with a file beside name and value pairs.
func upload(t *testing.T, name string, file []byte, pairs ...string) change {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(name, "file.bin")
	if err == nil {
		_, err = part.Write(file)
	}
	for i := 0; i+1 < len(pairs) && err == nil; i += 2 {
		err = m.WriteField(pairs[i], pairs[i+1])
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return body(m.FormDataContentType(), b.String())
}

func header(name, value string) change {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// within ends a request with ctx.
func within(ctx context.Context) change {
	return func(r *http.Request) { *r = *r.WithContext(ctx) }
}

// token asks with another token; "" with none.
func token(secret string) change {
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		if secret != "" {
			r.Header.Set("Authorization", "Bearer "+secret)
		}
	}
}

// query is the query string of name and value pairs.
func query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return "?" + values.Encode()
}

// ask sends a request with the owner's token, path being below /api.
func (st *stage) ask(method, path string, changes ...change) answer {
	st.t.Helper()
	r, err := http.NewRequestWithContext(st.t.Context(), method, st.Origin+"/api"+path, nil)
	st.must(err)
	token(st.Token)(r)
	for _, c := range changes {
		c(r)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	st.must(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	st.must(err)
	return answer{res.StatusCode, res.Header, text}
}

// want sends a request whose answer must be JSON with this status.
func (st *stage) want(status int, method, path string, changes ...change) answer {
	st.t.Helper()
	a := st.ask(method, path, changes...)
	if kind := a.header.Get("Content-Type"); a.status != status || !strings.HasPrefix(kind, "application/json") {
		st.t.Fatalf("%s %s: got %d %s %s, want JSON with %d", method, path, a.status, kind, a.body, status)
	}
	return a
}

// refused sends a request that must be answered by {"error": …} with this
// status, and gives what was said.
func (st *stage) refused(status int, method, path string, changes ...change) string {
	st.t.Helper()
	said := st.want(status, method, path, changes...).object(st.t)
	text, ok := said["error"].(string)
	if !ok || text == "" || len(said) != 1 {
		st.t.Fatalf("%s %s: got %v, want an error and a sentence", method, path, said)
	}
	return text
}

// get gives the object that a GET answers with.
func (st *stage) get(path string) object {
	st.t.Helper()
	return st.want(200, "GET", path).object(st.t)
}

// list gives the objects that a GET answers with.
func (st *stage) list(path string) []object {
	st.t.Helper()
	return st.want(200, "GET", path).list(st.t)
}

// post gives the object that a POST of a form answers with.
func (st *stage) post(path string, pairs ...string) object {
	st.t.Helper()
	return st.want(200, "POST", path, form(pairs...)).object(st.t)
}

func (a answer) object(t *testing.T) (o object) { t.Helper(); a.decode(t, &o); return o }

func (a answer) list(t *testing.T) (l []object) {
	t.Helper()
	a.decode(t, &l)
	if l == nil {
		t.Fatalf("got %s, want a list", a.body)
	}
	return l
}

func (a answer) decode(t *testing.T, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.UseNumber() // an id that is a number must not look like another one
	if err := d.Decode(into); err != nil {
		t.Fatalf("got %s, want JSON: %v", a.body, err)
	}
}

// at follows names into an object.
func at(o object, names ...string) any {
	var v any = o
	for _, name := range names {
		o, _ := v.(object)
		v = o[name]
	}
	return v
}

// text is at for strings.
func text(o object, names ...string) string { s, _ := at(o, names...).(string); return s }

// ids gives the ids of objects, in their order.
func ids(all []object) []string {
	out := []string{}
	for _, o := range all {
		out = append(out, text(o, "id"))
	}
	return out
}

// pick gives some fields of an object, for a comparison.
func pick(o object, names ...string) object {
	out := object{}
	for _, name := range names {
		out[name] = o[name]
	}
	return out
}

// mustJSON gives a value as JSON, keys in order.
func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

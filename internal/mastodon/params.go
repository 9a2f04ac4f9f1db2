package mastodon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"skerry/internal/media/prepare"
	"skerry/internal/social"
)

// How many bytes of a request are read, and beside them of its files.
const (
	maxBody  = 1 << 20
	maxFiles = prepare.MaxVideo + prepare.MaxImage // and a thumbnail
)

// params are the parameters of a request, whichever of four shapes they came in:
// query, form, multipart or JSON. Keys are as forms write them: "a", "a[]",
// "a[0][name]". Values of the body win over the query's.
type params struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
}

// readParams reads the parameters. All of them are text that every database takes.
// files are the names under which a file may be sent with them.
func readParams(w http.ResponseWriter, r *http.Request, files ...string) (params, error) {
	p, err := readShapes(w, r, files)
	if err != nil {
		return p, err
	}
	for key, values := range p.values {
		if !social.Storable(key) || slices.ContainsFunc(values, func(v string) bool { return !social.Storable(v) }) {
			return p, social.Faultf(social.Invalid, "a parameter has a NUL or is not UTF-8")
		}
	}
	return p, nil
}

func readShapes(w http.ResponseWriter, r *http.Request, files []string) (params, error) {
	p := params{values: r.URL.Query()}
	if r.Body == nil || r.Body == http.NoBody {
		return p, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return p, p.readMultipart(w, r, files)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if kind == "application/json" {
		return p, p.readJSON(r.Body)
	}
	// A form; also what comes without a type.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return p, badBody("body", err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return p, badBody("form", err)
	}
	p.take(form)
	return p, nil
}

// readMultipart reads a form that may carry files. What is large of them lies in
// files until the request is answered.
func (p *params) readMultipart(w http.ResponseWriter, r *http.Request, files []string) error {
	most := int64(maxBody)
	if len(files) > 0 {
		most += maxFiles
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	err := r.ParseMultipartForm(maxBody)
	var large *http.MaxBytesError
	if errors.As(err, &large) && len(files) > 0 {
		return social.Faultf(social.TooLarge, "the files have more than %d MiB together", maxFiles>>20).Because(err)
	}
	if err != nil {
		return badBody("multipart form", err)
	}
	for name := range r.MultipartForm.File {
		if !slices.Contains(files, name) {
			return refuseUnbuilt("the upload " + name)
		}
	}
	p.take(r.MultipartForm.Value)
	p.files = r.MultipartForm.File
	return nil
}

// file opens a file that was sent; nil when none was. It must be closed.
func (p params) file(name string) (multipart.File, error) {
	all := p.files[name]
	if len(all) == 0 {
		return nil, nil
	}
	f, err := all[len(all)-1].Open()
	if err != nil {
		return nil, fmt.Errorf("open the upload: %w", err)
	}
	return f, nil
}

// badBody keeps the error of a body that is too large, which has its own status.
func badBody(what string, err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return social.Faultf(social.Invalid, "the %s cannot be read", what).Because(err)
}

func (p params) take(values url.Values) {
	for key, v := range values {
		p.values[key] = v
	}
}

func (p params) readJSON(body io.Reader) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return badBody("JSON", err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if !utf8.Valid(text) { // the decoder would make something else of it
		return social.Faultf(social.Invalid, "the JSON is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // ids are longer than a float keeps
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return badBody("JSON", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return social.Faultf(social.Invalid, "after the JSON comes something more")
	}
	for key, v := range object {
		p.values.Del(key)
		p.flatten(key, v)
	}
	return nil
}

// flatten writes a JSON value as a form would. null is as if not sent.
func (p params) flatten(key string, value any) {
	switch v := value.(type) {
	case string:
		p.values.Add(key, v)
	case json.Number:
		p.values.Add(key, v.String())
	case bool:
		p.values.Add(key, strconv.FormatBool(v))
	case []any:
		if len(v) == 0 {
			p.values[key+"[]"] = nil // sent, and empty
		}
		for i, each := range v {
			if _, nested := each.(map[string]any); nested {
				p.flatten(key+"["+strconv.Itoa(i)+"]", each)
			} else {
				p.flatten(key+"[]", each)
			}
		}
	case map[string]any:
		for name, each := range v {
			p.flatten(key+"["+name+"]", each)
		}
	}
}

// text gives a parameter's last value, "" when it is not there.
func (p params) text(name string) string {
	all := p.values[name]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// get gives a parameter's last value and whether it was sent.
func (p params) get(name string) (string, bool) { return p.text(name), p.has(name) }

// has reports whether a parameter was sent.
func (p params) has(name string) bool { return len(p.values[name]) > 0 }

// sent reports whether a parameter, or a part of it, was sent with a value.
func (p params) sent(name string) bool {
	for key, values := range p.values {
		if (key == name || strings.HasPrefix(key, name+"[")) && slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
			return true
		}
	}
	return false
}

// flag gives a yes or no; other is what it is when not sent.
func (p params) flag(name string, other bool) bool {
	if !p.has(name) {
		return other
	}
	// As Rails reads them: everything is yes but these.
	return !slices.Contains([]string{"", "0", "f", "F", "false", "False", "FALSE", "off", "OFF", "Off"}, p.text(name))
}

// list gives all values of a parameter: a=1, a[]=1 or a[0]=1.
func (p params) list(name string) []string {
	out := slices.Concat(p.values[name], p.values[name+"[]"])
	for i := 0; ; i++ {
		values, ok := p.values[name+"["+strconv.Itoa(i)+"]"]
		if !ok {
			return out
		}
		out = append(out, values...)
	}
}

// rows gives the named parts of a list of records, in order: a[0][x]=1, or
// a[][x]=1 with as many values as there are records. The second result says
// whether the list was sent at all.
func (p params) rows(name string, parts ...string) ([]map[string]string, bool) {
	type numbered struct {
		n   int
		row map[string]string
	}
	var all []numbered
	at := func(n int) map[string]string {
		for _, each := range all {
			if each.n == n {
				return each.row
			}
		}
		all = append(all, numbered{n, map[string]string{}})
		return all[len(all)-1].row
	}
	for key, values := range p.values {
		index, part, ok := cutRow(key, name)
		if !ok || !slices.Contains(parts, part) {
			continue
		}
		if index == "" {
			for i, v := range values {
				at(i)[part] = v
			}
			continue
		}
		if n, err := strconv.Atoi(index); err == nil {
			at(n)[part] = values[len(values)-1]
		}
	}
	slices.SortFunc(all, func(a, b numbered) int { return a.n - b.n })
	rows := make([]map[string]string, len(all))
	for i, each := range all {
		rows[i] = each.row
	}
	_, empty := p.values[name+"[]"]
	return rows, len(all) > 0 || empty || p.has(name)
}

// cutRow takes "name[3][part]" apart.
func cutRow(key, name string) (index, part string, ok bool) {
	rest, ok := strings.CutPrefix(key, name+"[")
	if !ok {
		return "", "", false
	}
	index, rest, ok = strings.Cut(rest, "][")
	return index, strings.TrimSuffix(rest, "]"), ok && strings.HasSuffix(rest, "]")
}

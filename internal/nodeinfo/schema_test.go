package nodeinfo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shared gives a file of the shared folder, or nothing when there is none here.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("SKERRY_SHARED")
	if root == "" {
		t.Log("SKERRY_SHARED is not set: the published schemas are not tried")
		return nil
	}
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDocumentsKeepToTheSchemas(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2.0", "2.1"} {
		raw := shared(t, "vectors/nodeinfo/"+version+"/schema.json")
		if raw == nil {
			return
		}
		schema := parse(t, raw)
		for name, u := range map[string]Usage{"used": used, "new": {}} {
			doc := parse(t, answer(t, house(u, nil), "GET", "/nodeinfo/"+version).Body.Bytes())
			for _, problem := range violations("", schema, doc) {
				t.Errorf("%s, %s: %s", version, name, problem)
			}
		}
		// The check can fail: the published example is right, and wrong once changed.
		example := parse(t, shared(t, "vectors/nodeinfo/"+version+"/example.json"))
		if got := violations("", schema, example); len(got) > 0 {
			t.Errorf("%s: the example breaks the schema: %v", version, got)
		}
		example.(map[string]any)["software"].(map[string]any)["name"] = "No Name"
		example.(map[string]any)["extra"] = 1.0
		delete(example.(map[string]any), "usage")
		if got := violations("", schema, example); len(got) != 3 {
			t.Errorf("%s: a document with three faults has %v", version, got)
		}
	}
}

// The documents of other software are read, each by its own name.
func TestDocumentsOfOtherSoftware(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, line := range strings.Split(string(shared(t, "corpus/index.tsv")), "\n") {
		column := strings.Split(line, "\t")
		if len(column) < 3 || column[2] != "nodeinfo" {
			continue
		}
		tried++
		body := shared(t, "corpus/"+column[0])
		told := parse(t, body).(map[string]any)["software"].(map[string]any)
		want := Software{Name: strings.ToLower(told["name"].(string)), Version: told["version"].(string)}
		got, err := Read(t.Context(), serving(linkTo("2.0", "/doc"), string(body)).get, "https://a.example")
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", column[0], got, err, want)
		}
	}
	if os.Getenv("SKERRY_SHARED") != "" && tried < 5 {
		t.Errorf("tried %d documents, want 5 or more", tried)
	}
}

// violations checks a value against the keywords that these schemas use. A
// keyword it does not know is a violation too, so that none is passed over.
func violations(at string, schema, value any) []string {
	var out []string
	bad := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
	rules := schema.(map[string]any)
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	for keyword, rule := range rules {
		switch keyword {
		case "$schema", "id", "description":
		case "type":
			if !hasType(rule.(string), value) {
				bad("%v is not of type %v", value, rule)
			}
		case "enum":
			if !slices.ContainsFunc(rule.([]any), func(v any) bool { return reflect.DeepEqual(v, value) }) {
				bad("%v is not in %v", value, rule)
			}
		case "pattern":
			if s, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(s) {
				bad("%q does not match %v", s, rule)
			}
		case "minimum":
			if n, ok := value.(float64); ok && n < rule.(float64) {
				bad("%v is less than %v", n, rule)
			}
		case "minItems":
			if isList && float64(len(list)) < rule.(float64) {
				bad("%d items, %v are needed", len(list), rule)
			}
		case "minProperties":
			if isObject && float64(len(object)) < rule.(float64) {
				bad("%d members, %v are needed", len(object), rule)
			}
		case "items":
			for i, item := range list {
				out = append(out, violations(fmt.Sprintf("%s/%d", at, i), rule, item)...)
			}
		case "required":
			for _, name := range rule.([]any) {
				if _, ok := object[name.(string)]; isObject && !ok {
					bad("%v is missing", name)
				}
			}
		case "properties":
			for name, sub := range rule.(map[string]any) {
				if member, ok := object[name]; ok {
					out = append(out, violations(at+"/"+name, sub, member)...)
				}
			}
		case "additionalProperties":
			known, _ := rules["properties"].(map[string]any)
			for name := range object {
				if _, ok := known[name]; !ok && rule == false {
					bad("%s is not allowed", name)
				}
			}
		default:
			bad("the keyword %s is not known", keyword)
		}
	}
	return out
}

func hasType(name string, value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return name == "object"
	case []any:
		return name == "array"
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	}
	return name == "null"
}

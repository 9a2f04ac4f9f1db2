package markup

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPortIsPartOfAHandle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"@a@b.example:8080 hello":    {"a@b.example:8080"},
		"@a@127.0.0.1:8080":          {"a@127.0.0.1:8080"},
		"@a@b.example: 80 questions": {"a@b.example"},
		"@a@b.example:800000":        {"a@b.example"},
		"@a@b.example:80th":          {"a@b.example"},
		"@a:80":                      {"a"},
	} {
		if diff := cmp.Diff(want, Handles(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

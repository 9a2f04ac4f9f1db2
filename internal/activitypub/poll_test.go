package activitypub

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestQuestionIsReadInEveryShape(t *testing.T) {
	t.Parallel()
	choice := func(name, votes string) string {
		return fmt.Sprintf(`{"type":"Note","name":%q,"replies":{"type":"Collection","totalItems":%s}}`, name, votes)
	}
	tests := map[string]struct {
		changes map[string]string
		want    *social.Poll
	}{
		"one of": {
			map[string]string{"oneOf": `[` + choice("yes", "3") + `,` + choice("no", "1") + `]`, "endTime": `"2024-05-02T10:00:00Z"`, "votersCount": "4"},
			&social.Poll{Options: []social.PollOption{{Name: "yes", Votes: 3}, {Name: "no", Votes: 1}}, EndsAt: time.Date(2024, 5, 2, 10, 0, 0, 0, time.UTC), Voters: 4},
		},
		"any of": {
			map[string]string{"anyOf": `[` + choice("a", "0") + `]`, "closed": `"2024-05-02T10:00:00Z"`},
			&social.Poll{Multiple: true, Options: []social.PollOption{{Name: "a"}}, ClosedAt: time.Date(2024, 5, 2, 10, 0, 0, 0, time.UTC)},
		},
		"both":           {map[string]string{"oneOf": `[` + choice("a", "1") + `]`, "anyOf": `[` + choice("b", "1") + `]`}, &social.Poll{Options: []social.PollOption{{Name: "a", Votes: 1}}}},
		"empty one of":   {map[string]string{"oneOf": `[]`, "anyOf": `[` + choice("b", "1") + `]`}, &social.Poll{Multiple: true, Options: []social.PollOption{{Name: "b", Votes: 1}}}},
		"one object":     {map[string]string{"oneOf": choice("a", "1")}, &social.Poll{Options: []social.PollOption{{Name: "a", Votes: 1}}}},
		"negative":       {map[string]string{"oneOf": choice("a", "-5"), "votersCount": "-1"}, &social.Poll{Options: []social.PollOption{{Name: "a"}}}},
		"huge":           {map[string]string{"oneOf": choice("a", "1e99"), "votersCount": "99999999999"}, &social.Poll{Options: []social.PollOption{{Name: "a"}}}},
		"no tally":       {map[string]string{"oneOf": `[{"name":"a"},{"name":"b","replies":"https://a.example/r"}]`}, &social.Poll{Options: []social.PollOption{{Name: "a"}, {Name: "b"}}}},
		"closed is true": {map[string]string{"oneOf": choice("a", "1"), "closed": "true"}, &social.Poll{Options: []social.PollOption{{Name: "a", Votes: 1}}}},
		"nothing to ask": {map[string]string{"oneOf": `[]`, "anyOf": `null`}, nil},
		"only texts":     {map[string]string{"oneOf": `["a","b"]`}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.changes["type"] = `"Question"`
			if diff := cmp.Diff(test.want, parsePost(t, test.changes).Poll); diff != "" {
				t.Errorf("poll (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyAQuestionAsks(t *testing.T) {
	t.Parallel()
	if p := parsePost(t, map[string]string{"oneOf": `[{"name":"a"},{"name":"b"}]`}); p.Poll != nil {
		t.Errorf("a Note asks %+v", p.Poll)
	}
}

func TestEndlessPollIsCut(t *testing.T) {
	t.Parallel()
	option := `{"name":"` + strings.Repeat("a", 501) + `"}`
	p := parsePost(t, map[string]string{"type": `"Question"`, "anyOf": `[` + strings.Repeat(option+",", maxOptions) + option + `]`})
	if len(p.Poll.Options) != maxOptions || len(p.Poll.Options[0].Name) != 500 {
		t.Errorf("got %d options of %d bytes, want %d of 500", len(p.Poll.Options), len(p.Poll.Options[0].Name), maxOptions)
	}
}

package mastodon_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// documented is a field as Mastodon's documentation describes it.
type documented struct {
	Name    string
	Flags   []string
	Type    string
	History [][]string
}

// absent are documented fields that our entities do not have.
var absent = map[string]string{
	"Account.mute_expires_at":           "only where muted accounts are listed",
	"Account.source":                    "only of the owner: CredentialAccount",
	"Account.role":                      "only of the owner: CredentialAccount",
	"CredentialAccount.mute_expires_at": "nobody mutes themself",
	"Status.text":                       "only of a deleted status",
	"Instance.source_url":               "null: there is no address of the source to give",
	"MediaAttachment.text_url":          "removed in 3.5",
	"CustomEmoji.category":              "only of an emoji that is in one",
	"Poll.title":                        "of an option",
	"Tag.id":                            "for administrators until 4.3",
	"Tag.trendable":                     "for administrators",
	"Tag.usable":                        "for administrators",
	"Tag.requires_review":               "for administrators",
}

// claimed is the version of Mastodon that we say to be a part of.
const claimed = "4.2.0"

// own gives the fields of an entity that must be there in the version we claim.
// Those of the entities within it are listed behind them: the first name that
// comes a second time is one of theirs.
func own(all []documented) (fields []documented) {
	seen := map[string]bool{}
	for _, f := range all {
		if seen[f.Name] {
			break
		}
		seen[f.Name] = true
		since := "0"
		if len(f.History) > 0 {
			since = f.History[0][0]
		}
		if !slices.Contains(f.Flags, "optional") && since <= claimed && !strings.Contains(f.Name, "[") {
			fields = append(fields, f)
		}
	}
	return fields
}

// typeRules are by the first word of a documented type.
var typeRules = map[string]rule{
	"String": str, "Boolean": flag, "Integer": that("a number", func(v any) bool { _, ok := v.(json.Number); return ok }),
	"Array": that("a list", func(v any) bool { _, ok := v.([]any); return ok }), "Hash": hash,
}

// documentedRule makes a rule of a documented type; null passes where the type says so.
func documentedRule(kind string) rule {
	rest, nullable := strings.CutPrefix(kind, "{{<nullable>}} ")
	first, _, _ := strings.Cut(rest, " ")
	r, ok := typeRules[strings.TrimSuffix(first, ",")]
	if !ok {
		r = hash // a link to another entity
	}
	if nullable {
		return orNull(r)
	}
	return r
}

func TestEntitiesHaveWhatTheDocumentationPromises(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		root := os.Getenv("SKERRY_SHARED")
		if root == "" {
			t.Log("SKERRY_SHARED is not set: the documented fields are not looked at")
			return
		}
		text, err := os.ReadFile(filepath.Join(root, "vectors", "mastodon-api", "entity-fields.json"))
		st.must(err)
		var vectors struct{ Entities map[string][]documented }
		st.must(json.Unmarshal(text, &vectors))
		for name, all := range answers(st) {
			fields := vectors.Entities[strings.TrimPrefix(name, "Credential")] // documented together
			if len(fields) == 0 {
				t.Errorf("no documented field of %s was found", name)
			}
			for _, o := range all {
				promised(t, name, fields, o)
			}
		}
	})
}

// answers gives what we answer with, by the name of the entity.
func answers(st *stage) map[string][]object {
	st.t.Helper()
	post, _, bert := lively(st)
	out := map[string][]object{
		"Account":           {st.get("/v1/accounts/" + bert), st.get("/v1/accounts/" + st.Owner.ID.String())},
		"CredentialAccount": {st.get("/v1/accounts/verify_credentials")},
		"Status":            st.list("/v1/timelines/home"),
		"Notification":      st.list("/v1/notifications"),
		"Relationship":      st.list("/v1/accounts/relationships?id=" + bert),
		"Instance":          {st.get("/v2/instance")},
		"V1::Instance":      {st.get("/v1/instance")},
		"Search":            {st.get("/v2/search?q=a")},
		"Context":           {st.get("/v1/statuses/" + text(post, "id") + "/context")},
		"StatusSource":      {st.get("/v1/statuses/" + text(post, "id") + "/source")},
		"Role":              {at(st.get("/v1/accounts/verify_credentials"), "role").(object)},
		"ShallowTag":        {},
		"Poll":              {},
		"CustomEmoji":       {},
	}
	for _, o := range out["Status"] {
		for entity, field := range map[string]string{"ShallowTag": "tags", "CustomEmoji": "emojis", "MediaAttachment": "media_attachments"} {
			for _, part := range o[field].([]any) {
				out[entity] = append(out[entity], part.(object))
			}
		}
		if poll, ok := o["poll"].(object); ok {
			out["Poll"] = append(out["Poll"], poll)
		}
	}
	for _, found := range at(st.get("/v2/search?q=%23tides"), "hashtags").([]any) {
		out["Tag"] = append(out["Tag"], found.(object))
	}
	for entity, all := range out {
		if len(all) == 0 {
			st.t.Errorf("there is no %s to look at", entity)
		}
	}
	return out
}

func promised(t *testing.T, entity string, fields []documented, o object) {
	t.Helper()
	for _, f := range own(fields) {
		if absent[entity+"."+f.Name] != "" {
			continue
		}
		v, there := o[f.Name]
		if !there {
			t.Errorf("%s.%s is missing", entity, f.Name)
		} else if say := documentedRule(f.Type)(v); say != "" {
			t.Errorf("%s.%s %s (documented: %s)", entity, f.Name, say, f.Type)
		}
	}
}

package activitypub

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

const (
	alice    = "https://a.example/users/alice"
	aliceKey = alice + "#main-key"
)

// with gives a document as JSON makes it: base with some keys set to JSON texts;
// "" takes a key away.
func with(t *testing.T, base string, changes map[string]string) Object {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(base), &fields); err != nil {
		t.Fatal(err)
	}
	for key, value := range changes {
		if fields[key] = json.RawMessage(value); value == "" {
			delete(fields, key)
		}
	}
	document, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(document))
}

const plainActor = `{"id":"` + alice + `","type":"Person","preferredUsername":"alice","inbox":"` + alice + `/inbox"}`

func parseActor(t *testing.T, changes map[string]string) (social.Actor, []social.Key) {
	t.Helper()
	a, keys, err := ParseActor(with(t, plainActor, changes))
	if err != nil {
		t.Fatalf("ParseActor with %v: %v", changes, err)
	}
	return a, keys
}

func TestActorWithLittleIsEnough(t *testing.T) {
	t.Parallel()
	got, keys := parseActor(t, nil)
	want := social.Actor{IRI: alice, Kind: social.Person, Username: "alice", Inbox: alice + "/inbox"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actor (-want +got):\n%s", diff)
	}
	if keys != nil {
		t.Errorf("got keys %v, want none", keys)
	}
}

func TestActorIsReadWhole(t *testing.T) {
	t.Parallel()
	got, keys := parseActor(t, map[string]string{
		"@context": `["https://www.w3.org/ns/activitystreams",{"toot":"http://joinmastodon.org/ns#"}]`, "type": `"Service"`,
		"name": `"Alice :cat:"`, "summary": `"<p>Hi</p>"`, "url": `"https://a.example/@alice"`,
		"outbox": `"` + alice + `/outbox"`, "followers": `"` + alice + `/followers"`, "following": `"` + alice + `/following"`,
		"featured": `{"id":"` + alice + `/featured","type":"OrderedCollection"}`, "featuredTags": `"` + alice + `/tags"`,
		"endpoints":                 `{"sharedInbox":"https://a.example/inbox"}`,
		"manuallyApprovesFollowers": `true`, "discoverable": `true`, "indexable": `true`,
		"icon":        `{"type":"Image","mediaType":"image/png","url":"https://cdn.example/i.png","summary":"a cat"}`,
		"image":       `{"type":"Image","url":"https://cdn.example/h.png","name":"a sea"}`,
		"attachment":  `[{"type":"PropertyValue","name":"Home","value":"<a>x</a>"},{"type":"Note","name":"Pronouns","content":"she"},{"type":"Image","url":"https://a.example/"}]`,
		"tag":         `{"type":"Emoji","id":"https://a.example/e/1","name":":cat:","icon":{"type":"Image","url":"https://cdn.example/cat.png"}}`,
		"alsoKnownAs": `"https://old.example/users/alice"`, "movedTo": `"https://new.example/users/alice"`,
		"published": `"2020-01-02T00:00:00Z"`, "updated": `"2024-01-02T03:04:05Z"`,
		"publicKey":       `{"id":"` + aliceKey + `","owner":"` + alice + `","publicKeyPem":"PEM"}`,
		"assertionMethod": `[{"id":"` + alice + `#ed","type":"Multikey","controller":"` + alice + `","publicKeyMultibase":"z6Mk"}]`,
	})
	want := social.Actor{
		IRI: alice, Kind: social.Service, Username: "alice", Name: "Alice :cat:", Summary: "<p>Hi</p>", URL: "https://a.example/@alice",
		Inbox: alice + "/inbox", SharedInbox: "https://a.example/inbox", Outbox: alice + "/outbox",
		Followers: alice + "/followers", Following: alice + "/following", Featured: alice + "/featured", FeaturedTags: alice + "/tags",
		Icon:        social.Image{URL: "https://cdn.example/i.png", MediaType: "image/png", Alt: "a cat"},
		Header:      social.Image{URL: "https://cdn.example/h.png", Alt: "a sea"},
		Fields:      []social.Field{{Name: "Home", Value: "<a>x</a>"}, {Name: "Pronouns", Value: "she"}},
		Emojis:      []social.Emoji{{Shortcode: "cat", URL: "https://cdn.example/cat.png", IRI: "https://a.example/e/1"}},
		AlsoKnownAs: []string{"https://old.example/users/alice"}, MovedTo: "https://new.example/users/alice",
		Locked: true, Discoverable: true, Indexable: true,
		Published: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), Updated: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actor (-want +got):\n%s", diff)
	}
	wantKeys := []social.Key{{IRI: aliceKey, ActorIRI: alice, PEM: "PEM"}, {IRI: alice + "#ed", ActorIRI: alice, Multikey: "z6Mk"}}
	if diff := cmp.Diff(wantKeys, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestWhatIsNoActorIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		changes map[string]string
		reason  string
	}{
		"a post":                  {map[string]string{"type": `"Note"`}, `no actor: its type is "Note"`},
		"no type":                 {map[string]string{"type": ""}, `no actor: its type is ""`},
		"a Tombstone":             {map[string]string{"type": `"Tombstone"`}, "no actor"},
		"no id":                   {map[string]string{"id": ""}, "has no id"},
		"id is null":              {map[string]string{"id": "null"}, "has no id"},
		"id is no address":        {map[string]string{"id": `"acct:a@a.example"`}, "has no id"},
		"no inbox":                {map[string]string{"inbox": ""}, "has no inbox"},
		"inbox is null":           {map[string]string{"inbox": "null"}, "has no inbox"},
		"inbox is no address":     {map[string]string{"inbox": `"mailto:a@a.example"`}, "has no inbox"},
		"no name":                 {map[string]string{"preferredUsername": ""}, "no preferredUsername"},
		"name is empty":           {map[string]string{"preferredUsername": `""`}, "no preferredUsername"},
		"name is a number":        {map[string]string{"preferredUsername": `1`}, "no preferredUsername"},
		"name with a host":        {map[string]string{"preferredUsername": `"alice@evil.example"`}, "cannot be called"},
		"name with a path":        {map[string]string{"preferredUsername": `"../alice"`}, "cannot be called"},
		"name with a space":       {map[string]string{"preferredUsername": `"alice smith"`}, "cannot be called"},
		"name with a tag":         {map[string]string{"preferredUsername": `"<b>alice"`}, "cannot be called"},
		"name with a line feed":   {map[string]string{"preferredUsername": `"al\nice"`}, "cannot be called"},
		"name that runs backward": {map[string]string{"preferredUsername": `"\u202eecila"`}, "cannot be called"},
		"endless name":            {map[string]string{"preferredUsername": `"` + strings.Repeat("a", maxUsername+1) + `"`}, "cannot be called"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, keys, err := ParseActor(with(t, plainActor, test.changes))
			refused(t, err, social.Invalid, test.reason)
			if keys != nil {
				t.Errorf("got keys %v of an actor that was refused", keys)
			}
		})
	}
}

func TestUsernamesOfOtherSoftwareAreTaken(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alice", "Alice_1", "a.b-c", "b.example", "b.example:8080", "алиса", "愛麗絲", "a~b", strings.Repeat("a", 128)} {
		if a, _ := parseActor(t, map[string]string{"preferredUsername": `"` + name + `"`}); a.Username != name {
			t.Errorf("got %q, want %q", a.Username, name)
		}
	}
	for _, handle := range []string{"alice@a.example", "@alice@a.example", "acct:alice@a.example"} { // [FEP-2c59]
		a, _ := parseActor(t, map[string]string{"preferredUsername": "", "webfinger": `"` + handle + `"`})
		if a.Username != "alice" {
			t.Errorf("webfinger %s: got %q, want alice", handle, a.Username)
		}
	}
}

func TestOnlyKeysOfTheActorItselfCount(t *testing.T) {
	t.Parallel()
	key := func(id, owner, pem string) string {
		return fmt.Sprintf(`{"id":%q,"owner":%q,"publicKeyPem":%q}`, id, owner, pem)
	}
	tests := map[string]struct {
		key  string
		want []string
	}{
		"object":                {key(aliceKey, alice, "P"), []string{aliceKey}},
		"list":                  {`[` + key(aliceKey, alice, "P") + `,` + key(alice+"/k2", alice, "Q") + `]`, []string{aliceKey, alice + "/k2"}},
		"owner is an object":    {`{"id":"` + aliceKey + `","owner":{"id":"` + alice + `"},"publicKeyPem":"P"}`, []string{aliceKey}},
		"other owner":           {key(aliceKey, "https://a.example/users/bob", "P"), nil},
		"no owner":              {`{"id":"` + aliceKey + `","publicKeyPem":"P"}`, nil},
		"key lives elsewhere":   {key("https://evil.example/key", alice, "P"), nil},
		"key on another port":   {key("https://a.example:8443/key", alice, "P"), nil},
		"key over http":         {key("http://a.example/users/alice#main-key", alice, "P"), nil},
		"no id":                 {key("", alice, "P"), nil},
		"empty PEM":             {key(aliceKey, alice, ""), nil},
		"only an address":       {`"` + aliceKey + `"`, nil},
		"null":                  {`null`, nil},
		"rubbish among keys":    {`[null,1,{},` + key(aliceKey, alice, "P") + `]`, []string{aliceKey}},
		"more than are counted": {`[` + strings.TrimSuffix(strings.Repeat(key(aliceKey, alice, "P")+",", maxKeys+5), ",") + `]`, strings.Split(strings.TrimSuffix(strings.Repeat(aliceKey+" ", maxKeys), " "), " ")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for field, document := range map[string]string{
				"publicKey":       test.key,
				"assertionMethod": strings.NewReplacer("owner", "controller", "publicKeyPem", "publicKeyMultibase").Replace(test.key),
			} {
				_, keys := parseActor(t, map[string]string{field: document})
				var got []string
				for _, k := range keys {
					if k.ActorIRI != alice || (k.PEM == "") == (k.Multikey == "") {
						t.Errorf("%s: got the key %+v", field, k)
					}
					got = append(got, k.IRI)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", field, diff)
				}
			}
		})
	}
}

func TestPicturesComeInEveryShape(t *testing.T) {
	t.Parallel()
	const url = "https://cdn.example/i.png"
	tests := map[string]struct {
		icon string
		want social.Image
	}{
		"object":            {`{"type":"Image","url":"` + url + `","mediaType":"image/png","summary":"s","name":"n"}`, social.Image{URL: url, MediaType: "image/png", Alt: "s"}},
		"text":              {`"` + url + `"`, social.Image{URL: url}},
		"Link":              {`{"type":"Link","href":"` + url + `","mediaType":"image/png"}`, social.Image{URL: url, MediaType: "image/png"}},
		"url is a Link":     {`{"type":"Image","url":{"type":"Link","href":"` + url + `"}}`, social.Image{URL: url}},
		"url is a list":     {`{"type":"Image","url":[{"type":"Link","href":"` + url + `"},"https://b.example/"]}`, social.Image{URL: url}},
		"list of one":       {`[{"type":"Image","url":"` + url + `"}]`, social.Image{URL: url}},
		"first that counts": {`[null,{},"data:image/png,x","` + url + `","https://b.example/"]`, social.Image{URL: url}},
		"script":            {`{"type":"Image","url":"javascript:alert(1)"}`, social.Image{}},
		"null":              {`null`, social.Image{}},
		"url is null":       {`{"type":"Image","url":null}`, social.Image{}},
		"empty list":        {`[]`, social.Image{}},
		"number":            {`1`, social.Image{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := parseActor(t, map[string]string{"icon": test.icon, "image": test.icon})
			if a.Icon != test.want || a.Header != test.want {
				t.Errorf("got icon %+v and header %+v, want %+v", a.Icon, a.Header, test.want)
			}
		})
	}
}

func TestPageOfAnActorIsOnItsOwnHost(t *testing.T) {
	t.Parallel()
	const page = "https://a.example/@alice"
	tests := map[string]string{
		`"` + page + `"`:                        page,
		`["` + page + `"]`:                      page,
		`{"type":"Link","href":"` + page + `"}`: page,
		`[{"type":"Link","mediaType":"application/json","href":"https://a.example/x"},{"mediaType":"text/html","href":"` + page + `"}]`: page,
		`["https://evil.example/@alice","` + page + `"]`: page,
		`"https://evil.example/@alice"`:                  "",
		`"javascript:alert(1)"`:                          "",
		`null`:                                           "",
	}
	for url, want := range tests {
		if a, _ := parseActor(t, map[string]string{"url": url}); a.URL != want {
			t.Errorf("%s: got %q, want %q", url, a.URL, want)
		}
	}
}

func TestEndlessTextsOfAnActorAreCut(t *testing.T) {
	t.Parallel()
	long := `"` + strings.Repeat("ü", 50<<10) + `"`
	a, _ := parseActor(t, map[string]string{
		"name": long, "summary": long,
		"attachment":  `[` + strings.Repeat(`{"type":"PropertyValue","name":`+long[:6001]+`","value":`+long[:6001]+`"},`, maxFields) + `{"type":"PropertyValue","name":"last"}]`,
		"alsoKnownAs": `[` + strings.Repeat(`"https://b.example/",`, maxAliases) + `"https://last.example/"]`,
	})
	if len(a.Name) != maxName || len(a.Summary) != maxSummary || !utf8.ValidString(a.Name+a.Summary) {
		t.Errorf("the name has %d bytes and the summary %d, want %d and %d", len(a.Name), len(a.Summary), maxName, maxSummary)
	}
	if len(a.Fields) != maxFields || len(a.AlsoKnownAs) != maxAliases {
		t.Fatalf("got %d fields and %d aliases, want %d and %d", len(a.Fields), len(a.AlsoKnownAs), maxFields, maxAliases)
	}
	if f := a.Fields[0]; len(f.Name) != 2046 || len(f.Value) != 2046 { // the 2047th byte is half a character
		t.Errorf("the field has %d and %d bytes, want 2046", len(f.Name), len(f.Value))
	}
}

func TestMissingFlagsAreFalse(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "null", `"true"`, "1", "false"} {
		flags := map[string]string{"manuallyApprovesFollowers": value, "discoverable": value, "indexable": value}
		if a, _ := parseActor(t, flags); a.Locked || a.Discoverable || a.Indexable {
			t.Errorf("%s is taken for true", value)
		}
	}
}

package activitypub

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

const (
	note           = "https://a.example/notes/1"
	aliceFollowers = alice + "/followers"
	plainPost      = `{"id":"` + note + `","type":"Note","attributedTo":"` + alice + `"}`
)

func parsePost(t *testing.T, changes map[string]string) social.Post {
	t.Helper()
	p, err := ParsePost(with(t, plainPost, changes), aliceFollowers)
	if err != nil {
		t.Fatalf("ParsePost with %v: %v", changes, err)
	}
	return p
}

func TestPostWithLittleIsEnough(t *testing.T) {
	t.Parallel()
	want := social.Post{IRI: note, Kind: social.Note, AuthorIRI: alice, Visibility: social.Direct}
	nothing := map[string]string{}
	for _, key := range []string{
		"to", "cc", "url", "tag", "attachment", "content", "contentMap", "summary", "name", "sensitive", "inReplyTo",
		"context", "conversation", "published", "updated", "replies", "@context",
	} {
		nothing[key] = "null"
	}
	for _, changes := range []map[string]string{nil, nothing} {
		if diff := cmp.Diff(want, parsePost(t, changes)); diff != "" {
			t.Errorf("post with %v (-want +got):\n%s", changes, diff)
		}
	}
}

func TestPostIsReadWhole(t *testing.T) {
	t.Parallel()
	got := parsePost(t, map[string]string{
		"@context": `"https://www.w3.org/ns/activitystreams"`, "type": `["Article","x:Post"]`, "name": `"Title"`,
		"attributedTo": `{"id":"` + alice + `","type":"Person"}`, "url": `[{"type":"Link","mediaType":"text/html","href":"https://a.example/@alice/1"}]`,
		"content": `"<p>Hi</p>"`, "contentMap": `{"en":"<p>Hi</p>","de":"<p>Hallo</p>"}`, "summary": `"cw"`, "sensitive": `true`,
		"inReplyTo": `["https://b.example/2"]`, "context": `"https://a.example/c/1"`, "conversation": `"tag:a.example,2020:x"`,
		"to": `"as:Public"`, "cc": `["` + aliceFollowers + `",{"id":"https://b.example/bob"}]`,
		"published": `"2024-05-01T10:00:00Z"`, "updated": `"2024-05-01T11:00:00Z"`,
		"tag": `[{"type":"Mention","href":"https://b.example/bob","name":"@bob@b.example"},{"type":"Hashtag","name":"#Go"},` +
			`{"type":"Emoji","name":":cat:","icon":{"url":"https://cdn.example/cat.png"}},{"type":"Link","href":"https://c.example/"}]`,
		"attachment": `{"type":"Document","url":"https://cdn.example/1.png","mediaType":"image/png","name":"a cat","blurhash":"LEHV","width":640,"height":480,"focalPoint":[-0.5,0.25],"icon":{"type":"Image","url":"https://cdn.example/s.png"}}`,
	})
	want := social.Post{
		IRI: note, URL: "https://a.example/@alice/1", AuthorIRI: alice, Kind: social.Article, Visibility: social.Public,
		Title: "Title", Warning: "cw", Sensitive: true, Content: "<p>Hi</p>", Language: "en",
		InReplyTo: "https://b.example/2", Context: "https://a.example/c/1",
		To: []string{Public}, Cc: []string{aliceFollowers, "https://b.example/bob"},
		Mentions: []social.Mention{{IRI: "https://b.example/bob", Handle: "bob@b.example"}}, Hashtags: []string{"Go"},
		Emojis: []social.Emoji{{Shortcode: "cat", URL: "https://cdn.example/cat.png"}},
		Attachments: []social.Attachment{{
			URL: "https://cdn.example/1.png", MediaType: "image/png", Alt: "a cat", Blurhash: "LEHV", Width: 640, Height: 480,
			Focus: [2]float64{-0.5, 0.25}, Preview: "https://cdn.example/s.png",
		}},
		Published: time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC), Edited: time.Date(2024, 5, 1, 11, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("post (-want +got):\n%s", diff)
	}
}

func TestWhatIsNoPostIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		changes map[string]string
		reason  string
	}{
		"an actor":          {map[string]string{"type": `"Person"`}, `no post: its type is "Person"`},
		"a Tombstone":       {map[string]string{"type": `"Tombstone"`}, "no post"},
		"no type":           {map[string]string{"type": "null"}, "no post"},
		"no id":             {map[string]string{"id": ""}, "has no id"},
		"id is empty":       {map[string]string{"id": `""`}, "has no id"},
		"id is a number":    {map[string]string{"id": "1"}, "has no id"},
		"id is no address":  {map[string]string{"id": `"urn:uuid:1"`}, "has no id"},
		"no author":         {map[string]string{"attributedTo": ""}, "has no author"},
		"author is null":    {map[string]string{"attributedTo": "null"}, "has no author"},
		"author is a name":  {map[string]string{"attributedTo": `"alice"`}, "has no author"},
		"author without id": {map[string]string{"attributedTo": `{"type":"Person"}`}, "has no author"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParsePost(with(t, plainPost, test.changes), aliceFollowers)
			refused(t, err, social.Invalid, test.reason)
		})
	}
}

func TestEveryKindOfPostIsRead(t *testing.T) {
	t.Parallel()
	for _, kind := range []social.PostKind{
		social.Note, social.Question, social.Article, social.Page, social.ImagePost, social.Audio, social.Video, social.Event,
	} {
		if p := parsePost(t, map[string]string{"type": `"` + string(kind) + `"`}); p.Kind != kind {
			t.Errorf("got %s, want %s", p.Kind, kind)
		}
	}
}

func TestAudienceTellsWhoMayRead(t *testing.T) {
	t.Parallel()
	const bob = `"https://b.example/bob"`
	tests := map[string]struct {
		to, cc string
		want   social.Visibility
	}{
		"to Public":                 {`"` + Public + `"`, "", social.Public},
		"to Public with a prefix":   {`["as:Public"]`, "", social.Public},
		"to Public without prefix":  {`"Public"`, "null", social.Public},
		"to Public as an object":    {`[{"id":"` + Public + `"}]`, "", social.Public},
		"to Public among others":    {`[` + bob + `,"as:Public"]`, "", social.Public},
		"to and cc Public":          {`"as:Public"`, `"as:Public"`, social.Public},
		"cc Public":                 {`"` + aliceFollowers + `"`, `["` + Public + `"]`, social.Unlisted},
		"cc Public with a prefix":   {`[]`, `"as:Public"`, social.Unlisted},
		"cc Public without prefix":  {`null`, `["Public",` + bob + `]`, social.Unlisted},
		"to followers":              {`"` + aliceFollowers + `"`, bob, social.FollowersOnly},
		"cc followers":              {bob, `["` + aliceFollowers + `"]`, social.FollowersOnly},
		"to somebody":               {bob, "", social.Direct},
		"to nobody":                 {`[]`, `[]`, social.Direct},
		"to another's followers":    {`"https://b.example/bob/followers"`, "", social.Direct},
		"to what is no address":     {`"public"`, `"as:public"`, social.Direct},
		"to followers by a look":    {`"` + aliceFollowers + `/"`, "", social.Direct},
		"Public by another address": {`"http://www.w3.org/ns/activitystreams#Public"`, "", social.Direct},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := parsePost(t, map[string]string{"to": test.to, "cc": test.cc}); p.Visibility != test.want {
				t.Errorf("got %s, want %s", p.Visibility, test.want)
			}
		})
	}
}

func TestUnknownFollowersMakeNobodyAFollower(t *testing.T) {
	t.Parallel()
	for _, to := range []string{`[]`, `[""]`, `[null]`, `"` + aliceFollowers + `"`} {
		p, err := ParsePost(with(t, plainPost, map[string]string{"to": to}), "")
		if err != nil || p.Visibility != social.Direct {
			t.Errorf("to %s: got %s, %v; want direct", to, p.Visibility, err)
		}
	}
}

func TestBlindRecipientsAreNotRead(t *testing.T) {
	t.Parallel()
	p := parsePost(t, map[string]string{"bto": `"as:Public"`, "bcc": `"` + aliceFollowers + `"`})
	if p.Visibility != social.Direct || p.To != nil || p.Cc != nil {
		t.Errorf("got %s to %v cc %v, want direct to nobody", p.Visibility, p.To, p.Cc)
	}
}

func TestAuthorIsThePersonAmongAuthors(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`"` + alice + `"`:   alice,
		`["` + alice + `"]`: alice,
		`["` + alice + `","https://a.example/users/bob"]`:                                                      alice,
		`[{"type":"Group","id":"https://a.example/channel"},{"type":"Person","id":"` + alice + `"}]`:           alice,
		`[{"type":"Group","id":"https://a.example/channel"},"` + alice + `"]`:                                  "https://a.example/channel",
		`[null,"alice",{"type":"Person"},"` + alice + `"]`:                                                     alice,
		`{"type":"Link","href":"` + alice + `"}`:                                                               alice,
		`[{"type":"Person","id":"` + alice + `"},{"type":"Person","id":"https://evil.example/users/mallory"}]`: alice,
	}
	for value, want := range tests {
		if p := parsePost(t, map[string]string{"attributedTo": value}); p.AuthorIRI != want {
			t.Errorf("%s: got %q, want %q", value, p.AuthorIRI, want)
		}
	}
}

func TestPageOfAPost(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`"https://a.example/@alice/1"`:                 "https://a.example/@alice/1",
		`["https://x.example/","https://a.example/1"]`: "https://a.example/1",
		`"https://original.example/1"`:                 "https://original.example/1",
		`[{"type":"Link","mediaType":"video/mp4","href":"https://a.example/v.mp4"},{"type":"Link","mediaType":"text/html","href":"https://a.example/w/1"}]`: "https://a.example/w/1",
		`"javascript:alert(1)"`: "", `null`: "", `7`: "",
	}
	for url, want := range tests {
		if p := parsePost(t, map[string]string{"url": url}); p.URL != want {
			t.Errorf("%s: got %q, want %q", url, p.URL, want)
		}
	}
}

func TestContextOrElseConversation(t *testing.T) {
	t.Parallel()
	tests := []struct{ context, conversation, want string }{
		{`"https://a.example/c"`, `"https://a.example/d"`, "https://a.example/c"},
		{`{"id":"https://a.example/c","type":"Collection"}`, "", "https://a.example/c"},
		{`"tag:a.example,2020:x"`, `"https://a.example/d"`, "https://a.example/d"},
		{"", `"tag:a.example,2020:x"`, ""},
	}
	for _, test := range tests {
		p := parsePost(t, map[string]string{"context": test.context, "conversation": test.conversation})
		if p.Context != test.want {
			t.Errorf("%s and %s: got %q, want %q", test.context, test.conversation, p.Context, test.want)
		}
	}
}

func TestLanguageIsThatOfTheContentOrElseOfTheTitle(t *testing.T) {
	t.Parallel()
	titled := map[string]string{"name": `"Suppe"`, "nameMap": `{"de":"Suppe"}`, "content": `"<p>soup</p>"`}
	if p := parsePost(t, titled); p.Language != "de" || p.Title != "Suppe" {
		t.Errorf("got %q in %q, want Suppe in de", p.Title, p.Language)
	}
	titled["contentMap"] = `{"en":"<p>soup</p>"}`
	if p := parsePost(t, titled); p.Language != "en" {
		t.Errorf("got %q, want en", p.Language)
	}
}

func TestEditComesAfterPublishing(t *testing.T) {
	t.Parallel()
	edit := time.Date(2024, 5, 1, 11, 0, 0, 0, time.UTC)
	for updated, want := range map[string]time.Time{
		`"2024-05-01T11:00:00Z"`: edit, `"2024-05-01T10:00:00Z"`: {}, `"2024-05-01T09:00:00Z"`: {}, `"soon"`: {}, `null`: {},
	} {
		p := parsePost(t, map[string]string{"published": `"2024-05-01T10:00:00Z"`, "updated": updated})
		if !p.Edited.Equal(want) {
			t.Errorf("%s: got %v, want %v", updated, p.Edited, want)
		}
	}
}

func TestAttachmentsComeInEveryShape(t *testing.T) {
	t.Parallel()
	const url = "https://cdn.example/1"
	bare := []social.Attachment{{URL: url}}
	tests := map[string]struct {
		attachment string
		want       []social.Attachment
	}{
		"Document":            {`[{"type":"Document","url":"` + url + `"}]`, bare},
		"object":              {`{"type":"Document","url":"` + url + `"}`, bare},
		"Link":                {`[{"type":"Link","href":"` + url + `"}]`, bare},
		"url is a Link":       {`[{"type":"Video","url":[{"type":"Link","href":"` + url + `"}]}]`, bare},
		"summary before name": {`[{"url":"` + url + `","name":"n","summary":"s"}]`, []social.Attachment{{URL: url, Alt: "s"}}},
		"null alt text":       {`[{"url":"` + url + `","name":null}]`, bare},
		"size below zero":     {`[{"url":"` + url + `","width":-1,"height":-2}]`, bare},
		"size is no number":   {`[{"url":"` + url + `","width":"1","height":1e99}]`, bare},
		"focus out of range":  {`[{"url":"` + url + `","focalPoint":[0.5,1.5]}]`, bare},
		"focus is no pair":    {`[{"url":"` + url + `","focalPoint":[0.5]}]`, bare},
		"focus is a text":     {`[{"url":"` + url + `","focalPoint":"0,0"}]`, bare},
		"focus without end":   {`[{"url":"` + url + `","focalPoint":[1e999,0.5]}]`, bare},
		"no url":              {`[{"type":"Document"},{"type":"Document","url":"data:image/png,x"}]`, nil},
		"text":                {`"` + url + `"`, nil},
		"null":                {`null`, nil},
		"rubbish":             {`[null,1,[],{"url":"` + url + `"}]`, bare},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := parsePost(t, map[string]string{"attachment": test.attachment})
			if diff := cmp.Diff(test.want, p.Attachments); diff != "" {
				t.Errorf("attachments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTagsWithoutMeaningAreLeftOut(t *testing.T) {
	t.Parallel()
	p := parsePost(t, map[string]string{"tag": `[
		null, 1, "#text", {}, {"type":"Mention"}, {"type":"Mention","href":"mailto:a@a.example"}, {"type":"Mention","href":"https://b.example/bob"},
		{"type":"Hashtag"}, {"type":"Hashtag","name":"#"}, {"type":"Hashtag","name":"plain"}, {"type":"Hashtag","name":"#` + strings.Repeat("a", 256) + `"},
		{"type":"Emoji","name":":ok_1:","icon":"https://cdn.example/1"}, {"type":"Emoji","name":"bare","icon":{"url":"https://cdn.example/2"}},
		{"type":"Emoji","name":":no icon:","icon":{"url":"https://cdn.example/3"}}, {"type":"Emoji","name":":x:"},
		{"type":"Emoji","name":":<b>:","icon":"https://cdn.example/4"}, {"type":"Emoji","name":"::","icon":"https://cdn.example/5"}]`})
	got := fmt.Sprint(p.Mentions, p.Hashtags, p.Emojis)
	want := fmt.Sprint([]social.Mention{{IRI: "https://b.example/bob"}}, []string{"plain"},
		[]social.Emoji{{Shortcode: "ok_1", URL: "https://cdn.example/1"}, {Shortcode: "bare", URL: "https://cdn.example/2"}})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEndlessListsOfAPostAreCut(t *testing.T) {
	t.Parallel()
	many := func(item string) string { return `[` + strings.Repeat(item+",", 500) + item + `]` }
	mentions := parsePost(t, map[string]string{"tag": many(`{"type":"Mention","href":"https://b.example/"}`)}).Mentions
	hashtags := parsePost(t, map[string]string{"tag": many(`{"type":"Hashtag","name":"#a"}`)}).Hashtags
	emojis := parsePost(t, map[string]string{"tag": many(`{"type":"Emoji","name":"a","icon":"https://b.example/"}`)}).Emojis
	attachments := parsePost(t, map[string]string{"attachment": many(`{"url":"https://b.example/"}`)}).Attachments
	if len(mentions) != maxTags || len(hashtags) != maxTags || len(emojis) != maxTags || len(attachments) != maxAttachments {
		t.Errorf("got %d mentions, %d hashtags, %d emojis, %d attachments; want %d of each and %d",
			len(mentions), len(hashtags), len(emojis), len(attachments), maxTags, maxAttachments)
	}
	p := parsePost(t, map[string]string{"content": `"` + strings.Repeat("a", maxContent+1) + `"`})
	if len(p.Content) != maxContent {
		t.Errorf("the content has %d bytes, want %d", len(p.Content), maxContent)
	}
}

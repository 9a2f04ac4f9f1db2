package social

import (
	"slices"
	"time"
)

// MaxVersions is how many former versions of a post are kept: the newest ones.
const MaxVersions = 50

// Version is what a post said and showed from some time on.
type Version struct {
	At          time.Time
	Title       string
	Warning     string
	Sensitive   bool
	Content     string
	Source      string
	Emojis      []Emoji
	Attachments []Attachment
	Poll        *Poll
}

// Version gives what the post says now.
func (p Post) Version() Version {
	v := Version{
		At: p.Edited, Title: p.Title, Warning: p.Warning, Sensitive: p.Sensitive, Content: p.Content, Source: p.Source,
		Emojis: p.Emojis, Attachments: p.Attachments, Poll: p.Poll,
	}
	if v.At.IsZero() {
		v.At = p.Published
	}
	return v
}

// As gives the post as it was in a version.
func (p Post) As(v Version) Post {
	p.Title, p.Warning, p.Sensitive, p.Content, p.Source = v.Title, v.Warning, v.Sensitive, v.Content, v.Source
	p.Emojis, p.Attachments, p.Poll, p.Edited = v.Emojis, v.Attachments, v.Poll, v.At
	return p
}

// Same reports whether a reader finds no difference between two versions. How many
// voted is none.
func (v Version) Same(w Version) bool {
	return v.Title == w.Title && v.Warning == w.Warning && v.Sensitive == w.Sensitive && v.Content == w.Content &&
		slices.EqualFunc(v.Attachments, w.Attachments, func(a, b Attachment) bool {
			return a.Medium == b.Medium && a.Alt == b.Alt && (a.Medium != 0 || a.URL == b.URL)
		}) && slices.Equal(v.options(), w.options())
}

func (v Version) options() (names []string) {
	if v.Poll == nil {
		return nil
	}
	for _, o := range v.Poll.Options {
		names = append(names, o.Name)
	}
	return names
}

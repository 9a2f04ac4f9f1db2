package social

import (
	"strings"
	"time"
)

// PostKind is the ActivityStreams type of a post. Notes and Questions are shown
// whole; the others as title, link and summary.
type PostKind string

const (
	Note      PostKind = "Note"
	Question  PostKind = "Question"
	Article   PostKind = "Article"
	Page      PostKind = "Page"
	ImagePost PostKind = "Image"
	Audio     PostKind = "Audio"
	Video     PostKind = "Video"
	Event     PostKind = "Event"
)

// Visibility says who may see a post. The order goes from open to closed.
type Visibility int

const (
	Public        Visibility = iota
	Unlisted                 // public, and not in public timelines
	FollowersOnly            // the client API calls it "private"
	Direct                   // only those named
)

var visibilityNames = [...]string{"public", "unlisted", "private", "direct"}

// String gives the client API's word.
func (v Visibility) String() string { return visibilityNames[v] }

// Open reports whether anybody may read the post.
func (v Visibility) Open() bool { return v <= Unlisted }

// ParseVisibility reads the client API's word; "" is Public.
func ParseVisibility(s string) (Visibility, error) {
	if s == "" {
		return Public, nil
	}
	for i, name := range visibilityNames {
		if s == name {
			return Visibility(i), nil
		}
	}
	return 0, Faultf(Unprocessable, "visibility is public, unlisted, private or direct, not %q", s)
}

// Post is something somebody wrote.
type Post struct {
	Limits // of its author

	ID        ID
	IRI       string
	URL       string // the page for people
	Author    ID
	AuthorIRI string
	Local     bool
	Via       ID // the relay through which it came first; 0: none

	Kind       PostKind
	Visibility Visibility
	Title      string // plain text; Articles and their kin
	Warning    string // content warning, plain text
	Sensitive  bool
	Content    string // safe HTML; of an Article how it begins
	Whole      string // safe HTML: all of an Article, where it was just fetched; it is stored apart
	Source     string // the owner's text; empty for strangers' posts
	Language   string // BCP 47, "" unknown

	InReplyTo string // IRI; "" for a root
	Parent    ID     // 0 when the parent is not stored
	Context   string // IRI of the conversation

	To, Cc      []string // IRIs as addressed
	Mentions    []Mention
	Hashtags    []string // as written, without #
	Emojis      []Emoji
	Attachments []Attachment
	Poll        *Poll
	Quote       *Quote // nil when no other post is shown within

	Published time.Time
	Edited    time.Time // zero when never
	FetchedAt time.Time // zero for local posts

	Counts Counts
}

// Counts are the numbers under a post as we know them; of the replies those that
// anybody may read.
type Counts struct{ Replies, Likes, Boosts int }

// Mention is somebody named in a post.
type Mention struct {
	Actor  ID     `json:"-"` // 0 when not stored
	IRI    string `json:"iri"`
	Handle string `json:"handle"` // user@domain, or as the author wrote it
	URL    string `json:"url,omitempty"`
}

// Attachment is a medium that belongs to a post: an upload of the owner's, or one
// that lies elsewhere.
type Attachment struct {
	Medium    ID            `json:"medium,omitempty"` // the upload; 0 for strangers'
	URL       string        `json:"url"`
	MediaType string        `json:"mediaType,omitempty"`
	Alt       string        `json:"alt,omitempty"`
	Blurhash  string        `json:"blurhash,omitempty"`
	Width     int           `json:"width,omitempty"`
	Height    int           `json:"height,omitempty"`
	Focus     [2]float64    `json:"focus,omitzero"`
	Preview   string        `json:"preview,omitempty"` // address of a small copy
	Duration  time.Duration `json:"duration,omitempty"`
}

// Kind is what the medium is to a reader: image, video or audio; "" for anything
// else, which can only be linked.
func (a Attachment) Kind() string {
	switch kind, _, _ := strings.Cut(a.MediaType, "/"); kind {
	case "image", "video", "audio":
		return kind
	}
	return ""
}

// MediaURLs are the addresses of all media that the post shows.
func (p Post) MediaURLs() []string {
	var all []string
	for _, a := range p.Attachments {
		for _, url := range []string{a.URL, a.Preview} {
			if url != "" {
				all = append(all, url)
			}
		}
	}
	return all
}

// Reader is who asks for a post: the zero Reader is anybody.
type Reader struct {
	Actor   ID
	Follows bool // the author has accepted the reader as a follower
}

// Shown gives the post as it is shown: where the files of its author's server are not
// wanted they are links, and there are no pictures in its text.
func (p Post) Shown() Post {
	if !p.RejectMedia {
		return p
	}
	files := make([]Attachment, len(p.Attachments))
	for i, a := range p.Attachments {
		files[i] = Attachment{URL: a.URL, Alt: a.Alt}
	}
	p.Attachments, p.Emojis = files, nil
	return p
}

// VisibleTo reports whether the reader may see the post. Where it says no, the
// post must look absent.
func (p Post) VisibleTo(r Reader) bool {
	if p.Limited == Suspended {
		return false
	}
	if p.Visibility.Open() {
		return true
	}
	if r.Actor == 0 {
		return false
	}
	if r.Actor == p.Author || p.Names(r.Actor) {
		return true
	}
	return p.Visibility == FollowersOnly && r.Follows
}

// Names reports whether the post mentions the actor.
func (p Post) Names(actor ID) bool {
	for _, m := range p.Mentions {
		if m.Actor == actor {
			return true
		}
	}
	return false
}

// MaxPost is the length of the owner's posts in characters, as Mastodon counts.
const MaxPost = 5000

// MaxPins is how many posts can be on top of the profile, as on Mastodon.
const MaxPins = 5

// Draft is what the owner wants to say.
type Draft struct {
	Text       string
	Warning    string
	Sensitive  bool
	Language   string
	Visibility Visibility
	InReplyTo  ID // 0 for a root

	Media     []ID             // uploads to show, in order; nil in an edit: those that the post has
	Described map[ID]Described // what changes of an upload with the post

	Poll *Ballot // what is asked; nil for nothing, in an edit for what was asked already
}

// Check says what of the draft breaks a rule; count measures the text.
func (d Draft) Check(count func(string) int) error {
	if strings.TrimSpace(d.Text) == "" && (d.Poll != nil || len(d.Media) == 0) {
		return Faultf(Unprocessable, "the post is empty: write something")
	}
	if len(d.Media) > MaxAttached {
		return Faultf(Unprocessable, "the post has %d attachments; %d are allowed", len(d.Media), MaxAttached)
	}
	if d.Poll != nil && len(d.Media) > 0 {
		return Faultf(Unprocessable, "a post has attachments or a poll, not both")
	}
	if n := count(d.Text) + runes(d.Warning); n > MaxPost {
		return Faultf(Unprocessable, "the post has %d characters; %d are allowed", n, MaxPost)
	}
	return d.Poll.Check()
}

package social

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ActorKind is the ActivityStreams type of an actor.
type ActorKind string

const (
	Person       ActorKind = "Person"
	Service      ActorKind = "Service"
	Application  ActorKind = "Application"
	Group        ActorKind = "Group"
	Organization ActorKind = "Organization"
)

// Bot reports whether nobody sits behind the actor.
func (k ActorKind) Bot() bool { return k == Service || k == Application }

// Actor is somebody who acts: the owner, the server itself, or a stranger.
type Actor struct {
	ID    ID
	IRI   string // the ActivityPub id
	Kind  ActorKind
	Local bool

	Username string // as the actor writes it
	Domain   string // the part after the @, lower-case punycode; ours for local actors
	Name     string // plain text
	Summary  string // safe HTML
	URL      string // the page for people

	Inbox, SharedInbox           string
	Outbox, Followers, Following string
	Featured, FeaturedTags       string

	Icon, Header Image
	Fields       []Field
	Emojis       []Emoji
	AlsoKnownAs  []string
	MovedTo      string

	Locked       bool // approves followers by hand
	Discoverable bool
	Indexable    bool

	Limits // with the whole server

	Published time.Time // zero when not told
	Updated   time.Time // zero when never
	FetchedAt time.Time // zero for local actors
	GoneAt    time.Time // zero while the actor exists
}

// Shown gives the actor as it is shown: without pictures where those of its server are
// not wanted.
func (a Actor) Shown() Actor {
	if a.RejectMedia {
		a.Icon, a.Header, a.Emojis = Image{}, Image{}, nil
	}
	return a
}

// Handle is user@domain.
func (a Actor) Handle() string { return a.Username + "@" + a.Domain }

// Acct is how the client API names the actor: the owner without a domain.
func (a Actor) Acct() string {
	if a.Local {
		return a.Username
	}
	return a.Handle()
}

// DeliveryInbox is where an activity for many at that host goes: the shared
// inbox when there is one. [AP 7.1.3]
func (a Actor) DeliveryInbox() string {
	if a.SharedInbox != "" {
		return a.SharedInbox
	}
	return a.Inbox
}

// Tally is what we count of an actor: for strangers, what we know of.
type Tally struct {
	Posts, Followers, Following int
	LastPost                    ID // 0: none
}

// Image is a picture somewhere else, or one of ours.
type Image struct {
	URL       string `json:"url,omitempty"`
	MediaType string `json:"mediaType,omitempty"`
	Alt       string `json:"alt,omitempty"`
}

// Field is a line of a profile: Value is safe HTML.
type Field struct {
	Name       string     `json:"name"`
	Value      string     `json:"value"`
	VerifiedAt *time.Time `json:"verifiedAt,omitempty"`
}

// KeepVerified carries over what is known of links from an earlier version of a profile.
func KeepVerified(was, is []Field) {
	for i := range is {
		for _, f := range was {
			if f.Value == is[i].Value {
				is[i].VerifiedAt = f.VerifiedAt
			}
		}
	}
}

// Key is a public key of an actor.
type Key struct {
	IRI       string // the key id
	Actor     ID
	ActorIRI  string
	PEM       string // SPKI; empty when Multikey is set
	Multikey  string // publicKeyMultibase
	FetchedAt time.Time
}

// Profile is what the owner may say of themself: plain text, as written.
type Profile struct {
	Name         string
	Bio          string
	Fields       []ProfileField
	Locked       bool // approve followers by hand
	Discoverable bool
	Indexable    bool
	HideFollows  bool // show totals of followers and following, not who
	Bot          bool

	Avatar, Header Image // uploads of the owner's; zero for none
}

// Equal reports whether two profiles say the same.
func (p Profile) Equal(q Profile) bool {
	same := slices.Equal(p.Fields, q.Fields)
	p.Fields, q.Fields = nil, nil // none and an empty list are one
	return same && reflect.DeepEqual(p, q)
}

// ProfileField is one line of the owner's profile, as written.
type ProfileField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Limits of a profile; Mastodon cuts what is longer.
const (
	MaxName       = 64
	MaxBio        = 5000
	MaxFields     = 8
	MaxFieldRunes = 255
)

// Mistake is a rule that a part of a profile breaks.
type Mistake struct {
	Part string // name, bio, fields, field, avatar or header
	Row  int    // which field
	Err  error
}

// Mistakes says all that breaks a rule.
func (p Profile) Mistakes() []Mistake {
	var out []Mistake
	add := func(part string, row int, say string, args ...any) {
		out = append(out, Mistake{part, row, Faultf(Unprocessable, say, args...)})
	}
	if n := runes(p.Name); n > MaxName {
		add("name", 0, "the name has %d characters; %d are allowed", n, MaxName)
	}
	if n := runes(p.Bio); n > MaxBio {
		add("bio", 0, "the bio has %d characters; %d are allowed", n, MaxBio)
	}
	if n := len(p.Fields); n > MaxFields {
		add("fields", 0, "there are %d profile fields; %d are allowed", n, MaxFields)
	}
	for i, f := range p.Fields {
		if runes(f.Name) > MaxFieldRunes || runes(f.Value) > MaxFieldRunes {
			add("field", i, "a profile field is longer than %d characters", MaxFieldRunes)
		} else if strings.TrimSpace(f.Name) == "" {
			add("field", i, "a profile field needs a name")
		}
	}
	if n := runes(p.Avatar.Alt); n > MaxAlt {
		add("avatar", 0, "the description has %d characters; %d are allowed", n, MaxAlt)
	}
	if n := runes(p.Header.Alt); n > MaxAlt {
		add("header", 0, "the description has %d characters; %d are allowed", n, MaxAlt)
	}
	return out
}

// Check says what of the profile breaks a rule first.
func (p Profile) Check() error {
	for _, m := range p.Mistakes() {
		return m.Err
	}
	return nil
}

var username = regexp.MustCompile(`^[a-z0-9_]{1,30}$`)

// CheckUsername says whether the owner may be called that; it can never change.
func CheckUsername(name string) error {
	if !username.MatchString(name) {
		return Faultf(Unprocessable, "a username has 1 to 30 of a-z, 0-9 and _ : %q is not one", name)
	}
	return nil
}

// MinPassword is the shortest password the owner may have, in characters.
const MinPassword = 10

// CheckPassword says whether the password may be taken.
func CheckPassword(password string) error {
	switch n := runes(password); {
	case n < MinPassword:
		return Faultf(Unprocessable, "the password has %d characters; at least %d are needed", n, MinPassword)
	case len(password) > 1024:
		return Faultf(Unprocessable, "the password is longer than 1024 bytes")
	}
	return nil
}

func runes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

package mastodon

import (
	"encoding/json"
	"time"
)

// stamp is a date as every app can read it: three decimals and Z.
type stamp time.Time

// MarshalJSON writes null for no date.
func (s stamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// text is a string that is null when it is empty: apps take "" for an address.
type text string

// MarshalJSON writes null for "".
func (t text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// account is an actor. [Masto: Account]
type account struct {
	ID             string       `json:"id"`
	Username       string       `json:"username"`
	Acct           string       `json:"acct"`
	DisplayName    string       `json:"display_name"`
	Locked         bool         `json:"locked"`
	Bot            bool         `json:"bot"`
	Discoverable   bool         `json:"discoverable"`
	Indexable      bool         `json:"indexable"`
	Group          bool         `json:"group"`
	CreatedAt      stamp        `json:"created_at"`
	Note           string       `json:"note"`
	URL            string       `json:"url"`
	URI            string       `json:"uri"`
	Avatar         string       `json:"avatar"`
	AvatarStatic   string       `json:"avatar_static"`
	Header         string       `json:"header"`
	HeaderStatic   string       `json:"header_static"`
	FollowersCount int          `json:"followers_count"`
	FollowingCount int          `json:"following_count"`
	StatusesCount  int          `json:"statuses_count"`
	LastStatusAt   text         `json:"last_status_at"`
	HideFollows    *bool        `json:"hide_collections,omitempty"`
	Emojis         []emoji      `json:"emojis"`
	Roles          []role       `json:"roles"`
	Fields         []field      `json:"fields"`
	Source         *ownerSource `json:"source,omitempty"`
	Role           *role        `json:"role,omitempty"`
	MuteExpiresAt  *stamp       `json:"mute_expires_at,omitempty"` // only where muted ones are listed
}

// ownerSource is what the owner wrote, for editing. [Masto: CredentialAccount]
type ownerSource struct {
	Privacy        string  `json:"privacy"`
	Sensitive      bool    `json:"sensitive"`
	Language       text    `json:"language"`
	Note           string  `json:"note"`
	Fields         []field `json:"fields"`
	FollowRequests int     `json:"follow_requests_count"`
	Discoverable   bool    `json:"discoverable"`
	Indexable      bool    `json:"indexable"`
	HideFollows    bool    `json:"hide_collections"`
}

// role is what an account may do on this server.
type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
	Color       string `json:"color"`
	Highlighted bool   `json:"highlighted"`
}

type field struct {
	Name       string `json:"name"`
	Value      string `json:"value"`
	VerifiedAt stamp  `json:"verified_at"`
}

type emoji struct {
	Shortcode string `json:"shortcode"`
	URL       string `json:"url"`
	StaticURL string `json:"static_url"`
	Visible   bool   `json:"visible_in_picker"`
}

// status is a post, or a boost around one. [Masto: Status]
type status struct {
	ID              string       `json:"id"`
	CreatedAt       stamp        `json:"created_at"`
	InReplyTo       text         `json:"in_reply_to_id"`
	InReplyToActor  text         `json:"in_reply_to_account_id"`
	Sensitive       bool         `json:"sensitive"`
	SpoilerText     string       `json:"spoiler_text"`
	Visibility      string       `json:"visibility"`
	Language        text         `json:"language"`
	URI             string       `json:"uri"`
	URL             text         `json:"url"`
	RepliesCount    int          `json:"replies_count"`
	ReblogsCount    int          `json:"reblogs_count"`
	FavouritesCount int          `json:"favourites_count"`
	EditedAt        stamp        `json:"edited_at"`
	Content         string       `json:"content"`
	Text            *string      `json:"text,omitempty"`
	Reblog          *status      `json:"reblog"`
	Application     *struct{}    `json:"application"`
	Account         account      `json:"account"`
	Media           []attachment `json:"media_attachments"`
	Mentions        []mention    `json:"mentions"`
	Tags            []tag        `json:"tags"`
	Emojis          []emoji      `json:"emojis"`
	Card            *struct{}    `json:"card"`
	Poll            *poll        `json:"poll"`
	Quote           any          `json:"quote"` // quote, shallowQuote, or nil
	Favourited      bool         `json:"favourited"`
	Reblogged       bool         `json:"reblogged"`
	Muted           bool         `json:"muted"`
	Bookmarked      bool         `json:"bookmarked"`
	Pinned          bool         `json:"pinned"`
	Filtered        []string     `json:"filtered"`
}

type mention struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Acct     string `json:"acct"`
	URL      string `json:"url"`
}

type tag struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// attachment is a medium of a status. [Masto: MediaAttachment]
type attachment struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	URL         string         `json:"url"`
	PreviewURL  text           `json:"preview_url"`
	RemoteURL   text           `json:"remote_url"`
	Description text           `json:"description"`
	Blurhash    text           `json:"blurhash"`
	Meta        map[string]any `json:"meta"`
}

// poll is what a Question asks. [Masto: Poll]
type poll struct {
	ID          string   `json:"id"`
	ExpiresAt   stamp    `json:"expires_at"`
	Expired     bool     `json:"expired"`
	Multiple    bool     `json:"multiple"`
	VotesCount  int      `json:"votes_count"`
	VotersCount int      `json:"voters_count"`
	Voted       bool     `json:"voted"`
	OwnVotes    []int    `json:"own_votes"`
	Options     []option `json:"options"`
	Emojis      []emoji  `json:"emojis"`
}

type option struct {
	Title string `json:"title"`
	Votes *int   `json:"votes_count"` // null until they may be shown
}

// notification tells of something others did. [Masto: Notification]
type notification struct {
	ID        string  `json:"id"`
	Type      string  `json:"type"`
	CreatedAt stamp   `json:"created_at"`
	GroupKey  string  `json:"group_key"`
	Account   account `json:"account"`
	Status    *status `json:"status,omitempty"`
}

// relationship is how the owner and an account stand. [Masto: Relationship]
type relationship struct {
	ID             string   `json:"id"`
	Following      bool     `json:"following"`
	ShowingReblogs bool     `json:"showing_reblogs"`
	Notifying      bool     `json:"notifying"`
	Languages      []string `json:"languages"`
	FollowedBy     bool     `json:"followed_by"`
	Blocking       bool     `json:"blocking"`
	BlockedBy      bool     `json:"blocked_by"`
	Muting         bool     `json:"muting"`
	MutingNotes    bool     `json:"muting_notifications"`
	Requested      bool     `json:"requested"`
	RequestedBy    bool     `json:"requested_by"`
	DomainBlocking bool     `json:"domain_blocking"`
	Endorsed       bool     `json:"endorsed"`
	Note           string   `json:"note"`
}

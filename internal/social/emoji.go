package social

import (
	"regexp"
	"time"
)

// Emoji is a custom emoji used in a text.
type Emoji struct {
	Shortcode string    `json:"shortcode"` // without colons
	URL       string    `json:"url"`
	IRI       string    `json:"iri,omitempty"`
	MediaType string    `json:"mediaType,omitempty"`
	Updated   time.Time `json:"updated,omitzero"`
}

// OwnEmoji is a picture that the owner offers for texts, or has offered.
type OwnEmoji struct {
	ID        ID
	Shortcode string
	Key       string // of its upload
	MediaType string
	Created   time.Time
	Retired   time.Time // offered no more since then; zero while it is
}

var shortcode = regexp.MustCompile(`^[a-zA-Z0-9_]{2,32}$`)

// CheckShortcode says whether the owner may call an emoji that. Of one letter
// other servers find none, and ":3:" is a time.
func CheckShortcode(code string) error {
	if !shortcode.MatchString(code) {
		return Faultf(Unprocessable, "a shortcode has 2 to 32 of a-z, A-Z, 0-9 and _ : %.40q is not one", code)
	}
	return nil
}

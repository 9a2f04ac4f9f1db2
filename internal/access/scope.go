package access

import (
	"slices"
	"strings"

	"skerry/internal/social"
)

// Scopes are what a program may do for the owner: a whole such as "write", or a part
// of it such as "write:statuses". [Masto: OAuth scopes]
type Scopes []string

// wholes are the scopes with parts or without.
var wholes = map[string][]string{
	"read":    {"accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes", "notifications", "search", "statuses"},
	"write":   {"accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows", "lists", "media", "mutes", "notifications", "reports", "statuses"},
	"follow":  nil,
	"push":    nil,
	"profile": nil,
}

// Parts gives the scopes that are parts of one.
func Parts(whole string) Scopes {
	var out Scopes
	for _, part := range wholes[whole] {
		out = append(out, whole+":"+part)
	}
	return out
}

// ParseScopes reads scopes, separated by spaces: at least one, and only those that
// some request needs.
func ParseScopes(text string) (Scopes, error) {
	var out Scopes
	for _, s := range strings.Fields(text) {
		whole, part, isPart := strings.Cut(s, ":")
		if parts, known := wholes[whole]; !known || isPart && !slices.Contains(parts, part) {
			return nil, social.Faultf(social.Unprocessable, "%.40q is not a scope: say read, write, follow, push, profile or a part like write:statuses", s)
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, social.Faultf(social.Unprocessable, "no scope is chosen: a token without one may do nothing")
	}
	return out, nil
}

// String writes scopes as ParseScopes reads them.
func (s Scopes) String() string { return strings.Join(s, " ") }

// Grant reports whether scopes cover one that is needed: "write" covers
// "write:statuses", "follow" all about relationships.
func (s Scopes) Grant(needed string) bool {
	whole, part, _ := strings.Cut(needed, ":")
	return slices.Contains(s, needed) || slices.Contains(s, whole) ||
		slices.Contains(s, "follow") && slices.Contains([]string{"follows", "blocks", "mutes"}, part)
}

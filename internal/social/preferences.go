package social

import "regexp"

// Preferences are how the owner likes to post, where a post does not say it.
type Preferences struct {
	Visibility Visibility
	Language   string // "": not said
	Sensitive  bool   // media are hidden behind a warning
}

// Check says what of the preferences breaks a rule.
func (p Preferences) Check() error {
	if p.Visibility < Public || p.Visibility > FollowersOnly {
		return Faultf(Unprocessable, "posts go by default to everybody or to followers; whom a direct post names is known only when it is written")
	}
	return CheckLanguage(p.Language)
}

// languageTag is the shape of a language's code; which ones there are is not ours
// to know. [RFC 5646 2.1]
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)

// CheckLanguage says whether a text is the code of a language, or none.
func CheckLanguage(tag string) error {
	if tag != "" && !languageTag.MatchString(tag) {
		return Faultf(Unprocessable, "language is a code such as en or pt-BR, not %.40q", tag)
	}
	return nil
}

package media

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"skerry/internal/social"
)

// Address is where a medium of this address is read by those who look at our pages
// or use an app: ours as they are, strangers' through us unless the mode is off.
func (l *Library) Address(url string) string {
	if l.Mode == Off || l.URLs.Own(url) || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return url
	}
	return l.URLs.Media("remote/" + l.sign(url) + "/" + base64.RawURLEncoding.EncodeToString([]byte(url)))
}

// sign makes 128 bits without which nobody can make us fetch an address: we sign
// only what stands in a post or a profile.
func (l *Library) sign(url string) string {
	mac := hmac.New(sha256.New, l.Secret)
	mac.Write([]byte(url))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// signed gives the address that a path of ours names.
func (l *Library) signed(signature, name string) (string, error) {
	url, err := base64.RawURLEncoding.DecodeString(name)
	if err != nil || !hmac.Equal([]byte(l.sign(string(url))), []byte(signature)) {
		return "", social.Faultf(social.NotFound, "there is no such medium")
	}
	return string(url), nil
}

// Attachments are the media of a post as they are shown.
func (l *Library) Attachments(p social.Post) []social.Attachment {
	if p.RejectMedia {
		return p.Shown().Attachments
	}
	out := make([]social.Attachment, len(p.Attachments))
	for i, a := range p.Attachments {
		a.URL = l.Address(a.URL)
		if a.Preview != "" {
			a.Preview = l.Address(a.Preview)
		}
		out[i] = a
	}
	return out
}

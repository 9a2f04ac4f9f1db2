package activitypub

import (
	"net/url"
	"strings"

	"skerry/internal/social"
)

// URLs is our own address scheme. Addresses are ASCII without percent escapes
// and never change.
type URLs struct {
	Origin        string // https://host[:port]
	Domain        string // host[:port]
	AccountDomain string // the part after the @
}

func (u URLs) user(name, rest string) string { return u.Origin + "/users/" + name + rest }

// Actor is the owner's id.
func (u URLs) Actor(name string) string { return u.user(name, "") }

// Inbox is the owner's inbox.
func (u URLs) Inbox(name string) string { return u.user(name, "/inbox") }

// Outbox is the owner's outbox.
func (u URLs) Outbox(name string) string { return u.user(name, "/outbox") }

// Followers is the collection of those who follow the owner.
func (u URLs) Followers(name string) string { return u.user(name, "/followers") }

// Following is the collection of those whom the owner follows.
func (u URLs) Following(name string) string { return u.user(name, "/following") }

// Featured is the collection of pinned posts.
func (u URLs) Featured(name string) string { return u.user(name, "/collections/featured") }

// FeaturedTags is the collection of hashtags on the profile.
func (u URLs) FeaturedTags(name string) string { return u.user(name, "/collections/tags") }

// MainKey is the owner's RSA key.
func (u URLs) MainKey(name string) string { return u.user(name, "#main-key") }

// Ed25519Key is the owner's Multikey.
func (u URLs) Ed25519Key(name string) string { return u.user(name, "#ed25519-key") }

// Post is the id of a post.
func (u URLs) Post(name string, id social.ID) string { return u.user(name, "/posts/"+id.String()) }

// Replies is the collection of a post's replies.
func (u URLs) Replies(name string, id social.ID) string { return u.Post(name, id) + "/replies" }

// Likes is the collection of a post's likes.
func (u URLs) Likes(name string, id social.ID) string { return u.Post(name, id) + "/likes" }

// Shares is the collection of a post's boosts.
func (u URLs) Shares(name string, id social.ID) string { return u.Post(name, id) + "/shares" }

// Activity is the id of an activity; token has 128 random bits.
func (u URLs) Activity(name, token string) string { return u.user(name, "/activities/"+token) }

// Context is the id of a conversation.
func (u URLs) Context(name string, id social.ID) string {
	return u.user(name, "/contexts/"+id.String())
}

// Vote is the id of a vote in somebody's poll.
func (u URLs) Vote(name string, id social.ID) string { return u.user(name, "/votes/"+id.String()) }

// Profile is the owner's page.
func (u URLs) Profile(name string) string { return u.Origin + "/@" + name }

// PostPage is the page of a post.
func (u URLs) PostPage(name string, id social.ID) string { return u.Profile(name) + "/" + id.String() }

// Tag is the page of a hashtag: the one address of ours that may need escapes.
func (u URLs) Tag(tag string) string {
	return u.Origin + "/tags/" + url.PathEscape(strings.ToLower(tag))
}

// Interact is where the owner looks at what lives elsewhere; uri is escaped already.
func (u URLs) Interact(uri string) string { return u.Origin + "/authorize_interaction?uri=" + uri }

// Media is where the bytes under a key of the media store are read.
func (u URLs) Media(key string) string { return u.Origin + "/media/" + key }

// ParseMedia gives the key that an address of ours names.
func (u URLs) ParseMedia(url string) (key string, ok bool) {
	return strings.CutPrefix(url, u.Origin+"/media/")
}

// Emoji is the id of a custom emoji.
func (u URLs) Emoji(id social.ID) string { return u.Origin + "/emoji/" + id.String() }

// SharedInbox takes what is for anybody here.
func (u URLs) SharedInbox() string { return u.Origin + "/inbox" }

// ServerName is the username of the server's own actor: the domain without a
// port. Quirk(gotosocial): a colon in a username cannot be read there, and our
// signed GETs would be refused for it.
func (u URLs) ServerName() string {
	host, _, ok := strings.Cut(u.Domain, ":")
	if !ok || strings.HasPrefix(u.Domain, "[") {
		return strings.Trim(u.Domain, "[]")
	}
	return host
}

// Server is the id of the server's own actor.
func (u URLs) Server() string { return u.Origin + "/actor" }

// ServerInbox is its inbox.
func (u URLs) ServerInbox() string { return u.Server() + "/inbox" }

// ServerOutbox is its outbox.
func (u URLs) ServerOutbox() string { return u.Server() + "/outbox" }

// ServerFollowers is its followers.
func (u URLs) ServerFollowers() string { return u.Server() + "/followers" }

// ServerFollowing is whom it follows.
func (u URLs) ServerFollowing() string { return u.Server() + "/following" }

// ServerMainKey is its RSA key.
func (u URLs) ServerMainKey() string { return u.Server() + "#main-key" }

// ServerActivity is the id of one of its activities.
func (u URLs) ServerActivity(token string) string { return u.Server() + "/activities/" + token }

// Own reports whether an IRI is on our origin.
func (u URLs) Own(iri string) bool { return SameOrigin(iri, u.Origin) }

// path gives the path of an IRI of ours.
func (u URLs) path(iri string) (string, bool) {
	iri, err := CanonicalIRI(iri)
	if err != nil || !strings.HasPrefix(iri, u.Origin+"/") {
		return "", false
	}
	return iri[len(u.Origin):], true
}

// ParseActor gives the username that an id or a page of ours names.
func (u URLs) ParseActor(iri string) (name string, ok bool) {
	path, ok := u.path(iri)
	if !ok {
		return "", false
	}
	name, found := strings.CutPrefix(path, "/users/")
	if !found {
		name, found = strings.CutPrefix(path, "/@")
	}
	if !found || social.CheckUsername(name) != nil {
		return "", false
	}
	return name, true
}

// ParsePost gives whose and which post an id or a page of ours names.
func (u URLs) ParsePost(iri string) (name string, id social.ID, ok bool) {
	path, ok := u.path(iri)
	if !ok {
		return "", 0, false
	}
	rest, found := strings.CutPrefix(path, "/users/")
	sep := "/posts/"
	if !found {
		rest, found = strings.CutPrefix(path, "/@")
		sep = "/"
	}
	name, number, cut := strings.Cut(rest, sep)
	id, err := social.ParseID(number)
	if !found || !cut || err != nil || social.CheckUsername(name) != nil {
		return "", 0, false
	}
	return name, id, true
}

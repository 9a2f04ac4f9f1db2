// Package social holds the nouns of a personal fediverse server and the rules
// that need nothing but the nouns: actors, posts, follows, likes, boosts,
// blocks, notifications, and Fault, the error with a name.
//
// Values come in from the parsers, the store and the client API and go out to
// the same. The package does no I/O, knows no wire format and no SQL, and
// imports nothing of ours.
package social

package mastodon_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// rule says what is wrong with a value, "" when nothing is.
type rule func(v any) string

// rules are the fields that apps with strict decoders need: every one must be
// there, null only where the rule allows it.
type rules map[string]rule

// object makes a rule of rules.
func (r rules) object() rule {
	return func(v any) string {
		o, ok := v.(object)
		if !ok {
			return fmt.Sprintf("is %s, want an object", show(v))
		}
		var wrong []string
		for name, check := range r {
			value, there := o[name]
			if !there {
				wrong = append(wrong, "."+name+" is missing")
			} else if say := check(value); say != "" {
				wrong = append(wrong, "."+name+" "+say)
			}
		}
		slices.Sort(wrong)
		return strings.Join(wrong, "\n")
	}
}

func show(v any) string { b, _ := json.Marshal(v); return fmt.Sprintf("%.80s", b) }

// that makes a rule of a condition.
func that(want string, ok func(v any) bool) rule {
	return func(v any) string {
		if ok(v) {
			return ""
		}
		return fmt.Sprintf("is %s, want %s", show(v), want)
	}
}

// matching is a rule for strings.
func matching(want, pattern string) rule {
	re := regexp.MustCompile(pattern)
	return that(want, func(v any) bool { s, ok := v.(string); return ok && re.MatchString(s) })
}

func orNull(r rule) rule {
	return func(v any) string {
		if v == nil {
			return ""
		}
		return r(v)
	}
}

func listOf(r rule) rule {
	return func(v any) string {
		l, ok := v.([]any)
		if !ok {
			return fmt.Sprintf("is %s, want a list", show(v))
		}
		for i, each := range l {
			if say := r(each); say != "" {
				return fmt.Sprintf("[%d] %s", i, say)
			}
		}
		return ""
	}
}

func oneOf(words ...string) rule {
	return that(strings.Join(words, " or "), func(v any) bool { s, ok := v.(string); return ok && slices.Contains(words, s) })
}

// number is a whole number that fits into so many bits.
func number(bits int) rule {
	return that(fmt.Sprintf("a whole number of %d bits", bits), func(v any) bool {
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		_, err := strconv.ParseInt(n.String(), 10, bits)
		return err == nil
	})
}

var (
	str    = that("a string", func(v any) bool { _, ok := v.(string); return ok })
	filled = matching("a string that is not empty", `.`)
	flag   = that("true or false", func(v any) bool { _, ok := v.(bool); return ok })
	null   = that("null", func(v any) bool { return v == nil })
	anID   = matching("19 digits in a string", `^\d{19}$`)
	smallI = matching("a number below 2^53 in a string", `^\d{1,15}$`)
	date   = matching("a date with three decimals and Z", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
	day    = matching("a day", `^\d{4}-\d\d-\d\d$`)
	count  = number(32)
	hash   = that("an object", func(v any) bool { _, ok := v.(object); return ok })
	anURL  = that("an address", func(v any) bool {
		s, _ := v.(string)
		u, err := url.Parse(s)
		return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
	})
	visibilities = oneOf("public", "unlisted", "private", "direct")
)

var emojiRules = rules{"shortcode": filled, "url": anURL, "static_url": anURL, "visible_in_picker": flag}

var fieldRules = rules{"name": filled, "value": str, "verified_at": orNull(date)}

var accountRules = rules{
	"id": anID, "username": filled, "acct": filled, "display_name": str, "note": str, "url": anURL, "uri": anURL,
	"avatar": anURL, "avatar_static": anURL, "header": anURL, "header_static": anURL, "created_at": date, "last_status_at": orNull(day),
	"locked": flag, "bot": flag, "group": flag, "discoverable": flag, "indexable": flag,
	"followers_count": count, "following_count": count, "statuses_count": count,
	"emojis": listOf(emojiRules.object()), "fields": listOf(fieldRules.object()), "roles": listOf(hash),
}

var credentialRules = joined(accountRules, rules{
	"hide_collections": flag,
	"source": rules{
		"privacy": visibilities, "sensitive": flag, "language": orNull(filled), "note": str, "fields": listOf(fieldRules.object()),
		"follow_requests_count": count, "discoverable": flag, "indexable": flag, "hide_collections": flag,
	}.object(),
	"role": rules{"id": filled, "name": str, "permissions": matching("digits in a string", `^\d+$`), "color": str, "highlighted": flag}.object(),
})

var mediaRules = rules{
	"id": anID, "type": oneOf("image", "gifv", "video", "audio", "unknown"), "url": anURL, "preview_url": orNull(anURL),
	"remote_url": orNull(anURL), "description": orNull(str), "blurhash": orNull(filled), "meta": hash,
}

var pollRules = rules{
	"id": anID, "expires_at": orNull(date), "expired": flag, "multiple": flag, "votes_count": count, "voters_count": count, "voted": flag,
	"own_votes": listOf(count), "emojis": listOf(emojiRules.object()), "options": listOf(rules{"title": str, "votes_count": orNull(count)}.object()),
}

var postRules = rules{
	"id": anID, "uri": anURL, "url": anURL, "created_at": date, "edited_at": orNull(date), "account": accountRules.object(), "content": str,
	"visibility": visibilities, "sensitive": flag, "spoiler_text": str, "language": orNull(filled),
	"in_reply_to_id": orNull(anID), "in_reply_to_account_id": orNull(anID), "application": null, "card": null,
	"media_attachments": listOf(mediaRules.object()), "poll": orNull(pollRules.object()), "emojis": listOf(emojiRules.object()),
	"mentions":      listOf(rules{"id": anID, "username": filled, "acct": filled, "url": anURL}.object()),
	"tags":          listOf(rules{"name": filled, "url": anURL}.object()),
	"replies_count": count, "reblogs_count": count, "favourites_count": count,
	"favourited": flag, "reblogged": flag, "muted": flag, "bookmarked": flag, "pinned": flag, "filtered": listOf(hash),
}

// statusRules are of a post, or of a boost around one.
var statusRules = joined(postRules, rules{"reblog": orNull(joined(postRules, rules{"reblog": null}).object())})

var notificationRules = rules{
	"id": smallI, "type": filled, "created_at": date, "group_key": filled, "account": accountRules.object(),
}

var relationshipRules = rules{
	"id": anID, "following": flag, "showing_reblogs": flag, "notifying": flag, "languages": listOf(str), "followed_by": flag, "blocking": flag,
	"blocked_by": flag, "muting": flag, "muting_notifications": flag, "requested": flag, "requested_by": flag, "domain_blocking": flag,
	"endorsed": flag, "note": str,
}

var searchRules = rules{
	"accounts": listOf(accountRules.object()), "statuses": listOf(statusRules.object()),
	"hashtags": listOf(rules{"name": filled, "url": anURL, "history": listOf(hash), "following": flag}.object()),
}

// limitRules are of both instance entities.
var limitRules = rules{
	"statuses": rules{"max_characters": count, "max_media_attachments": count, "characters_reserved_per_url": count}.object(),
	"media_attachments": rules{
		"supported_mime_types": listOf(str), "image_size_limit": count, "image_matrix_limit": count, "video_size_limit": count,
		"video_frame_rate_limit": count, "video_matrix_limit": count, "description_limit": count,
	}.object(),
	"polls":    rules{"max_options": count, "max_characters_per_option": count, "min_expiration": count, "max_expiration": count}.object(),
	"accounts": rules{"max_featured_tags": count, "max_pinned_statuses": count}.object(),
}

// Its digits up to the first point and one more are read as a number by one app.
var version = matching("a version of the API we are a part of", `^4\.2\.0 \(compatible; Skerry .+\)$`)

var instanceV1Rules = rules{
	"uri": matching("a bare domain", `^[^/]+$`), "title": filled, "short_description": str, "description": str, "email": str, "version": version,
	"urls":  rules{"streaming_api": matching("a WebSocket address", `^wss?://`)}.object(),
	"stats": rules{"user_count": count, "status_count": count, "domain_count": count}.object(), "thumbnail": anURL, "languages": listOf(str),
	"registrations": flag, "approval_required": flag, "invites_enabled": flag, "configuration": limitRules.object(), "rules": listOf(hash),
	"contact_account": orNull(accountRules.object()),
}

var instanceV2Rules = rules{
	"domain": filled, "title": filled, "version": version, "source_url": orNull(anURL), "description": str,
	"usage":     rules{"users": rules{"active_month": count}.object()}.object(),
	"thumbnail": rules{"url": anURL}.object(), "languages": listOf(str), "rules": listOf(hash),
	"configuration": joined(limitRules, rules{"urls": hash, "translation": rules{"enabled": flag}.object()}).object(),
	"registrations": rules{"enabled": flag, "approval_required": flag, "message": orNull(str)}.object(),
	"contact":       rules{"email": str, "account": orNull(accountRules.object())}.object(),
}

// joined gives rules and some more.
func joined(all ...rules) rules {
	out := rules{}
	for _, r := range all {
		for name, check := range r {
			out[name] = check
		}
	}
	return out
}

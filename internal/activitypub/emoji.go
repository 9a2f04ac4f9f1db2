package activitypub

import "skerry/internal/social"

// EmojiOf is an emoji of the owner's as texts refer to it.
func (b Builder) EmojiOf(e social.OwnEmoji) social.Emoji {
	return social.Emoji{
		Shortcode: e.Shortcode, URL: b.URLs.Media(e.Key), IRI: b.URLs.Emoji(e.ID), MediaType: e.MediaType, Updated: e.Created,
	}
}

// Emoji is the document of an emoji of ours.
func (b Builder) Emoji(e social.Emoji) Object {
	o := emojiTag(e)
	o["@context"] = contextOf
	return o
}

// emojiTags are the tags of the emojis in a text of ours.
func emojiTags(all []social.Emoji) (tags []Object) {
	for _, e := range all {
		tags = append(tags, emojiTag(e))
	}
	return tags
}

func emojiTag(e social.Emoji) Object {
	return Object{
		"id": e.IRI, "type": "Emoji", "name": ":" + e.Shortcode + ":", "updated": stamp(e.Updated),
		"icon": Object{"type": "Image", "mediaType": e.MediaType, "url": e.URL},
	}
}

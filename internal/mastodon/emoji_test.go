package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppsAreOfferedTheOwnersEmojis(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		if none := st.list("/v1/custom_emojis"); len(none) != 0 {
			t.Errorf("got %v before there was one", none)
		}
		cat, dog := st.Emoji(t, "cat"), st.Emoji(t, "dog")
		st.must(st.Publisher.RetireEmoji(t.Context(), dog.ID))
		got := st.want(200, "GET", "/v1/custom_emojis", token("")).list(t)
		checkAll(t, "custom emojis", got, emojiRules)
		at := st.URLs().Media(cat.Key)
		want := []object{{"shortcode": "cat", "url": at, "static_url": at, "visible_in_picker": true}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("custom emojis (-want +got):\n%s", diff)
		}
	})
}

func TestEmojisOfTheOwnerAreShownToApps(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		cat := st.Emoji(t, "cat")
		at := st.URLs().Media(cat.Key)
		want := []any{object{"shortcode": "cat", "url": at, "static_url": at, "visible_in_picker": false}}
		said := st.say("hello :cat: :dog:")
		me := st.want(200, "PATCH", "/v1/accounts/update_credentials", form("display_name", "Anna :cat:")).object(t)
		for what, got := range map[string]object{"status": said, "account": me} {
			if diff := cmp.Diff(want, got["emojis"]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		if got := text(said, "content"); got != "<p>hello :cat: :dog:</p>" { // apps put the pictures in
			t.Errorf("content is %s", got)
		}
	})
}

package main

import (
	"strings"
	"testing"
	"time"
)

func TestWhatOthersWroteIsPlainInATable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "-",
		"answered 503":                     "answered 503",
		"écrit à 5 h":                      "écrit à 5 h",
		"a\tb\nc":                          "a?b?c",
		"\x1b]0;pwned\x07\x1b[2J":          "?]0;pwned??[2J",
		"\u202egnp.exe":                    "?gnp.exe",
		"\xff":                             "\ufffd",
		strings.Repeat("ä", longest):       strings.Repeat("ä", longest),
		strings.Repeat("ä", longest) + "ä": strings.Repeat("ä", longest-1) + "…",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSpansOfTimeAreShort(t *testing.T) {
	t.Parallel()
	for span, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 59900 * time.Millisecond: "59s", time.Minute: "1m", 59 * time.Minute: "59m",
		time.Hour: "1h", 47 * time.Hour: "47h", 48 * time.Hour: "2d", 30 * 24 * time.Hour: "30d",
	} {
		if got := short(span); got != want {
			t.Errorf("%v: got %q, want %q", span, got, want)
		}
	}
}

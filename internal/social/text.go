package social

import (
	"strings"
	"unicode/utf8"
)

// Storable reports whether text can be stored: Postgres takes no NUL, and nothing but
// UTF-8.
func Storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

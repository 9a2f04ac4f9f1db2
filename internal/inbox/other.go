package inbox

import "context"

// later are types that mean something to a person and wait in the recorded inbox
// until there is a place for them.
var later = map[string]string{
	"Move":         "an account moves",
	"EmojiReact":   "an emoji reaction",
	"QuoteRequest": "a wish to quote",
}

// other: what is not acted on is kept in its row and done.
func (w *Worker) other(_ context.Context, v Verified) (string, error) {
	if what, ok := later[v.Type]; ok {
		return "recorded, not acted on: " + what, nil
	}
	return "recorded, not acted on: " + v.Type, nil
}

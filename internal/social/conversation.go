package social

// Conversation is what was said directly between the owner and others under one
// context.
type Conversation struct {
	ID      ID // of its first post that is kept
	Context string
	Last    Post
	Unread  bool // others said something that the owner has not read
}

// With gives who takes part beside the owner, by the last post; the owner alone when
// nobody does.
func (c Conversation) With(owner ID) []ID {
	var out []ID
	if c.Last.Author != owner {
		out = append(out, c.Last.Author)
	}
	for _, m := range c.Last.Mentions {
		if m.Actor != 0 && m.Actor != owner && m.Actor != c.Last.Author {
			out = append(out, m.Actor)
		}
	}
	if len(out) == 0 {
		out = append(out, owner)
	}
	return out
}

package store

import (
	"context"
	"strings"

	"skerry/internal/social"
)

// Timeline says which public posts a timeline is about.
type Timeline struct {
	Any, All, None []string  // hashtags, folded: with one of these, with all, with none
	Local, Remote  bool      // only the owner's, only others'
	Media          bool      // only with files
	Language       string    // only in this one
	Starts         bool      // no answers
	Relay          social.ID // only what came through this one first; 0: from anywhere
}

// condition is a part of a WHERE clause with its arguments.
type condition struct {
	sql  strings.Builder
	args []any
}

// and adds a condition; each ? in it stands for the next argument.
func (c *condition) and(sql string, args ...any) {
	c.sql.WriteString(" AND ")
	for _, r := range sql {
		if r != '?' {
			c.sql.WriteRune(r)
			continue
		}
		c.args = append(c.args, args[0])
		args = args[1:]
		c.sql.WriteString("$" + itoa(len(c.args)))
	}
}

// questions is a list of n arguments.
func questions(n int) string { return strings.TrimPrefix(strings.Repeat(",?", n), ",") }

func (t Timeline) where(owner social.ID) *condition {
	c := &condition{}
	c.and(`p.author_id NOT IN (SELECT b.target_id FROM blocks b WHERE b.actor_id = ?)`, owner)
	c.and(`p.author_id NOT IN (SELECT m.target_id FROM mutes m)`)
	c.and(`a.limited = 0`)
	for _, tag := range t.All {
		c.and(`EXISTS (SELECT 1 FROM post_tags x WHERE x.post_id = p.id AND x.tag = ?)`, tag)
	}
	if len(t.None) > 0 {
		c.and(`NOT EXISTS (SELECT 1 FROM post_tags x WHERE x.post_id = p.id AND x.tag IN (`+questions(len(t.None))+`))`, anys(t.None)...)
	}
	if t.Local {
		c.and(`p.local`)
	}
	if t.Remote {
		c.and(`NOT p.local`)
	}
	if t.Media {
		c.and(`p.attachments <> ''`)
	}
	if t.Language != "" {
		c.and(`p.language = ?`, t.Language)
	}
	if t.Relay != 0 {
		c.and(`p.via_relay = ? AND p.via_relay <> 0`, t.Relay) // as the index of those posts says it
	}
	if t.Starts {
		c.and(`p.in_reply_to = ''`)
	}
	return c
}

// PublicPosts gives a timeline, newest first, without those whom the owner blocks,
// mutes, or limits with their servers. With hashtags it goes along the posts of a hashtag, else along all posts.
func (r Reader) PublicPosts(ctx context.Context, owner social.ID, t Timeline, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	c := t.where(owner)
	from, by := postTables, `p.id`
	switch {
	case len(t.Any) == 1: // in the order of the key
		from, by = from+`JOIN post_tags t ON t.post_id = p.id `, `t.post_id`
		c.and(`t.tag = ?`, t.Any[0])
	case len(t.Any) > 1:
		c.and(`p.id IN (SELECT t.post_id FROM post_tags t WHERE t.tag IN (`+questions(len(t.Any))+`))`, anys(t.Any)...)
	}
	c.and(by+` < ?`, before)
	c.and(by+` > ?`, after)
	c.args = append(c.args, limit)
	all, err := list(ctx, r, "read a timeline", scanPost, `SELECT `+postColumns+from+`WHERE p.visibility = 0`+c.sql.String()+
		` ORDER BY `+by+` `+page.order()+` LIMIT $`+itoa(len(c.args)), c.args...)
	return newestFirst(page, all), err
}

// Languages gives the languages of the newest n public posts, the most frequent first.
func (r Reader) Languages(ctx context.Context, n int) ([]string, error) {
	return list(ctx, r, "read languages", value[string], `
		SELECT l.language FROM (SELECT p.language FROM posts p WHERE p.visibility = 0 ORDER BY p.id DESC LIMIT $1) l
		WHERE l.language <> '' GROUP BY l.language ORDER BY COUNT(*) DESC, l.language`, n)
}

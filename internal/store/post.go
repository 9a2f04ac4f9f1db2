package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const postColumns = `p.id, p.iri, p.url, p.author_id, a.iri, p.local, p.kind, p.visibility, p.title, p.warning,
	p.sensitive, p.content, p.source, p.language, p.in_reply_to, p.parent_id, p.context,
	p.addressed_to, p.addressed_cc, p.mentions, p.hashtags, p.emojis, p.attachments, p.poll,
	p.published_at, p.edited_at, p.fetched_at, p.via_relay, a.limited, a.reject_media,
	(SELECT COUNT(*) FROM posts c WHERE c.parent_id = p.id AND c.parent_id <> 0 AND c.visibility <= 1),
	(SELECT COUNT(*) FROM likes l WHERE l.post_id = p.id),
	(SELECT COUNT(*) FROM boosts b WHERE b.post_id = p.id), ` + quoteColumns

const postTables = ` FROM posts p JOIN actors a ON a.id = p.author_id ` + quoteTable

// storedMention is a mention as its column holds it, with the actor.
type storedMention struct {
	social.Mention
	ActorID social.ID `json:"actor,omitempty"`
}

func storeMentions(all []social.Mention) string {
	out := make([]storedMention, len(all))
	for i, m := range all {
		out[i] = storedMention{Mention: m, ActorID: m.Actor}
	}
	return document(out)
}

func scanPost(r rows) (p social.Post, err error) {
	var mentions []storedMention
	var quote social.Quote
	err = r.Scan(append([]any{&p.ID, &p.IRI, &p.URL, &p.Author, &p.AuthorIRI, &p.Local, &p.Kind, &p.Visibility, &p.Title, &p.Warning,
		&p.Sensitive, &p.Content, &p.Source, &p.Language, &p.InReplyTo, &p.Parent, &p.Context,
		parsed{&p.To}, parsed{&p.Cc}, parsed{&mentions}, parsed{&p.Hashtags}, parsed{&p.Emojis}, parsed{&p.Attachments}, parsed{&p.Poll},
		moment{&p.Published}, moment{&p.Edited}, moment{&p.FetchedAt}, &p.Via, &p.Limited, &p.RejectMedia,
		&p.Counts.Replies, &p.Counts.Likes, &p.Counts.Boosts}, scanned(&quote)...)...)
	if quote.IRI != "" {
		p.Quote = &quote
	}
	for _, m := range mentions {
		m.Mention.Actor = m.ActorID
		p.Mentions = append(p.Mentions, m.Mention)
	}
	return p, err
}

// Post gives a post by id, or NotFound.
func (r Reader) Post(ctx context.Context, id social.ID) (social.Post, error) {
	return one(ctx, r, "read post", scanPost, `SELECT `+postColumns+postTables+`WHERE p.id = $1`, id)
}

// PostByIRI gives a post by its ActivityPub id, or NotFound.
func (r Reader) PostByIRI(ctx context.Context, iri string) (social.Post, error) {
	return one(ctx, r, "read post", scanPost, `SELECT `+postColumns+postTables+`WHERE p.iri = $1`, iri)
}

// PostByURL gives a post by the address of its page, or NotFound.
func (r Reader) PostByURL(ctx context.Context, url string) (social.Post, error) {
	return one(ctx, r, "read post", scanPost, `SELECT `+postColumns+postTables+`WHERE p.url = $1 ORDER BY p.id LIMIT 1`, url)
}

// Posts gives the posts with these ids; absent ones are left out.
func (r Reader) Posts(ctx context.Context, ids []social.ID) (map[social.ID]social.Post, error) {
	out := make(map[social.ID]social.Post, len(ids))
	for part := range chunks(ids) {
		all, err := list(ctx, r, "read posts", scanPost,
			`SELECT `+postColumns+postTables+`WHERE p.id IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			out[p.ID] = p
		}
	}
	return out, nil
}

// PostsBy gives an author's posts no more closed than most, newest first.
func (r Reader) PostsBy(ctx context.Context, author social.ID, most social.Visibility, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read posts of author", scanPost, `
		SELECT `+postColumns+postTables+`
		WHERE p.author_id = $1 AND p.visibility <= $2 AND p.id < $3 AND p.id > $4 AND a.limited <> 2
		ORDER BY p.id `+page.order()+` LIMIT $5`, author, most, before, after, limit)
	return newestFirst(page, all), err
}

// PostsTagged gives an author's posts with a hashtag, folded, that are no more closed
// than most, newest first.
func (r Reader) PostsTagged(ctx context.Context, tag string, author social.ID, most social.Visibility, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read tagged posts", scanPost, `
		SELECT `+postColumns+postTables+`JOIN post_tags t ON t.post_id = p.id
		WHERE t.tag = $1 AND p.author_id = $2 AND p.visibility <= $3 AND p.id < $4 AND p.id > $5
		ORDER BY p.id `+page.order()+` LIMIT $6`, tag, author, most, before, after, limit)
	return newestFirst(page, all), err
}

// RepliesTo gives the stored replies to a post that are no more closed than most,
// oldest first.
func (r Reader) RepliesTo(ctx context.Context, parent social.ID, most social.Visibility, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	return list(ctx, r, "read replies", scanPost, `
		SELECT `+postColumns+postTables+`
		WHERE p.parent_id = $1 AND p.parent_id <> 0 AND p.visibility <= $2 AND p.id < $3 AND p.id > $4
		ORDER BY p.id LIMIT $5`, parent, most, before, after, limit)
}

// PostsInContext gives the stored posts of a conversation that are no more closed
// than most, oldest first.
func (r Reader) PostsInContext(ctx context.Context, iri string, most social.Visibility, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	return list(ctx, r, "read conversation", scanPost, `
		SELECT `+postColumns+postTables+`
		WHERE p.context = $1 AND p.context <> '' AND p.visibility <= $2 AND p.id < $3 AND p.id > $4
		ORDER BY p.id LIMIT $5`, iri, most, before, after, limit)
}

// OwnPostCounts counts the owner's posts: those that answer nobody, and replies;
// at is when the newest of both was written.
func (r Reader) OwnPostCounts(ctx context.Context) (posts, replies int, at time.Time, err error) {
	type counts struct {
		posts, replies int
		at             time.Time
	}
	c, err := one(ctx, r, "count own posts", func(r rows) (c counts, err error) {
		return c, r.Scan(&c.posts, &c.replies, moment{&c.at})
	}, `
		SELECT COUNT(*) FILTER (WHERE in_reply_to = ''), COUNT(*) FILTER (WHERE in_reply_to <> ''),
			COALESCE(MAX(published_at), 0) FROM posts WHERE local`)
	return c.posts, c.replies, c.at, err
}

// CountPostsBy counts the posts of an author no more closed than most.
func (r Reader) CountPostsBy(ctx context.Context, author social.ID, most social.Visibility) (int, error) {
	return one(ctx, r, "count posts", value[int],
		`SELECT COUNT(*) FROM posts WHERE author_id = $1 AND visibility <= $2`, author, most)
}

// AddPost stores a post with its mentions and tags. folded are its hashtags as
// keys. The transaction ends as a Conflict when a post of this IRI is known, and
// as Gone when a stranger's was deleted by its author.
func (tx *Tx) AddPost(ctx context.Context, p social.Post, folded []string) error {
	err := tx.later(ctx, addPosts,
		p.ID, p.IRI, p.URL, p.Author, p.Local, p.Kind, p.Visibility, p.Title, p.Warning, p.Sensitive, p.Content, p.Source,
		p.Language, p.InReplyTo, p.Parent, p.Context, document(p.To), document(p.Cc), storeMentions(p.Mentions),
		document(p.Hashtags), document(p.Emojis), document(p.Attachments), document(p.Poll),
		millis(p.Published), millis(p.Edited), millis(p.FetchedAt), p.Via)
	if err == nil && !p.Local {
		err = tx.later(ctx, unburied, p.IRI, p.AuthorIRI)
	}
	if err == nil {
		err = tx.later(ctx, adoptReplies, p.IRI)
	}
	if err == nil && p.Quote != nil {
		err = tx.later(ctx, addQuotes, quoteRow(p.ID, p.Quote)...)
	}
	if err == nil && p.Whole != "" {
		err = tx.later(ctx, addArticles, p.ID, p.Whole)
	}
	if err != nil {
		return err
	}
	if err := tx.indexPost(ctx, p, folded); err != nil {
		return err
	}
	return tx.keepNew(ctx, p)
}

var (
	addPosts = &many{
		doing: "add post",
		first: true,
		before: `INSERT INTO posts (id, iri, url, author_id, local, kind, visibility, title, warning, sensitive, content, source,
			language, in_reply_to, parent_id, context, addressed_to, addressed_cc, mentions, hashtags, emojis,
			attachments, poll, published_at, edited_at, fetched_at, via_relay) VALUES `,
		row: `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, after: ` ON CONFLICT (iri) DO NOTHING`,
		wrong: func(added, rows int) error {
			if added < rows {
				return social.Faultf(social.Conflict, "the post is here already")
			}
			return nil
		},
	}
	unburied = &many{
		doing:  "look for tombstones",
		before: `SELECT 1 FROM tombstones WHERE (iri, actor_iri) IN (VALUES `, row: `(?, ?)`, after: `)`,
		wrong: func(buried, _ int) error {
			if buried > 0 {
				return social.Faultf(social.Gone, "the post was deleted by its author")
			}
			return nil
		},
	}
	// Replies that came before the post they answer find their parent now.
	adoptReplies = &many{
		doing:  "adopt replies",
		before: `UPDATE posts SET parent_id = (SELECT p.id FROM posts p WHERE p.iri = posts.in_reply_to) WHERE in_reply_to IN (`, row: `?`,
		after: `) AND in_reply_to <> '' AND parent_id = 0`,
	}
	indexMention = &many{
		doing:  "index mention",
		before: `INSERT INTO post_mentions (post_id, actor_id) VALUES `, row: `(?, ?)`, after: ` ON CONFLICT (post_id, actor_id) DO NOTHING`,
	}
	indexTag = &many{
		doing:  "index tag",
		before: `INSERT INTO post_tags (tag, post_id) VALUES `, row: `(?, ?)`, after: ` ON CONFLICT (tag, post_id) DO NOTHING`,
	}
)

// EditPost replaces what a post says and keeps what it said before. Author,
// visibility and place in the thread stay.
func (tx *Tx) EditPost(ctx context.Context, old, p social.Post, folded []string) error {
	if was := old.Version(); !was.Same(p.Version()) {
		if err := tx.keepVersion(ctx, old.ID, was); err != nil {
			return err
		}
	}
	if err := tx.RefreshPost(ctx, p); err != nil {
		return err
	}
	if p.Quote != old.Quote { // else it stands as it was judged
		if err := tx.PutQuote(ctx, p.ID, p.Quote); err != nil {
			return err
		}
	}
	if p.Kind == social.Article {
		if err := tx.putArticle(ctx, p.ID, p.Whole); err != nil {
			return err
		}
	}
	for _, sql := range []string{`DELETE FROM post_mentions WHERE post_id = $1`, `DELETE FROM post_tags WHERE post_id = $1`} {
		if _, err := tx.exec(ctx, "index edited post", sql, p.ID); err != nil {
			return err
		}
	}
	if err := tx.indexPost(ctx, p, folded); err != nil {
		return err
	}
	return tx.keepPost(ctx, p)
}

// RefreshPost brings a post up to date without keeping history: a poll's tally.
// Its visibility stays, whomever it is addressed to; the media of a kept one are
// listed anew.
func (tx *Tx) RefreshPost(ctx context.Context, p social.Post) error {
	_, err := tx.exec(ctx, "edit post", `
		UPDATE posts SET url = $1, title = $2, warning = $3, sensitive = $4, content = $5, source = $6, language = $7,
			mentions = $8, hashtags = $9, emojis = $10, attachments = $11, poll = $12, edited_at = $13, fetched_at = $14,
			addressed_to = $15, addressed_cc = $16, kept = CASE kept WHEN 2 THEN 1 ELSE kept END
		WHERE id = $17`,
		p.URL, p.Title, p.Warning, p.Sensitive, p.Content, p.Source, p.Language, storeMentions(p.Mentions),
		document(p.Hashtags), document(p.Emojis), document(p.Attachments), document(p.Poll),
		millis(p.Edited), millis(p.FetchedAt), document(p.To), document(p.Cc), p.ID)
	return err
}

func (tx *Tx) indexPost(ctx context.Context, p social.Post, folded []string) error {
	for _, m := range p.Mentions {
		if m.Actor == 0 {
			continue
		}
		if err := tx.later(ctx, indexMention, p.ID, m.Actor); err != nil {
			return err
		}
	}
	for _, tag := range folded {
		if err := tx.later(ctx, indexTag, tag, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// DropPost removes a post and all that hangs on it, also what is listed of it in
// an outbox. Replies stay and lose their parent.
func (tx *Tx) DropPost(ctx context.Context, id social.ID) error {
	for _, sql := range []string{
		`DELETE FROM notifications WHERE post_id = $1 AND post_id <> 0`,
		`UPDATE posts SET parent_id = 0 WHERE parent_id = $1 AND parent_id <> 0`,
		`UPDATE activities SET listed = FALSE WHERE post_id = $1 AND post_id <> 0 AND listed`,
		`DELETE FROM posts WHERE id = $1`,
	} {
		if _, err := tx.exec(ctx, "drop post", sql, id); err != nil {
			return err
		}
	}
	return nil
}

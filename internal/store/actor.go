package store

import (
	"context"
	"strings"
	"time"

	"skerry/internal/social"
)

const actorColumns = `a.id, a.iri, a.kind, a.local, a.username, a.domain, a.name, a.summary, a.url,
	a.inbox, a.shared_inbox, a.outbox, a.followers, a.following, a.featured, a.featured_tags,
	a.icon, a.header, a.fields, a.emojis, a.also_known_as, a.moved_to,
	a.locked, a.discoverable, a.indexable, a.published_at, a.updated_at, a.fetched_at, a.gone_at, a.limited, a.reject_media`

func scanActor(r rows) (a social.Actor, err error) {
	err = r.Scan(&a.ID, &a.IRI, &a.Kind, &a.Local, &a.Username, &a.Domain, &a.Name, &a.Summary, &a.URL,
		&a.Inbox, &a.SharedInbox, &a.Outbox, &a.Followers, &a.Following, &a.Featured, &a.FeaturedTags,
		parsed{&a.Icon}, parsed{&a.Header}, parsed{&a.Fields}, parsed{&a.Emojis}, parsed{&a.AlsoKnownAs}, &a.MovedTo,
		&a.Locked, &a.Discoverable, &a.Indexable,
		moment{&a.Published}, moment{&a.Updated}, moment{&a.FetchedAt}, moment{&a.GoneAt}, &a.Limited, &a.RejectMedia)
	return a, err
}

// Actor gives an actor by id, or NotFound.
func (r Reader) Actor(ctx context.Context, id social.ID) (social.Actor, error) {
	return one(ctx, r, "read actor", scanActor, `SELECT `+actorColumns+` FROM actors a WHERE a.id = $1`, id)
}

// ActorByIRI gives an actor by its ActivityPub id, or NotFound.
func (r Reader) ActorByIRI(ctx context.Context, iri string) (social.Actor, error) {
	return one(ctx, r, "read actor", scanActor, `SELECT `+actorColumns+` FROM actors a WHERE a.iri = $1`, iri)
}

// ActorByURL gives an actor by the address of its page, or NotFound.
func (r Reader) ActorByURL(ctx context.Context, url string) (social.Actor, error) {
	return one(ctx, r, "read actor", scanActor, `SELECT `+actorColumns+` FROM actors a WHERE a.url = $1 AND a.url <> '' ORDER BY a.id LIMIT 1`, url)
}

// ActorByHandle gives an actor by username (in any case) and domain, or NotFound.
// Of several with the same handle it gives the one fetched last.
func (r Reader) ActorByHandle(ctx context.Context, username, domain string) (social.Actor, error) {
	return one(ctx, r, "read actor", scanActor, `
		SELECT `+actorColumns+` FROM actors a
		WHERE a.username_fold = $1 AND a.domain = $2 AND a.gone_at = 0
		ORDER BY a.local DESC, a.fetched_at DESC LIMIT 1`, strings.ToLower(username), domain)
}

// ActorByFollowers gives the actor whose followers collection has this IRI, or NotFound.
func (r Reader) ActorByFollowers(ctx context.Context, iri string) (social.Actor, error) {
	return one(ctx, r, "read actor", scanActor, `SELECT `+actorColumns+` FROM actors a WHERE a.followers = $1 LIMIT 1`, iri)
}

// Actors gives the actors with these ids, in no order; absent ones are left out.
func (r Reader) Actors(ctx context.Context, ids []social.ID) (map[social.ID]social.Actor, error) {
	out := make(map[social.ID]social.Actor, len(ids))
	for part := range chunks(ids) {
		all, err := list(ctx, r, "read actors", scanActor,
			`SELECT `+actorColumns+` FROM actors a WHERE a.id IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			out[a.ID] = a
		}
	}
	return out, nil
}

// SearchActors gives actors whose handle or name begins with the text, but those of
// servers that are silenced or suspended.
func (r Reader) SearchActors(ctx context.Context, text string, limit int) ([]social.Actor, error) {
	like := escapeLike(strings.ToLower(text)) + "%"
	return list(ctx, r, "search actors", scanActor, `
		SELECT `+actorColumns+` FROM actors a
		WHERE a.gone_at = 0 AND a.limited = 0 AND (a.username_fold LIKE $1 ESCAPE '\' OR LOWER(a.name) LIKE $1 ESCAPE '\')
		ORDER BY a.local DESC, a.id LIMIT $2`, like, limit)
}

// escapeLike makes text match itself in a LIKE with ESCAPE '\'.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// PutActor stores an actor, or brings the stored one with its IRI up to date,
// and gives the id it has.
func (tx *Tx) PutActor(ctx context.Context, a social.Actor, host string) (social.ID, error) {
	if a.ID == 0 {
		a.ID = tx.db.ids.New()
	}
	tx.forgetActor(a)
	return one(ctx, tx.Reader, "put actor", value[social.ID], `
		INSERT INTO actors (id, iri, kind, local, username, username_fold, domain, host, name, summary, url,
			inbox, shared_inbox, outbox, followers, following, featured, featured_tags,
			icon, header, fields, emojis, also_known_as, moved_to, locked, discoverable, indexable,
			published_at, updated_at, fetched_at, gone_at, limited, reject_media)
		VALUES (`+marks(1, 33)+`)
		ON CONFLICT (iri) DO UPDATE SET kind = excluded.kind, username = excluded.username,
			username_fold = excluded.username_fold, domain = excluded.domain, host = excluded.host,
			name = excluded.name, summary = excluded.summary, url = excluded.url, inbox = excluded.inbox,
			shared_inbox = excluded.shared_inbox, outbox = excluded.outbox, followers = excluded.followers,
			following = excluded.following, featured = excluded.featured, featured_tags = excluded.featured_tags,
			icon = excluded.icon, header = excluded.header, fields = excluded.fields, emojis = excluded.emojis,
			also_known_as = excluded.also_known_as, moved_to = excluded.moved_to, locked = excluded.locked,
			discoverable = excluded.discoverable, indexable = excluded.indexable,
			published_at = excluded.published_at, updated_at = excluded.updated_at,
			fetched_at = excluded.fetched_at, gone_at = excluded.gone_at,
			limited = excluded.limited, reject_media = excluded.reject_media
		RETURNING id`,
		a.ID, a.IRI, a.Kind, a.Local, a.Username, strings.ToLower(a.Username), a.Domain, host, a.Name, a.Summary, a.URL,
		a.Inbox, a.SharedInbox, a.Outbox, a.Followers, a.Following, a.Featured, a.FeaturedTags,
		document(a.Icon), document(a.Header), document(a.Fields), document(a.Emojis), document(a.AlsoKnownAs), a.MovedTo,
		a.Locked, a.Discoverable, a.Indexable,
		millis(a.Published), millis(a.Updated), millis(a.FetchedAt), millis(a.GoneAt), a.Limited, a.RejectMedia)
}

// MarkLinks keeps of lines of a profile since when their page is known to link back;
// nil for those that do not. Lines that were changed meanwhile stay as they are.
func (tx *Tx) MarkLinks(ctx context.Context, actor social.ID, seen map[string]*time.Time) error {
	a, err := tx.Actor(ctx, actor)
	if err != nil {
		return err
	}
	was := document(a.Fields)
	for i := range a.Fields {
		at, looked := seen[a.Fields[i].Value]
		if looked && (at == nil || a.Fields[i].VerifiedAt == nil) {
			a.Fields[i].VerifiedAt = at
		}
	}
	tx.forgetActor(a)
	tx.forgetOwner()
	_, err = tx.exec(ctx, "mark links", `UPDATE actors SET fields = $1 WHERE id = $2 AND fields = $3`, document(a.Fields), actor, was)
	return err
}

// MarkActorGone notes that an actor was deleted where it lived: its posts,
// follows and all it did here go; the row stays so that it is not asked for again.
func (tx *Tx) MarkActorGone(ctx context.Context, id social.ID, at time.Time) error {
	tx.forgetGone(id)
	for _, sql := range []string{
		`DELETE FROM notifications WHERE from_id = $1`,
		`DELETE FROM notifications WHERE post_id IN (SELECT p.id FROM posts p WHERE p.author_id = $1)`,
		`UPDATE activities SET listed = FALSE WHERE listed AND post_id IN (SELECT p.id FROM posts p WHERE p.author_id = $1)`,
		`DELETE FROM posts WHERE author_id = $1`,
		`DELETE FROM home WHERE by_id = $1`,
		`DELETE FROM likes WHERE actor_id = $1`,
		`DELETE FROM boosts WHERE actor_id = $1`,
		`DELETE FROM follows WHERE follower_id = $1 OR followee_id = $1`,
		`DELETE FROM blocks WHERE actor_id = $1`,
		`DELETE FROM actor_keys WHERE actor_id = $1`,
	} {
		if _, err := tx.exec(ctx, "forget actor", sql, id); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "mark actor gone", `UPDATE actors SET gone_at = $1 WHERE id = $2`, millis(at), id)
	return err
}

// Peers gives the hosts of all known actors but ours, in order.
func (r Reader) Peers(ctx context.Context) ([]string, error) {
	return list(ctx, r, "read peers", value[string],
		`SELECT DISTINCT a.host FROM actors a WHERE a.local = $1 ORDER BY a.host`, false)
}

// Federated reports whether anybody out there has met us: then domain and
// username are part of what they remember.
func (r Reader) Federated(ctx context.Context) (bool, error) {
	return found(ctx, r, "look for remote actors", `SELECT 1 FROM actors a WHERE a.local = $1 LIMIT 1`, false)
}

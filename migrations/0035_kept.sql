-- What the owner touched is never forgotten, nor the thread above it. Which posts that is stands in a column, so that a million
-- others are let go without a question to each. Adds a column with a default (no rewrite) and marks what is touched today; two
-- indexes are built over the posts: about a second for each 100,000 of them.
-- +goose Up

-- posts.kept: 0 nothing keeps the post; 1 it is touched, or stands above one that is, and its media are not listed yet; 2 the
-- same, and they are; 3 nothing seems to keep it any more, which is looked at once again before it is 0.
ALTER TABLE posts ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

-- kept_media: the addresses of strangers' media that kept posts show.
CREATE TABLE kept_media (
	post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	url     TEXT   NOT NULL,
	PRIMARY KEY (post_id, url)
);
CREATE INDEX kept_media_url ON kept_media (url);

WITH RECURSIVE up (id) AS (
	SELECT p.id FROM posts p WHERE p.local OR p.visibility = 3
		OR EXISTS (SELECT 1 FROM post_mentions t WHERE t.post_id = p.id AND t.actor_id = (SELECT w.actor_id FROM owner w))
		OR EXISTS (SELECT 1 FROM likes t WHERE t.post_id = p.id AND t.actor_id = (SELECT w.actor_id FROM owner w))
		OR EXISTS (SELECT 1 FROM boosts t WHERE t.post_id = p.id AND t.actor_id = (SELECT w.actor_id FROM owner w))
		OR EXISTS (SELECT 1 FROM bookmarks t WHERE t.post_id = p.id AND t.actor_id = (SELECT w.actor_id FROM owner w))
		OR EXISTS (SELECT 1 FROM votes t WHERE t.post_id = p.id AND t.actor_id = (SELECT w.actor_id FROM owner w))
		OR EXISTS (SELECT 1 FROM posts o WHERE o.id = p.parent_id AND o.local)
		OR EXISTS (SELECT 1 FROM quotes q JOIN posts o ON o.id = q.post_id WHERE q.iri = p.iri AND o.local)
	UNION
	SELECT p.parent_id FROM up JOIN posts p ON p.id = up.id WHERE p.parent_id <> 0
)
UPDATE posts SET kept = 1 WHERE id IN (SELECT up.id FROM up);

CREATE INDEX posts_kept ON posts (id) WHERE kept <> 0;
CREATE INDEX posts_unsettled ON posts (id) WHERE kept IN (1, 3);
CREATE INDEX posts_loose ON posts (fetched_at, id) WHERE kept = 0;

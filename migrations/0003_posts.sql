-- Posts, ours and strangers', and what is done to them.
-- +goose Up

CREATE TABLE posts (
	id           ${ID},
	iri          TEXT    NOT NULL CONSTRAINT posts_iri UNIQUE,
	url          TEXT    NOT NULL,
	author_id    BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	local        BOOLEAN NOT NULL,
	kind         TEXT    NOT NULL,
	visibility   INTEGER NOT NULL,
	title        TEXT    NOT NULL,
	warning      TEXT    NOT NULL,
	sensitive    BOOLEAN NOT NULL,
	content      TEXT    NOT NULL,
	source       TEXT    NOT NULL,
	language     TEXT    NOT NULL,
	in_reply_to  TEXT    NOT NULL,
	parent_id    BIGINT  NOT NULL,
	context      TEXT    NOT NULL,
	addressed_to TEXT    NOT NULL,
	addressed_cc TEXT    NOT NULL,
	mentions     TEXT    NOT NULL,
	hashtags     TEXT    NOT NULL,
	emojis       TEXT    NOT NULL,
	attachments  TEXT    NOT NULL,
	poll         TEXT    NOT NULL,
	published_at BIGINT  NOT NULL,
	edited_at    BIGINT  NOT NULL,
	fetched_at   BIGINT  NOT NULL
);
CREATE INDEX posts_url ON posts (url);
CREATE INDEX posts_author ON posts (author_id, id);
CREATE INDEX posts_parent ON posts (parent_id) WHERE parent_id <> 0;
CREATE INDEX posts_in_reply_to ON posts (in_reply_to) WHERE in_reply_to <> '';
CREATE INDEX posts_context ON posts (context) WHERE context <> '';

-- post_mentions: stored actors named in a post.
CREATE TABLE post_mentions (
	post_id  BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	actor_id BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	PRIMARY KEY (post_id, actor_id)
);
CREATE INDEX post_mentions_actor ON post_mentions (actor_id, post_id);

-- post_tags: hashtags, folded.
CREATE TABLE post_tags (
	tag     TEXT   NOT NULL,
	post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	PRIMARY KEY (tag, post_id)
);
CREATE INDEX post_tags_post ON post_tags (post_id);

-- post_edits: what a post said before each edit.
CREATE TABLE post_edits (
	post_id   BIGINT  NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	at        BIGINT  NOT NULL,
	title     TEXT    NOT NULL,
	warning   TEXT    NOT NULL,
	sensitive BOOLEAN NOT NULL,
	content   TEXT    NOT NULL,
	source    TEXT    NOT NULL,
	PRIMARY KEY (post_id, at)
);

CREATE TABLE likes (
	id         ${ID},
	iri        TEXT   NOT NULL,
	post_id    BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	CONSTRAINT likes_once UNIQUE (post_id, actor_id)
);
CREATE INDEX likes_iri ON likes (iri);
CREATE INDEX likes_actor ON likes (actor_id, id);

CREATE TABLE boosts (
	id         ${ID},
	iri        TEXT    NOT NULL,
	post_id    BIGINT  NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	actor_id   BIGINT  NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	visibility INTEGER NOT NULL,
	created_at BIGINT  NOT NULL,
	CONSTRAINT boosts_once UNIQUE (post_id, actor_id)
);
CREATE INDEX boosts_iri ON boosts (iri);
CREATE INDEX boosts_actor ON boosts (actor_id, id);

-- pins: posts an actor shows on top of the profile.
CREATE TABLE pins (
	actor_id   BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
	post_id    BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (actor_id, post_id)
);
CREATE INDEX pins_post ON pins (post_id);

-- home: the owner's timeline. A row is a post (id = post_id, boost_id = 0) or a boost (id = boost_id).
CREATE TABLE home (
	id       ${ID},
	post_id  BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	boost_id BIGINT NOT NULL,
	by_id    BIGINT NOT NULL REFERENCES actors (id) ON DELETE CASCADE
);
CREATE INDEX home_post ON home (post_id);
CREATE INDEX home_by ON home (by_id);

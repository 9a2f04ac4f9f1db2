-- +goose Up

-- Posts of an author are counted wherever the author is shown: without a look at each of them.
DROP INDEX posts_author;
CREATE INDEX posts_author ON posts (author_id, id, visibility);

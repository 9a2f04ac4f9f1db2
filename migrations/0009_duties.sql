-- duties: what one process at a time must do. fence rises with each holder, so that one who lost it cannot act. New table.
-- +goose Up
CREATE TABLE duties (
	name   TEXT   NOT NULL PRIMARY KEY,
	holder TEXT   NOT NULL,
	until  BIGINT NOT NULL,
	fence  BIGINT NOT NULL
);

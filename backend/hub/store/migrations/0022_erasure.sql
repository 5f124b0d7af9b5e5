-- +goose Up

-- A contact who is to be forgotten, while that goes on; gone once nothing of them is left. contact_id is the one whom the others
-- were merged into. stage is erase.stage, until_ms when its rest is over, seq the position that the search index has to reach.
CREATE TABLE erasure (
  workspace_id TEXT   NOT NULL,
  contact_id   TEXT   NOT NULL,
  asked_ms     BIGINT NOT NULL,
  stage        BIGINT NOT NULL,
  until_ms     BIGINT NOT NULL,
  seq          BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id)
);

-- By what the traces of a contact who is to be forgotten are found, until they are gone. kind is "contact" or "conversation"
-- (ids), "known" (what channels and agents know them by) or "file" (hashes).
CREATE TABLE erasure_part (
  workspace_id TEXT NOT NULL,
  contact_id   TEXT NOT NULL,
  kind         TEXT NOT NULL,
  value        TEXT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, kind, value)
);

-- "Who is thought to be this contact, too?"
CREATE INDEX contact_suggested ON contact (workspace_id, suggested_id) WHERE suggested_id <> '';

-- Up to which position of the feed deletions have been forgotten: who comes back from before begins anew.
ALTER TABLE workspace_seq ADD COLUMN horizon BIGINT NOT NULL DEFAULT 0;
-- Where the feed was, once a day: how old a deletion is.
CREATE TABLE feed_mark (
  workspace_id TEXT   NOT NULL,
  at_ms        BIGINT NOT NULL,
  seq          BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, at_ms)
);
-- "Which deletions are old enough to be forgotten?"
CREATE INDEX change_deleted ON change (workspace_id, seq) WHERE deleted;

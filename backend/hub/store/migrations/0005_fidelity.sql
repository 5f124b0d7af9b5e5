-- +goose Up

-- A message of ours that waits: until when at least, and for what. attempt counts how often a person has sent it.
ALTER TABLE message ADD COLUMN wait_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN wait_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
ALTER TABLE message ADD COLUMN unconfirmed_ms BIGINT NOT NULL DEFAULT 0;

-- When a contact came to be known by this. Of several the newest is written to.
ALTER TABLE contact_identity ADD COLUMN since_ms BIGINT NOT NULL DEFAULT 0;

-- Another contact who may be the same person, and the one that this one was merged into.
ALTER TABLE contact ADD COLUMN suggested_id TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN suggested_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';

ALTER TABLE touchpoint ADD COLUMN paused_ms BIGINT NOT NULL DEFAULT 0;

-- How often contacts were merged or a merge was undone, so that hubs notice that what they remember of identities is old.
ALTER TABLE workspace ADD COLUMN merges BIGINT NOT NULL DEFAULT 0;

-- Two contacts of whom a person has said that they are not the same. low_id < high_id.
CREATE TABLE contact_apart (
  workspace_id TEXT NOT NULL,
  low_id       TEXT NOT NULL,
  high_id      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, low_id, high_id)
);

-- What a merge moved, so that it can be undone. moved is JSON (inbox.moved).
CREATE TABLE contact_merge (
  workspace_id TEXT   NOT NULL,
  merged_id    TEXT   NOT NULL,
  kept_id      TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  at_ms        BIGINT NOT NULL,
  moved        TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, merged_id)
);

-- Up to when a contact has got and read what the business wrote (Messenger): the news may come before the message is
-- known to have been accepted.
CREATE TABLE watermark (
  workspace_id  TEXT   NOT NULL,
  touchpoint_id TEXT   NOT NULL,
  contact_id    TEXT   NOT NULL,
  state         TEXT   NOT NULL,
  until_ms      BIGINT NOT NULL,
  at_ms         BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, touchpoint_id, contact_id, state)
);

-- How an account stands with Meta: the newest news of each topic.
CREATE TABLE touchpoint_health (
  workspace_id  TEXT   NOT NULL,
  touchpoint_id TEXT   NOT NULL,
  topic         TEXT   NOT NULL,
  level         TEXT   NOT NULL,
  event         TEXT   NOT NULL,
  detail        TEXT   NOT NULL,
  at_ms         BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, touchpoint_id, topic)
);

-- A template that Meta has reviewed. content is channel.Template as JSON.
CREATE TABLE template (
  workspace_id TEXT    NOT NULL,
  id           TEXT    NOT NULL,
  account_id   TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  language     TEXT    NOT NULL,
  status       TEXT    NOT NULL,
  content      TEXT    NOT NULL,
  gone         BOOLEAN NOT NULL,
  version      BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX template_name ON template (workspace_id, account_id, name, language);

-- Meta's rates as theoretical arrival times in Unix microseconds (GCRA): key is a touchpoint, or a contact on one.
CREATE TABLE pace (
  workspace_id TEXT   NOT NULL,
  key          TEXT   NOT NULL,
  tat_us       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key)
);

-- +goose Up

-- A webhook of ours: an address of somebody else's program that is told what changes. Operators add them. tells is a list of
-- what it may know (conversations, messages, contacts, notes), queues of which queues (ids; empty is all), both with commas.
-- private lets its address be one that is not public. seq is up to where the feed was looked through for it. Its secrets are
-- sealed with the hub's key; the former one signs too until former_until_ms.
-- failures counts the attempts that failed in a row since failing_since_ms; nothing is sent before hold_until_ms. off_reason is
-- a sentence, empty while it is on.
CREATE TABLE hook (
  workspace_id     TEXT    NOT NULL,
  id               TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  address          TEXT    NOT NULL,
  private          BOOLEAN NOT NULL,
  tells            TEXT    NOT NULL,
  queues           TEXT    NOT NULL,
  secret_sealed    TEXT    NOT NULL,
  former_sealed    TEXT    NOT NULL,
  former_until_ms  BIGINT  NOT NULL,
  seq              BIGINT  NOT NULL,
  failures         BIGINT  NOT NULL,
  failing_since_ms BIGINT  NOT NULL,
  hold_until_ms    BIGINT  NOT NULL,
  taken_ms         BIGINT  NOT NULL,
  off_reason       TEXT    NOT NULL,
  off_ms           BIGINT  NOT NULL,
  created_ms       BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CONSTRAINT hook_name UNIQUE (workspace_id, name)
);

-- What a webhook has to be told: an entity that has changed, once, however often it has. lane is the conversation or contact
-- whose news go in order. tried_ms is when telling it failed first, 0 while it has not.
CREATE TABLE hook_news (
  workspace_id TEXT    NOT NULL,
  hook_id      TEXT    NOT NULL,
  entity_type  TEXT    NOT NULL,
  entity_id    TEXT    NOT NULL,
  lane         TEXT    NOT NULL,
  seq          BIGINT  NOT NULL,
  deleted      BOOLEAN NOT NULL,
  tried_ms     BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, hook_id, entity_type, entity_id)
);
-- "What comes next in this lane?"
CREATE INDEX hook_news_lane ON hook_news (workspace_id, hook_id, lane, seq);

-- One attempt to tell something; kept for a week. Ids are in the order of time. status is HTTP's, 0 where there was no answer;
-- outcome is 'taken', 'failed' or 'given_up', detail says why in words without what was told.
CREATE TABLE hook_attempt (
  workspace_id TEXT   NOT NULL,
  hook_id      TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  at_ms        BIGINT NOT NULL,
  took_ms      BIGINT NOT NULL,
  event        TEXT   NOT NULL,
  entity_id    TEXT   NOT NULL,
  seq          BIGINT NOT NULL,
  status       BIGINT NOT NULL,
  outcome      TEXT   NOT NULL,
  detail       TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, hook_id, id)
);

-- +goose Up

-- Webhooks of which a part was not understood, as they came, so that they can be worked in again once a newer hub understands
-- them. What they brought already is left out then as a duplicate. touchpoint_id is one whose app signed it.
CREATE TABLE dead_webhook (
  workspace_id  TEXT   NOT NULL,
  id            TEXT   NOT NULL,
  touchpoint_id TEXT   NOT NULL,
  channel       TEXT   NOT NULL,
  body          BYTEA  NOT NULL,
  received_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- Which webhook a dead letter is of; empty for those of before this was kept.
ALTER TABLE dead_letter ADD COLUMN webhook_id TEXT NOT NULL DEFAULT '';
CREATE INDEX dead_letter_webhook ON dead_letter (workspace_id, webhook_id) WHERE webhook_id <> '';

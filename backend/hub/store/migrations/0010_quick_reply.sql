-- +goose Up

-- Texts that agents write often. owner_id is empty when one is everybody's.
CREATE TABLE quick_reply (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  owner_id     TEXT   NOT NULL,
  shortcut     TEXT   NOT NULL,
  title        TEXT   NOT NULL,
  text         TEXT   NOT NULL,
  language     TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- What is typed behind "/" stands for one text, of everybody or of an agent, in each language.
CREATE UNIQUE INDEX quick_reply_shortcut ON quick_reply (workspace_id, owner_id, shortcut, language);

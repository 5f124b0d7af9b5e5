-- +goose Up

-- A key with which a program calls the hub as an agent, no further than its scopes (a list with commas) and the agent's role.
-- Of the key only a hash is kept (SHA-256, hex) and its beginning, by which people recognise it. expires_ms is 0 for never;
-- used_ms and address are of its last use, noted every few minutes.
CREATE TABLE api_key (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  beginning    TEXT   NOT NULL,
  key_hash     TEXT   NOT NULL,
  scopes       TEXT   NOT NULL,
  created_ms   BIGINT NOT NULL,
  expires_ms   BIGINT NOT NULL,
  used_ms      BIGINT NOT NULL,
  address      TEXT   NOT NULL,
  revoked_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CONSTRAINT api_key_hash UNIQUE (key_hash)
);

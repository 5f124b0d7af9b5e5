-- +goose Up

-- One row a business. practice marks the built-in simulated Meta.
CREATE TABLE workspace (
  id         TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  practice   BOOLEAN NOT NULL,
  version    BIGINT  NOT NULL,
  created_ms BIGINT  NOT NULL
);

-- The feed's position: one row a workspace. seq is bumped as the last statement of every writing transaction, so
-- numbers are dense and appear in commit order. epoch changes when a backup is restored.
CREATE TABLE workspace_seq (
  workspace_id TEXT   NOT NULL PRIMARY KEY,
  epoch        TEXT   NOT NULL,
  seq          BIGINT NOT NULL
);

-- Which entity changed last at which position. Self-compacting: one row an entity, moved to the newest seq.
CREATE TABLE change (
  workspace_id TEXT    NOT NULL,
  entity_type  TEXT    NOT NULL,
  entity_id    TEXT    NOT NULL,
  seq          BIGINT  NOT NULL,
  deleted      BOOLEAN NOT NULL,
  PRIMARY KEY (workspace_id, entity_type, entity_id)
);
-- "What came after my cursor?"
CREATE UNIQUE INDEX change_seq ON change (workspace_id, seq);

-- Where unassigned conversations wait; agents see it as the Inbox.
CREATE TABLE queue (
  workspace_id       TEXT   NOT NULL,
  id                 TEXT   NOT NULL,
  name               TEXT   NOT NULL,
  disposition_set_id TEXT   NOT NULL,
  version            BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- One WhatsApp number or Page. The three secrets are sealed with the hub's key (see secret.go); the account is
-- Meta's phone_number_id or Page id. window_ms and standard_window_ms are lengths in milliseconds.
CREATE TABLE touchpoint (
  workspace_id       TEXT    NOT NULL,
  id                 TEXT    NOT NULL,
  channel            TEXT    NOT NULL,
  name               TEXT    NOT NULL,
  identification     TEXT    NOT NULL,
  account_id         TEXT    NOT NULL,
  business_id        TEXT    NOT NULL,
  queue_id           TEXT    NOT NULL,
  graph_url          TEXT    NOT NULL,
  graph_version      TEXT    NOT NULL,
  token_sealed       TEXT    NOT NULL,
  app_secret_sealed  TEXT    NOT NULL,
  verify_sealed      TEXT    NOT NULL,
  window_ms          BIGINT  NOT NULL,
  standard_window_ms BIGINT  NOT NULL,
  wrap_up            BOOLEAN NOT NULL,
  paused_reason      TEXT    NOT NULL,
  paused_until_ms    BIGINT  NOT NULL,
  version            BIGINT  NOT NULL,
  created_ms         BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- "Whose webhook is this?" An account belongs to one workspace only.
CREATE UNIQUE INDEX touchpoint_account ON touchpoint (channel, account_id);

-- A person who answers. password_hash is argon2id in PHC form, empty for accounts without a password.
CREATE TABLE agent (
  workspace_id  TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  email         TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,
  disabled      BOOLEAN NOT NULL,
  version       BIGINT  NOT NULL,
  created_ms    BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CONSTRAINT agent_role CHECK (role IN ('agent', 'supervisor', 'admin'))
);
CREATE UNIQUE INDEX agent_email ON agent (email);

-- A signed-in device. Only the SHA-256 of its token is kept (hex).
CREATE TABLE device_session (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  token_hash   TEXT   NOT NULL,
  device_name  TEXT   NOT NULL,
  created_ms   BIGINT NOT NULL,
  used_ms      BIGINT NOT NULL,
  revoked_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX device_session_token ON device_session (token_hash);

-- Answers to commands, kept so that a repeated command gets its first answer (protobuf, base64).
CREATE TABLE command (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  answer       TEXT   NOT NULL,
  created_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- Outcome labels. They nest; only those without children can be chosen.
CREATE TABLE disposition (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  set_id       TEXT   NOT NULL,
  parent_id    TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  position     BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

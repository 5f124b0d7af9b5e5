-- +goose Up

-- Why a device's session has ended: 'signed_out' by its person there, 'revoked' by somebody else or with the password;
-- empty while it has not. address is where it was used from last.
ALTER TABLE device_session ADD COLUMN ended_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE device_session ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- "Where is this person signed in?"
CREATE INDEX device_session_agent ON device_session (workspace_id, agent_id);

-- How often signing in to an account has failed lately, for all hubs together. No row: it went well.
CREATE TABLE sign_in_failure (
  workspace_id    TEXT   NOT NULL,
  agent_id        TEXT   NOT NULL,
  failures        BIGINT NOT NULL,
  last_ms         BIGINT NOT NULL,
  locked_until_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, agent_id)
);

-- Who did what to accounts, sessions and rights, from where. Rows are only added; ids are in the order of time. actor_id is
-- empty for the command line. detail is a few words, never a secret.
CREATE TABLE audit (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  at_ms        BIGINT NOT NULL,
  actor_id     TEXT   NOT NULL,
  session_id   TEXT   NOT NULL,
  action       TEXT   NOT NULL,
  subject_id   TEXT   NOT NULL,
  detail       TEXT   NOT NULL,
  address      TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- +goose Up

-- Who was invited to set their own password. Of the code only a hash is kept (SHA-256, hex). used_ms is when it was accepted,
-- 0 before; another invitation of the same person replaces this one.
CREATE TABLE invitation (
  workspace_id TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  code_hash    TEXT   NOT NULL,
  expires_ms   BIGINT NOT NULL,
  used_ms      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, agent_id)
);
CREATE UNIQUE INDEX invitation_code ON invitation (code_hash);

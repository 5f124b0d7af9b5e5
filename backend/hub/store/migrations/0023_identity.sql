-- +goose Up

-- Who the hubs of a workspace are: one key pair for all of them, made once, kept through backups, restores and moves. Desks pin
-- the public half. secret_sealed is its private half (Ed25519 seed), sealed for "identity/<workspace>".
CREATE TABLE hub_identity (
  workspace_id  TEXT   NOT NULL PRIMARY KEY,
  public_key    BYTEA  NOT NULL,
  secret_sealed TEXT   NOT NULL,
  created_ms    BIGINT NOT NULL
);

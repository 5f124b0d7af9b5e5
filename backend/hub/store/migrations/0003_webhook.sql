-- +goose Up

-- A signed webhook that was answered 200 and is not worked into conversations yet. workspace_id and touchpoint_id
-- name a touchpoint whose app signed it; hub_id is the process that took it in and works on it, unless that dies.
CREATE TABLE webhook (
  hub_id        TEXT   NOT NULL,
  id            TEXT   NOT NULL,
  workspace_id  TEXT   NOT NULL,
  touchpoint_id TEXT   NOT NULL,
  channel       TEXT   NOT NULL,
  body          BYTEA  NOT NULL,
  received_ms   BIGINT NOT NULL,
  PRIMARY KEY (hub_id, id)
);

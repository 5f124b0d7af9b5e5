-- +goose Up

-- What an agent has typed in a conversation and not sent. content and previous are parley.hub.v1.DraftContent (protobuf,
-- base64), empty for nothing. A row without content is kept for a while, so that an older draft of another computer,
-- which comes late, does not bring back what was sent.
CREATE TABLE draft (
  workspace_id    TEXT   NOT NULL,
  id              TEXT   NOT NULL,
  agent_id        TEXT   NOT NULL,
  conversation_id TEXT   NOT NULL,
  content         TEXT   NOT NULL,
  saved_ms        BIGINT NOT NULL,
  device_id       TEXT   NOT NULL,
  previous        TEXT   NOT NULL,
  previous_ms     BIGINT NOT NULL,
  version         BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- "What has this agent typed (here)?"
CREATE UNIQUE INDEX draft_of ON draft (workspace_id, agent_id, conversation_id);

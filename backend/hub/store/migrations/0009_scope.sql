-- +goose Up

-- Who works in a queue. A queue without rows is everybody's.
CREATE TABLE queue_agent (
  workspace_id TEXT NOT NULL,
  queue_id     TEXT NOT NULL,
  agent_id     TEXT NOT NULL,
  PRIMARY KEY (workspace_id, queue_id, agent_id)
);

-- How often somebody's role or queues have changed, so that what a hub remembers of them can be old only until the next
-- look at the feed's position, which stands in the same row.
ALTER TABLE workspace_seq ADD COLUMN scopes BIGINT NOT NULL DEFAULT 0;

-- Who uploaded a file; empty for files of contacts.
ALTER TABLE media ADD COLUMN agent_id TEXT NOT NULL DEFAULT '';

-- "In which conversations has this file been sent?"
CREATE INDEX message_media ON message (workspace_id, media_id) WHERE media_id <> '';

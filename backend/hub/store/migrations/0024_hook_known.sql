-- +goose Up

-- Which conversations a webhook that is kept to some queues has been told of, so that it hears when one leaves them, once.
CREATE TABLE hook_known (
  workspace_id    TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  hook_id         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, hook_id)
);
-- Those of before may have been told of whatever is open in their queues.
INSERT INTO hook_known (workspace_id, conversation_id, hook_id)
SELECT h.workspace_id, c.id, h.id FROM hook h JOIN conversation c ON c.workspace_id = h.workspace_id
WHERE h.queues <> '' AND ',' || h.queues || ',' LIKE '%,' || c.queue_id || ',%' AND c.status <> 'closed';

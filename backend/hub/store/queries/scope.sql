-- name: QueueAgents :many
-- QueueAgents are who works in which queue. Queues without a row are everybody's.
SELECT * FROM queue_agent WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY queue_id, agent_id;

-- name: AgentsOfQueue :many
SELECT agent_id FROM queue_agent WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id) ORDER BY agent_id;

-- name: ForeignQueues :many
-- ForeignQueues are the queues that have people, and not this one.
SELECT DISTINCT q.queue_id FROM queue_agent q
WHERE q.workspace_id = sqlc.arg(workspace_id) AND NOT EXISTS (
  SELECT 1 FROM queue_agent m WHERE m.workspace_id = q.workspace_id AND m.queue_id = q.queue_id AND m.agent_id = sqlc.arg(agent_id))
ORDER BY q.queue_id;

-- name: InsertQueueAgent :exec
INSERT INTO queue_agent (workspace_id, queue_id, agent_id) VALUES (sqlc.arg(workspace_id), sqlc.arg(queue_id), sqlc.arg(agent_id)) ON CONFLICT DO NOTHING;

-- name: ClearQueueAgents :exec
DELETE FROM queue_agent WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id);

-- name: BumpQueue :one
-- BumpQueue gives a queue a new version because something that is shown with it has changed. No row: there is no such queue.
UPDATE queue SET version = version + 1 WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: ConversationsOfFile :many
-- ConversationsOfFile are where a file was sent or came in.
SELECT DISTINCT m.conversation_id FROM message m
WHERE m.workspace_id = sqlc.arg(workspace_id) AND m.media_id = sqlc.arg(media_id) AND m.media_id <> '';

-- name: CheckOpen :many
-- CheckOpen says how far open conversations have come.
SELECT c.id, c.version, c.last_no, c.queue_id, c.assignee_id,
  CAST((SELECT count(*) FROM note n WHERE n.workspace_id = c.workspace_id AND n.conversation_id = c.id) AS BIGINT) AS notes
FROM conversation c
WHERE c.workspace_id = sqlc.arg(workspace_id) AND c.status IN ('queued', 'assigned', 'wrap_up') AND c.id > sqlc.arg(after)
ORDER BY c.id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: SetAgentRole :exec
UPDATE agent SET role = sqlc.arg(role), version = version + 1 WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

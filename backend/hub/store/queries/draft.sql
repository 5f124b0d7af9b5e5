-- name: Draft :one
SELECT * FROM draft WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DraftOf :one
-- DraftOf is what an agent has typed in a conversation. No row: nothing yet.
SELECT * FROM draft WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id) AND conversation_id = sqlc.arg(conversation_id);

-- name: DraftsOf :many
-- DraftsOf are an agent's drafts that hold something.
SELECT * FROM draft WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id) AND (content <> '' OR previous <> '') ORDER BY id;

-- name: PutDraft :exec
-- PutDraft writes a draft whole.
INSERT INTO draft (workspace_id, id, agent_id, conversation_id, content, saved_ms, device_id, previous, previous_ms, version)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(agent_id), sqlc.arg(conversation_id), sqlc.arg(content), sqlc.arg(saved_ms), sqlc.arg(device_id), sqlc.arg(previous), sqlc.arg(previous_ms), sqlc.arg(version))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  content = excluded.content,
  saved_ms = excluded.saved_ms,
  device_id = excluded.device_id,
  previous = excluded.previous,
  previous_ms = excluded.previous_ms,
  version = excluded.version;

-- name: DropEmptyDrafts :execrows
-- DropEmptyDrafts forgets drafts that hold nothing since a time, of all workspaces. No desk has them.
DELETE FROM draft WHERE content = '' AND previous = '' AND saved_ms < sqlc.arg(before_ms);

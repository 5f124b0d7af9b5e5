-- name: Workspaces :many
SELECT * FROM workspace ORDER BY created_ms, id;

-- name: Workspace :one
SELECT * FROM workspace WHERE id = sqlc.arg(workspace_id);

-- name: Queues :many
SELECT * FROM queue WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: Queue :one
SELECT * FROM queue WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Touchpoints :many
SELECT * FROM touchpoint WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: AllTouchpoints :many
-- AllTouchpoints crosses workspaces: a webhook names an account, not a workspace.
SELECT * FROM touchpoint ORDER BY created_ms, id;

-- name: Touchpoint :one
SELECT * FROM touchpoint WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: PauseTouchpoint :one
-- PauseTouchpoint stops sending on a touchpoint until a probe at until_ms, and says why. An empty reason lets it
-- send again. No row: it already stands so.
UPDATE touchpoint SET paused_reason = sqlc.arg(reason), paused_until_ms = sqlc.arg(until_ms), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id)
  AND (paused_reason <> sqlc.arg(reason) OR paused_until_ms <> sqlc.arg(until_ms))
RETURNING *;

-- name: Agents :many
SELECT * FROM agent WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: Agent :one
SELECT * FROM agent WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: AgentByEmail :one
-- AgentByEmail crosses workspaces: who signs in names an address, not a workspace. Addresses are lower case.
SELECT * FROM agent WHERE email = sqlc.arg(email);

-- name: SessionByToken :one
-- SessionByToken crosses workspaces: a token is all that a call brings. No row: unknown or revoked.
SELECT * FROM device_session WHERE token_hash = sqlc.arg(token_hash) AND revoked_ms = 0;

-- name: TouchSession :exec
UPDATE device_session SET used_ms = sqlc.arg(now_ms) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: RevokeSession :execrows
-- RevokeSession ends a session for good. 0 rows: it had ended before.
UPDATE device_session SET revoked_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND revoked_ms = 0;

-- name: Command :one
-- Command is the stored answer of a command. No row: it has not been carried out.
SELECT * FROM command WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Dispositions :many
SELECT * FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY set_id, parent_id, position, id;

-- name: Disposition :one
SELECT * FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DispositionChildren :one
SELECT count(*) FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) AND parent_id = sqlc.arg(id);

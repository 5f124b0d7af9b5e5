-- name: Invitations :many
-- Invitations are those that nobody has accepted, also those that are too old by now.
SELECT agent_id, expires_ms FROM invitation WHERE workspace_id = sqlc.arg(workspace_id) AND used_ms = 0;

-- name: DropInvitation :exec
DELETE FROM invitation WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id) AND used_ms = 0;

-- name: SessionCounts :many
-- SessionCounts is on how many devices each person is signed in who is, and when they used one last.
SELECT agent_id, count(*) AS sessions, CAST(max(used_ms) AS BIGINT) AS used_ms FROM device_session
WHERE workspace_id = sqlc.arg(workspace_id) AND revoked_ms = 0 AND used_ms > sqlc.arg(used_after_ms) GROUP BY agent_id;

-- name: LockedAccounts :many
-- LockedAccounts are those that too many failed attempts have locked.
SELECT agent_id, locked_until_ms FROM sign_in_failure WHERE workspace_id = sqlc.arg(workspace_id) AND locked_until_ms > sqlc.arg(now_ms);

-- name: LockWorkspace :exec
-- LockWorkspace lets nobody else administer the workspace until the transaction ends.
UPDATE workspace SET name = name WHERE id = sqlc.arg(workspace_id);

-- name: OtherAdmins :one
-- OtherAdmins is how many admins there are besides one, switched-off ones left out.
SELECT count(*) FROM agent WHERE workspace_id = sqlc.arg(workspace_id) AND role = 'admin' AND disabled = FALSE AND id <> sqlc.arg(but_id);

-- name: SetAgentName :exec
UPDATE agent SET name = sqlc.arg(name), version = version + 1 WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DeleteQueueAgent :exec
DELETE FROM queue_agent WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id) AND agent_id = sqlc.arg(agent_id);

-- name: ReturnAllOf :many
-- ReturnAllOf sends everything that an agent has back to its queue.
UPDATE conversation SET status = 'queued', assignee_id = '', assigned_ms = 0, weight = 0, transferred_by = '', transferred_ms = 0,
  last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND assignee_id = sqlc.arg(agent_id) AND status = 'assigned' RETURNING *;

-- name: CloseAllWrapUpsOf :many
-- CloseAllWrapUpsOf ends the wrap-ups of an agent without a disposition.
UPDATE conversation SET status = 'closed', closed_ms = sqlc.arg(now_ms), last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND assignee_id = sqlc.arg(agent_id) AND status = 'wrap_up' RETURNING *;

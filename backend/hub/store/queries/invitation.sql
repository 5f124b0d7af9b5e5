-- name: PutInvitation :exec
INSERT INTO invitation (workspace_id, agent_id, code_hash, expires_ms, used_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(agent_id), sqlc.arg(code_hash), sqlc.arg(expires_ms), 0)
ON CONFLICT (workspace_id, agent_id) DO UPDATE SET code_hash = excluded.code_hash, expires_ms = excluded.expires_ms, used_ms = 0;

-- name: InvitationByCode :one
-- InvitationByCode crosses workspaces: a code is all that somebody who is invited brings. No row: there is none, or it is over.
SELECT * FROM invitation WHERE code_hash = sqlc.arg(code_hash) AND used_ms = 0 AND expires_ms > sqlc.arg(now_ms);

-- name: TakeInvitation :execrows
-- TakeInvitation accepts an invitation, once. 0 rows: somebody was faster, or it is over.
UPDATE invitation SET used_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND code_hash = sqlc.arg(code_hash) AND used_ms = 0 AND expires_ms > sqlc.arg(now_ms);

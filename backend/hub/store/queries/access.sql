-- name: SessionByToken :one
-- SessionByToken crosses workspaces: a token is all that a call brings.
SELECT * FROM device_session WHERE token_hash = sqlc.arg(token_hash);

-- name: SessionsOfAgent :many
-- SessionsOfAgent are the devices on which somebody is signed in, the one that was used last first.
SELECT * FROM device_session
WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id) AND revoked_ms = 0 AND used_ms > sqlc.arg(used_after_ms)
ORDER BY used_ms DESC, id;

-- name: Session :one
SELECT * FROM device_session WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: InsertDeviceSession :exec
-- InsertDeviceSession keeps a signed-in device.
INSERT INTO device_session (workspace_id, id, agent_id, token_hash, device_name, created_ms, used_ms, revoked_ms, ended_reason, address)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(agent_id), sqlc.arg(token_hash), sqlc.arg(device_name), sqlc.arg(created_ms), sqlc.arg(used_ms), 0, '', sqlc.arg(address));

-- name: TouchSession :exec
UPDATE device_session SET used_ms = sqlc.arg(now_ms), address = sqlc.arg(address)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND used_ms < sqlc.arg(now_ms);

-- name: EndSession :execrows
-- EndSession ends a session for good. 0 rows: it had ended before.
UPDATE device_session SET revoked_ms = sqlc.arg(now_ms), ended_reason = sqlc.arg(reason)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND revoked_ms = 0;

-- name: EndSessionsOfAgent :execrows
-- EndSessionsOfAgent ends all sessions of somebody but one; an empty but_id spares none.
UPDATE device_session SET revoked_ms = sqlc.arg(now_ms), ended_reason = sqlc.arg(reason)
WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id) AND id <> sqlc.arg(but_id) AND revoked_ms = 0;

-- name: TrySignIn :one
-- TrySignIn counts an attempt as failed before it is made, so that many at once are as many as one after the other. The one
-- that is one too many locks the account. No row: it is locked.
INSERT INTO sign_in_failure (workspace_id, agent_id, failures, last_ms, locked_until_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(agent_id), 1, sqlc.arg(now_ms), 0)
ON CONFLICT (workspace_id, agent_id) DO UPDATE SET
  failures = CASE WHEN sign_in_failure.last_ms < CAST(sqlc.arg(forgotten_ms) AS BIGINT) OR sign_in_failure.locked_until_ms > 0 THEN 1 ELSE sign_in_failure.failures + 1 END,
  locked_until_ms = CASE WHEN sign_in_failure.last_ms >= CAST(sqlc.arg(forgotten_ms) AS BIGINT) AND sign_in_failure.locked_until_ms = 0
    AND sign_in_failure.failures + 1 >= CAST(sqlc.arg(most) AS BIGINT) THEN CAST(sqlc.arg(until_ms) AS BIGINT) ELSE 0 END,
  last_ms = CAST(sqlc.arg(now_ms) AS BIGINT)
WHERE sign_in_failure.locked_until_ms <= CAST(sqlc.arg(now_ms) AS BIGINT)
RETURNING *;

-- name: SignInFailure :one
-- SignInFailure is how signing in has failed lately. No row: it has not.
SELECT * FROM sign_in_failure WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id);

-- name: ForgetSignInFailures :execrows
DELETE FROM sign_in_failure WHERE workspace_id = sqlc.arg(workspace_id) AND agent_id = sqlc.arg(agent_id);

-- name: SetPassword :execrows
UPDATE agent SET password_hash = sqlc.arg(password_hash) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: SetDisabled :execrows
-- SetDisabled switches an account off or on. 0 rows: it stands so already.
UPDATE agent SET disabled = sqlc.arg(disabled), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND disabled <> sqlc.arg(disabled);

-- name: InsertAudit :exec
INSERT INTO audit (workspace_id, id, at_ms, actor_id, session_id, action, subject_id, detail, address)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(at_ms), sqlc.arg(actor_id), sqlc.arg(session_id), sqlc.arg(action), sqlc.arg(subject_id), sqlc.arg(detail), sqlc.arg(address));

-- name: AuditBefore :many
-- AuditBefore lists what was done, the latest first; an empty before starts at the latest.
SELECT * FROM audit WHERE workspace_id = sqlc.arg(workspace_id) AND (CAST(sqlc.arg(before) AS TEXT) = '' OR id < CAST(sqlc.arg(before) AS TEXT))
ORDER BY id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

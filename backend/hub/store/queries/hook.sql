-- name: Hooks :many
SELECT * FROM hook WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY name;

-- name: Hook :one
SELECT * FROM hook WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: InsertHook :exec
INSERT INTO hook (workspace_id, id, name, address, private, tells, queues, secret_sealed, former_sealed, former_until_ms, seq, failures, failing_since_ms, hold_until_ms, taken_ms, off_reason, off_ms, created_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(name), sqlc.arg(address), sqlc.arg(private), sqlc.arg(tells), sqlc.arg(queues), sqlc.arg(secret_sealed), '', 0, sqlc.arg(seq), 0, 0, 0, 0, '', 0, sqlc.arg(created_ms));

-- name: DeleteHook :execrows
DELETE FROM hook WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: ChangeHook :execrows
UPDATE hook SET name = sqlc.arg(name), address = sqlc.arg(address), private = sqlc.arg(private), tells = sqlc.arg(tells), queues = sqlc.arg(queues)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: EndHookRest :execrows
-- EndHookRest lets a hook be told at once what it did not take. 0 rows: it is off, or gone.
UPDATE hook SET hold_until_ms = 0 WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND off_reason = '';

-- name: HookKnows :one
-- HookKnows is 1 when a hook has been told of a conversation, and not that it left.
SELECT COUNT(*) AS n FROM hook_known
WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND hook_id = sqlc.arg(hook_id);

-- name: PutHookKnown :exec
INSERT INTO hook_known (workspace_id, conversation_id, hook_id)
VALUES (sqlc.arg(workspace_id), sqlc.arg(conversation_id), sqlc.arg(hook_id)) ON CONFLICT DO NOTHING;

-- name: DropHookKnown :exec
DELETE FROM hook_known
WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND hook_id = sqlc.arg(hook_id);

-- name: DropHooksKnowing :exec
-- DropHooksKnowing forgets of a conversation that is removed who was told of it.
DELETE FROM hook_known WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id);

-- name: DropKnownOfHook :exec
DELETE FROM hook_known WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id);

-- name: PutKnownOfQueues :exec
-- PutKnownOfQueues says that a hook may have been told of what is open in the queues that it has been kept to; none is all.
INSERT INTO hook_known (workspace_id, conversation_id, hook_id)
SELECT c.workspace_id, c.id, h.id FROM hook h JOIN conversation c ON c.workspace_id = h.workspace_id
WHERE h.workspace_id = sqlc.arg(workspace_id) AND h.id = sqlc.arg(hook_id) AND c.status <> 'closed'
  AND (h.queues = '' OR ',' || h.queues || ',' LIKE '%,' || c.queue_id || ',%')
ON CONFLICT DO NOTHING;

-- name: DeleteHookNews :exec
DELETE FROM hook_news WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id);

-- name: DeleteHookAttempts :exec
DELETE FROM hook_attempt WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id);

-- name: RotateHookSecret :execrows
UPDATE hook SET former_sealed = secret_sealed, former_until_ms = sqlc.arg(former_until_ms), secret_sealed = sqlc.arg(secret_sealed)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: SwitchHookOff :execrows
-- SwitchHookOff ends telling. 0 rows: it is off already.
UPDATE hook SET off_reason = sqlc.arg(reason), off_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND off_reason = '';

-- name: SwitchHookOn :execrows
UPDATE hook SET off_reason = '', off_ms = 0, failures = 0, failing_since_ms = 0, hold_until_ms = 0
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: ForgetHookTries :exec
UPDATE hook_news SET tried_ms = 0 WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id);

-- name: LanesOfHook :many
SELECT DISTINCT lane FROM hook_news WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id);

-- name: MoveHook :execrows
-- MoveHook notes that the feed was looked through up to a position. 0 rows: another hub has done so, or it is off.
UPDATE hook SET seq = sqlc.arg(next) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND seq = sqlc.arg(seq) AND off_reason = '';

-- name: PutHookNews :exec
INSERT INTO hook_news (workspace_id, hook_id, entity_type, entity_id, lane, seq, deleted, tried_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(hook_id), sqlc.arg(entity_type), sqlc.arg(entity_id), sqlc.arg(lane), sqlc.arg(seq), sqlc.arg(deleted), 0)
ON CONFLICT (workspace_id, hook_id, entity_type, entity_id) DO UPDATE SET lane = excluded.lane, seq = excluded.seq, deleted = excluded.deleted;

-- name: NextHookNews :one
SELECT * FROM hook_news WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id) AND lane = sqlc.arg(lane) ORDER BY seq LIMIT 1;

-- name: DropHookNews :execrows
-- DropHookNews forgets what was told. 0 rows: it has changed again meanwhile, and has to be told again.
DELETE FROM hook_news WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id)
  AND entity_type = sqlc.arg(entity_type) AND entity_id = sqlc.arg(entity_id) AND seq = sqlc.arg(seq);

-- name: TriedHookNews :exec
UPDATE hook_news SET tried_ms = sqlc.arg(now_ms) WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id)
  AND entity_type = sqlc.arg(entity_type) AND entity_id = sqlc.arg(entity_id) AND tried_ms = 0;

-- name: HookTook :exec
UPDATE hook SET failures = 0, failing_since_ms = 0, hold_until_ms = 0, taken_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: HookFailed :one
UPDATE hook SET failures = failures + 1, hold_until_ms = sqlc.arg(hold_until_ms),
  failing_since_ms = CASE WHEN failing_since_ms = 0 THEN CAST(sqlc.arg(now_ms) AS BIGINT) ELSE failing_since_ms END
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: HookNewsWaiting :many
-- HookNewsWaiting is how much each hook has not been told.
SELECT hook_id, COUNT(*) AS waiting FROM hook_news WHERE workspace_id = sqlc.arg(workspace_id) GROUP BY hook_id;

-- name: LastHookFailure :one
SELECT * FROM hook_attempt WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id) AND outcome <> 'taken' ORDER BY id DESC LIMIT 1;

-- name: InsertHookAttempt :exec
INSERT INTO hook_attempt (workspace_id, hook_id, id, at_ms, took_ms, event, entity_id, seq, status, outcome, detail)
VALUES (sqlc.arg(workspace_id), sqlc.arg(hook_id), sqlc.arg(id), sqlc.arg(at_ms), sqlc.arg(took_ms), sqlc.arg(event), sqlc.arg(entity_id), sqlc.arg(seq), sqlc.arg(status), sqlc.arg(outcome), sqlc.arg(detail));

-- name: HookAttempts :many
SELECT * FROM hook_attempt WHERE workspace_id = sqlc.arg(workspace_id) AND hook_id = sqlc.arg(hook_id) ORDER BY id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DropOldHookAttempts :execrows
-- DropOldHookAttempts sweeps all workspaces.
DELETE FROM hook_attempt WHERE at_ms < sqlc.arg(before_ms);

-- name: CountHookNews :many
-- CountHookNews tells of all workspaces what waits, for metrics.
SELECT h.name, h.off_reason, COUNT(n.seq) AS waiting FROM hook h
LEFT JOIN hook_news n ON n.workspace_id = h.workspace_id AND n.hook_id = h.id GROUP BY h.workspace_id, h.id, h.name, h.off_reason;

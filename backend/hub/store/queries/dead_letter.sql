-- name: DeadLettersBefore :many
-- DeadLettersBefore lists what was not understood, the latest first; an empty before starts at the latest.
SELECT * FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND (CAST(sqlc.arg(before) AS TEXT) = '' OR id < CAST(sqlc.arg(before) AS TEXT))
ORDER BY id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DeadLettersUntil :many
-- DeadLettersUntil are some of those that came up to a time.
SELECT * FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND received_ms <= sqlc.arg(until_ms) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DeadLetter :one
SELECT * FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: KeepDeadWebhook :exec
-- KeepDeadWebhook keeps a webhook of which a part was not understood.
INSERT INTO dead_webhook (workspace_id, id, touchpoint_id, channel, body, received_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(touchpoint_id), sqlc.arg(channel), sqlc.arg(body), sqlc.arg(received_ms)) ON CONFLICT DO NOTHING;

-- name: TakeDeadWebhook :one
-- TakeDeadWebhook takes one out, to be worked in again. No row: somebody was faster, or it was not kept.
DELETE FROM dead_webhook WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: DropDeadLettersOf :execrows
DELETE FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND webhook_id = sqlc.arg(webhook_id) AND webhook_id <> '';

-- name: DropDeadLetter :execrows
DELETE FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: CountDeadLettersOf :one
SELECT count(*) FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND webhook_id = sqlc.arg(webhook_id) AND webhook_id <> '';

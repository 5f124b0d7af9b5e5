-- name: InsertWebhook :exec
-- InsertWebhook keeps a webhook until it is worked in.
INSERT INTO webhook (hub_id, id, workspace_id, touchpoint_id, channel, body, received_ms)
VALUES (sqlc.arg(hub_id), sqlc.arg(id), sqlc.arg(workspace_id), sqlc.arg(touchpoint_id), sqlc.arg(channel), sqlc.arg(body), sqlc.arg(received_ms));

-- name: WebhooksOfHub :many
-- WebhooksOfHub returns the oldest webhooks that a hub has taken in. Of all workspaces: one body can speak of several.
SELECT * FROM webhook WHERE hub_id = sqlc.arg(hub_id) ORDER BY id LIMIT sqlc.arg(n);

-- name: OrphanedWebhooks :many
-- OrphanedWebhooks returns webhooks that another hub has taken in and not worked in by a time. Of all workspaces.
SELECT * FROM webhook WHERE hub_id <> sqlc.arg(hub_id) AND received_ms <= sqlc.arg(before_ms) ORDER BY id LIMIT sqlc.arg(n);

-- name: DeleteWebhook :execrows
-- DeleteWebhook forgets a webhook, with the transaction that works it in.
DELETE FROM webhook WHERE workspace_id = sqlc.arg(workspace_id) AND hub_id = sqlc.arg(hub_id) AND id = sqlc.arg(id);

-- name: CountWebhooks :one
-- CountWebhooks says how many webhooks wait, of all workspaces.
SELECT COUNT(*) AS n FROM webhook;

-- name: HubIdentity :one
SELECT * FROM hub_identity WHERE workspace_id = sqlc.arg(workspace_id);

-- name: InsertHubIdentity :exec
-- InsertHubIdentity keeps an identity unless there is one: of hubs that start together one has made it.
INSERT INTO hub_identity (workspace_id, public_key, secret_sealed, created_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(public_key), sqlc.arg(secret_sealed), sqlc.arg(created_ms))
ON CONFLICT (workspace_id) DO NOTHING;

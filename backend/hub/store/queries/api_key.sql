-- name: ApiKeyByHash :one
-- ApiKeyByHash crosses workspaces: a key is all that a call brings.
SELECT * FROM api_key WHERE key_hash = sqlc.arg(key_hash);

-- name: ApiKeys :many
SELECT * FROM api_key WHERE workspace_id = sqlc.arg(workspace_id) AND revoked_ms = 0 ORDER BY name, id;

-- name: InsertApiKey :exec
INSERT INTO api_key (workspace_id, id, agent_id, name, beginning, key_hash, scopes, created_ms, expires_ms, used_ms, address, revoked_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(agent_id), sqlc.arg(name), sqlc.arg(beginning), sqlc.arg(key_hash), sqlc.arg(scopes), sqlc.arg(created_ms), sqlc.arg(expires_ms), 0, '', 0);

-- name: TouchApiKey :exec
UPDATE api_key SET used_ms = sqlc.arg(now_ms), address = sqlc.arg(address)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND used_ms < sqlc.arg(now_ms);

-- name: RevokeApiKey :execrows
-- RevokeApiKey ends a key for good. 0 rows: it had ended before, or there is none.
UPDATE api_key SET revoked_ms = sqlc.arg(now_ms) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND revoked_ms = 0;

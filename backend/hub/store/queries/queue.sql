-- name: ChangeQueue :one
-- ChangeQueue gives a queue a name and a set of dispositions. No row: somebody has changed it since version.
UPDATE queue SET name = sqlc.arg(name), disposition_set_id = sqlc.arg(disposition_set_id), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version) RETURNING *;

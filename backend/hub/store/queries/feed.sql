-- name: BumpSeq :one
-- BumpSeq takes the next n positions of the feed and returns the last of them. It must be the last statement
-- but the changes themselves: the row's lock, held to the commit, puts writers of a workspace in order.
UPDATE workspace_seq SET seq = seq + CAST(sqlc.arg(n) AS BIGINT) WHERE workspace_id = sqlc.arg(workspace_id) RETURNING seq;

-- name: Head :one
-- Head is the newest position of the feed, and how often roles and queues have changed.
SELECT epoch, seq, scopes FROM workspace_seq WHERE workspace_id = sqlc.arg(workspace_id);

-- name: ListChanges :many
-- ListChanges returns what changed after a position, in order.
SELECT * FROM change WHERE workspace_id = sqlc.arg(workspace_id) AND seq > sqlc.arg(after)
ORDER BY seq LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: BumpScopes :exec
-- BumpScopes makes every hub look again at who may see what.
UPDATE workspace_seq SET scopes = scopes + 1 WHERE workspace_id = sqlc.arg(workspace_id);

-- name: SetEpoch :exec
-- SetEpoch makes every position that desks have invalid.
UPDATE workspace_seq SET epoch = sqlc.arg(epoch), scopes = scopes + 1 WHERE workspace_id = sqlc.arg(workspace_id);

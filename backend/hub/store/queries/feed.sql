-- name: BumpSeq :one
-- BumpSeq takes the next n positions of the feed and returns the last of them. It must be the last statement
-- but the changes themselves: the row's lock, held to the commit, puts writers of a workspace in order.
UPDATE workspace_seq SET seq = seq + CAST(sqlc.arg(n) AS BIGINT) WHERE workspace_id = sqlc.arg(workspace_id) RETURNING seq;

-- name: Head :one
-- Head is the newest position of the feed, how often roles and queues have changed, and up to where deletions were forgotten.
SELECT epoch, seq, scopes, horizon FROM workspace_seq WHERE workspace_id = sqlc.arg(workspace_id);

-- name: ListChanges :many
-- ListChanges returns what changed after a position, in order.
SELECT * FROM change WHERE workspace_id = sqlc.arg(workspace_id) AND seq > sqlc.arg(after)
ORDER BY seq LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: OpenPlaces :many
-- OpenPlaces is who has open conversations, and the position of the feed of which that is true: one statement sees one state. A
-- workspace without any has one row with an empty conversation.
SELECT s.epoch, s.seq, COALESCE(c.id, '') AS id, COALESCE(c.queue_id, '') AS queue_id, COALESCE(c.assignee_id, '') AS assignee_id,
  COALESCE(c.contact_id, '') AS contact_id
FROM workspace_seq s LEFT JOIN conversation c ON c.workspace_id = s.workspace_id AND c.status IN ('queued', 'assigned', 'wrap_up')
WHERE s.workspace_id = sqlc.arg(workspace_id) LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: BumpScopes :exec
-- BumpScopes makes every hub look again at who may see what.
UPDATE workspace_seq SET scopes = scopes + 1 WHERE workspace_id = sqlc.arg(workspace_id);

-- name: SetEpoch :exec
-- SetEpoch makes every position that desks have invalid.
UPDATE workspace_seq SET epoch = sqlc.arg(epoch), scopes = scopes + 1 WHERE workspace_id = sqlc.arg(workspace_id);

-- name: MarkFeed :exec
-- MarkFeed remembers where the feed is.
INSERT INTO feed_mark (workspace_id, at_ms, seq) VALUES (sqlc.arg(workspace_id), sqlc.arg(at_ms), sqlc.arg(seq)) ON CONFLICT DO NOTHING;

-- name: FeedMarkBefore :one
-- FeedMarkBefore is the last mark of a time or before. No row: there is none so old.
SELECT * FROM feed_mark WHERE workspace_id = sqlc.arg(workspace_id) AND at_ms <= sqlc.arg(at_ms) ORDER BY at_ms DESC LIMIT 1;

-- name: DropFeedMarks :exec
DELETE FROM feed_mark WHERE workspace_id = sqlc.arg(workspace_id) AND at_ms < sqlc.arg(before_ms);

-- name: OldDeletions :one
-- OldDeletions is where the first n deletions up to a position end; 0 when there are none.
SELECT CAST(COALESCE(MAX(d.seq), 0) AS BIGINT) AS seq FROM (
  SELECT c.seq FROM change c WHERE c.workspace_id = sqlc.arg(workspace_id) AND c.deleted AND c.seq <= sqlc.arg(upto)
  ORDER BY c.seq LIMIT CAST(sqlc.arg(n) AS BIGINT)) d;

-- name: ForgetDeletions :execrows
DELETE FROM change WHERE workspace_id = sqlc.arg(workspace_id) AND deleted AND seq <= sqlc.arg(upto);

-- name: SetHorizon :exec
-- SetHorizon says up to where deletions were forgotten.
UPDATE workspace_seq SET horizon = sqlc.arg(horizon) WHERE workspace_id = sqlc.arg(workspace_id) AND horizon < sqlc.arg(horizon);

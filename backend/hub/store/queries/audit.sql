-- name: AuditPage :many
-- AuditPage lists what was done, the latest first: after an id unless that is "", by somebody, of a kind, from a time on and before
-- one, each unless it is "" or 0.
SELECT * FROM audit WHERE workspace_id = sqlc.arg(workspace_id)
  AND (CAST(sqlc.arg(before) AS TEXT) = '' OR id < CAST(sqlc.arg(before) AS TEXT))
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = CAST(sqlc.arg(actor_id) AS TEXT))
  AND (CAST(sqlc.arg(action) AS TEXT) = '' OR action = CAST(sqlc.arg(action) AS TEXT))
  AND at_ms >= CAST(sqlc.arg(since_ms) AS BIGINT) AND (CAST(sqlc.arg(until_ms) AS BIGINT) = 0 OR at_ms < CAST(sqlc.arg(until_ms) AS BIGINT))
ORDER BY id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

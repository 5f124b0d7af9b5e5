-- name: WakeLane :exec
-- WakeLane says that a lane has work. gen tells a worker who is about to remove the lane that more has come.
INSERT INTO lane (workspace_id, kind, key, touchpoint_id, next_ms, attempts, gen, lease_by, lease_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(kind), sqlc.arg(key), sqlc.arg(touchpoint_id), sqlc.arg(next_ms), 0, 1, '', 0)
ON CONFLICT (workspace_id, kind, key) DO UPDATE SET gen = lane.gen + 1;

-- name: HastenLane :exec
-- HastenLane makes a lane due that waits. One at work is looked at again when it is done (see WakeLane).
UPDATE lane SET next_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND kind = sqlc.arg(kind) AND key = sqlc.arg(key) AND next_ms > sqlc.arg(now_ms);

-- name: RenewLease :execrows
-- RenewLease keeps a lane for longer. 0 rows: it belongs to another worker now.
UPDATE lane SET lease_ms = sqlc.arg(lease_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND kind = sqlc.arg(kind) AND key = sqlc.arg(key) AND lease_by = sqlc.arg(worker);

-- name: ReleaseLane :execrows
-- ReleaseLane gives a lane back, to be looked at again at next_ms.
UPDATE lane SET lease_by = '', lease_ms = 0, next_ms = sqlc.arg(next_ms), attempts = sqlc.arg(attempts)
WHERE workspace_id = sqlc.arg(workspace_id) AND kind = sqlc.arg(kind) AND key = sqlc.arg(key) AND lease_by = sqlc.arg(worker);

-- name: RemoveLane :execrows
-- RemoveLane removes an empty lane. 0 rows: work has come since it was claimed, or it belongs to another worker.
DELETE FROM lane WHERE workspace_id = sqlc.arg(workspace_id) AND kind = sqlc.arg(kind) AND key = sqlc.arg(key)
  AND lease_by = sqlc.arg(worker) AND gen = sqlc.arg(gen);

-- name: WakeTouchpointLanes :exec
-- WakeTouchpointLanes lets the lanes of a touchpoint that can send again run at once.
UPDATE lane SET next_ms = sqlc.arg(now_ms), attempts = 0
WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND lease_by = '';

-- name: NextDue :one
-- NextDue is when the next free lane of a kind wants to run, 0 when there is none.
SELECT CAST(COALESCE(MIN(CASE WHEN lease_ms > next_ms THEN lease_ms ELSE next_ms END), 0) AS BIGINT) FROM lane WHERE kind = sqlc.arg(kind);

-- name: LanesDue :many
-- LanesDue counts the lanes of all workspaces that are due and free, by kind.
SELECT kind, COUNT(*) AS lanes, CAST(MIN(next_ms) AS BIGINT) AS oldest_ms FROM lane
WHERE next_ms <= sqlc.arg(now_ms) AND lease_ms <= sqlc.arg(now_ms) GROUP BY kind ORDER BY kind;

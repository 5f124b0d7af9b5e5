-- name: QueueStandings :many
-- QueueStandings is what waits in each queue in which anything does.
SELECT queue_id, count(*) AS waiting, CAST(min(opened_ms) AS BIGINT) AS oldest_ms FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND status = 'queued' GROUP BY queue_id;

-- name: ClosingWindows :many
-- ClosingWindows counts, for each queue, the session windows that close by a time while the contact waits.
SELECT queue_id, count(*) AS closing, CAST(min(window_until_ms) AS BIGINT) AS next_ms FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND status IN ('queued', 'assigned') AND waiting_since_ms > 0
  AND window_until_ms > CAST(sqlc.arg(now_ms) AS BIGINT) AND window_until_ms <= CAST(sqlc.arg(by_ms) AS BIGINT)
GROUP BY queue_id;

-- name: AgentStandings :many
-- AgentStandings is what each agent has who has anything.
SELECT assignee_id, count(*) AS conversations, CAST(sum(weight) AS BIGINT) AS points,
  CAST(sum(CASE WHEN status = 'assigned' AND waiting_since_ms > 0 THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
  CAST(coalesce(min(CASE WHEN status = 'assigned' AND waiting_since_ms > 0 THEN waiting_since_ms END), 0) AS BIGINT) AS oldest_ms
FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND status IN ('assigned', 'wrap_up') GROUP BY assignee_id;

-- name: FirstAnswers :many
-- FirstAnswers is, of each conversation that has begun since a time, when it began and when an agent first answered; 0 for
-- not yet.
SELECT c.opened_ms, CAST(coalesce((
  SELECT min(m.sent_ms) FROM message m
  WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.direction = 'out' AND m.agent_id <> ''
), 0) AS BIGINT) AS answered_ms
FROM conversation c WHERE c.workspace_id = sqlc.arg(workspace_id) AND c.opened_ms >= CAST(sqlc.arg(since_ms) AS BIGINT);

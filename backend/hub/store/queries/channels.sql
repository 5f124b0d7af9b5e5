-- name: ChannelTraffic :many
-- ChannelTraffic is, of each touchpoint, what has come of the conversations that began since a time: when a contact last wrote,
-- when we last did and Meta took it, and in how many the last message failed since failed_since_ms.
SELECT touchpoint_id, CAST(max(last_inbound_ms) AS BIGINT) AS inbound_ms,
  CAST(max(CASE WHEN last_direction = 'out' AND last_state IN ('accepted', 'delivered', 'read') THEN last_message_ms ELSE 0 END) AS BIGINT) AS sent_ms,
  CAST(sum(CASE WHEN last_state = 'failed' AND last_message_ms >= CAST(sqlc.arg(failed_since_ms) AS BIGINT) THEN 1 ELSE 0 END) AS BIGINT) AS failed
FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND opened_ms >= CAST(sqlc.arg(since_ms) AS BIGINT) GROUP BY touchpoint_id;

-- name: ChannelUnsent :many
-- ChannelUnsent is what waits to be sent, by touchpoint, and since when the oldest of it does.
SELECT touchpoint_id, count(*) AS waiting, CAST(min(created_ms) AS BIGINT) AS oldest_ms FROM message
WHERE workspace_id = sqlc.arg(workspace_id) AND state IN ('in_hub', 'sending') GROUP BY touchpoint_id;

-- name: DeadLettersByChannel :many
-- DeadLettersByChannel counts the webhooks that could not be worked in, of each channel.
SELECT channel, count(*) AS letters FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) GROUP BY channel;

-- name: Message :one
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: MessagesBefore :many
-- MessagesBefore pages a thread backwards, newest first.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND no < sqlc.arg(before_no)
ORDER BY no DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: LastInbound :one
-- LastInbound is the newest message of the contact in a conversation at or before a number.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id)
  AND no <= sqlc.arg(no) AND direction = 'in' AND provider_id <> '' ORDER BY no DESC LIMIT 1;

-- name: NewsSince :one
-- NewsSince counts what the contact or a colleague wrote after a number.
SELECT count(*) FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id)
  AND no > sqlc.arg(no) AND direction <> 'event' AND agent_id <> sqlc.arg(agent_id);

-- name: AnsweredUpTo :one
-- AnsweredUpTo is up to which line agents have answered or ended a conversation, and up to which time of Meta's it
-- was answered elsewhere.
SELECT
  CAST(COALESCE(MAX(CASE WHEN m.direction = 'out' AND NOT m.elsewhere AND m.kind <> 'reaction' OR m.direction = 'event' AND m.kind IN ('ended', 'closed') THEN m.no END), 0) AS BIGINT) AS line_no,
  CAST(COALESCE(MAX(CASE WHEN m.direction = 'out' AND m.elsewhere AND m.kind NOT IN ('reaction', 'edit', 'deletion', 'system') THEN m.sent_ms END), 0) AS BIGINT) AS moment_ms
FROM message m WHERE m.workspace_id = sqlc.arg(workspace_id) AND m.conversation_id = sqlc.arg(conversation_id);

-- name: Unanswered :one
-- Unanswered counts the contact's messages after both: the unread ones, and since when the first of all waits.
SELECT CAST(COALESCE(SUM(CASE WHEN m.no > sqlc.arg(read_no) THEN 1 ELSE 0 END), 0) AS BIGINT) AS unread,
  CAST(COALESCE(MIN(m.sent_ms), 0) AS BIGINT) AS since_ms
FROM message m WHERE m.workspace_id = sqlc.arg(workspace_id) AND m.conversation_id = sqlc.arg(conversation_id)
  AND m.direction = 'in' AND m.kind NOT IN ('reaction', 'edit', 'deletion', 'system')
  AND m.no > sqlc.arg(after_no) AND m.sent_ms > sqlc.arg(after_ms);

-- name: NextUnsent :one
-- NextUnsent is the head of a lane. No row: the lane is empty.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id)
  AND contact_id = sqlc.arg(contact_id) AND state IN ('in_hub', 'sending') ORDER BY conversation_id, no LIMIT 1;

-- name: MarkSending :one
-- MarkSending notes, before the request leaves, that a message is being handed to Meta. No row: the worker has
-- lost its lane, or the message has moved on.
UPDATE message SET state = 'sending', wait_until_ms = 0, wait_reason = '', version = version + 1
WHERE message.workspace_id = sqlc.arg(workspace_id) AND message.id = sqlc.arg(id) AND message.state = 'in_hub'
  AND EXISTS (SELECT 1 FROM lane l WHERE l.workspace_id = sqlc.arg(workspace_id) AND l.kind = 'send' AND l.key = sqlc.arg(lane_key) AND l.lease_by = sqlc.arg(worker))
RETURNING *;

-- name: WatermarkMessages :many
-- WatermarkMessages are our messages to a contact that a watermark says have arrived or were read. Meta's
-- acceptance is compared, not our writing: a message that Meta did not have yet cannot be meant.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id)
  AND contact_id = sqlc.arg(contact_id) AND direction = 'out' AND accepted_ms > 0 AND accepted_ms <= sqlc.arg(until_ms) AND provider_id <> ''
  AND state IN ('accepted', 'delivered', 'failed', 'unconfirmed');

-- name: Watermarks :many
SELECT * FROM watermark WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND contact_id = sqlc.arg(contact_id);

-- name: OverlookedStatuses :many
-- OverlookedStatuses are parked although their message is known: another hub learned its id in the same moment. Of all workspaces.
SELECT p.* FROM parked_status p JOIN message m
  ON m.workspace_id = p.workspace_id AND m.touchpoint_id = p.touchpoint_id AND m.provider_id = p.provider_id AND m.provider_id <> ''
WHERE p.created_ms >= sqlc.arg(after_ms) LIMIT 100;

-- name: AllMessages :many
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: ParkedStatuses :many
SELECT * FROM parked_status WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND provider_id = sqlc.arg(provider_id);

-- name: DropParkedStatuses :exec
DELETE FROM parked_status WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND provider_id = sqlc.arg(provider_id);

-- name: DropOldParkedStatuses :execrows
-- DropOldParkedStatuses forgets statuses whose message never came, of all workspaces.
DELETE FROM parked_status WHERE created_ms < sqlc.arg(before_ms);

-- name: Note :one
SELECT * FROM note WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: NotesOfConversation :many
SELECT * FROM note WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) ORDER BY created_ms, id;

-- name: AllNotes :many
SELECT * FROM note WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: EditNote :one
-- EditNote replaces a note's text. No row: it has been edited since that version.
UPDATE note SET text = sqlc.arg(text), edited_ms = sqlc.arg(now_ms), edited_by = sqlc.arg(agent_id), earlier = sqlc.arg(earlier), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version) RETURNING *;

-- name: EventsOfConversation :many
-- EventsOfConversation lists what a thread tells of its own history up to a time, newest first.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id)
  AND direction = 'event' AND sent_ms <= sqlc.arg(till_ms)
ORDER BY sent_ms DESC, id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DeadLetters :many
SELECT * FROM dead_letter WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: CountMessages :one
SELECT count(*) FROM message WHERE workspace_id = sqlc.arg(workspace_id);

-- name: DoubtUnsent :execrows
-- DoubtUnsent says of messages that had not been sent when a backup was made that they may have been since.
UPDATE message SET state = 'sending', version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND direction = 'out' AND state = 'in_hub';

-- name: MessagesAfter :many
-- MessagesAfter pages a conversation forwards.
SELECT * FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND no > sqlc.arg(after_no)
ORDER BY no LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: Erasure :one
-- Erasure is how far the erasure of a contact is. No row: it is done, or nobody has asked for it.
SELECT * FROM erasure WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id);

-- name: Erasures :many
-- Erasures are those that go on.
SELECT * FROM erasure WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY asked_ms, contact_id;

-- name: InsertErasure :execrows
-- InsertErasure asks for a contact to be erased. 0 rows: somebody has.
INSERT INTO erasure (workspace_id, contact_id, asked_ms, stage, until_ms, seq)
VALUES (sqlc.arg(workspace_id), sqlc.arg(contact_id), sqlc.arg(asked_ms), 0, 0, 0) ON CONFLICT DO NOTHING;

-- name: MoveErasure :exec
UPDATE erasure SET stage = sqlc.arg(stage), until_ms = sqlc.arg(until_ms), seq = sqlc.arg(seq)
WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id);

-- name: DropErasure :exec
DELETE FROM erasure WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id);

-- name: ErasureParts :many
SELECT value FROM erasure_part WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) AND kind = sqlc.arg(kind)
ORDER BY value;

-- name: PutErasurePart :exec
INSERT INTO erasure_part (workspace_id, contact_id, kind, value)
VALUES (sqlc.arg(workspace_id), sqlc.arg(contact_id), sqlc.arg(kind), sqlc.arg(value)) ON CONFLICT DO NOTHING;

-- name: DropErasurePart :exec
DELETE FROM erasure_part
WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) AND kind = sqlc.arg(kind) AND value = sqlc.arg(value);

-- name: DropErasureParts :exec
DELETE FROM erasure_part WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id);

-- name: WebhooksUntil :one
-- WebhooksUntil says how many webhooks of all workspaces were taken in by a time and are not worked in yet: one body can speak of several.
SELECT COUNT(*) AS n FROM webhook WHERE received_ms <= sqlc.arg(until_ms);

-- name: DropIdentities :many
-- DropIdentities forgets what channels know a contact by: whoever writes from there next is somebody new.
DELETE FROM contact_identity WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) RETURNING *;

-- name: BlankContact :exec
-- BlankContact takes everything out of a contact that says who they are.
UPDATE contact SET name = '', number = '', email = '', username = '', language = '', suggested_id = '', suggested_reason = '', version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DropSuggestions :many
-- DropSuggestions ends that others are thought to be a contact.
UPDATE contact SET suggested_id = '', suggested_reason = '', version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND suggested_id = sqlc.arg(suggested_id) AND suggested_id <> '' RETURNING id;

-- name: CloseForErasure :many
-- CloseForErasure takes a contact's open conversations from whoever has them.
UPDATE conversation SET status = 'closed', closed_ms = sqlc.arg(now_ms), preview = '', offered_to = '', offer_until_ms = 0, unread = 0, waiting_since_ms = 0,
  troubled = 0, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) AND status <> 'closed' RETURNING id;

-- name: DropUnsent :many
-- DropUnsent takes the messages back that Meta has not answered for yet.
DELETE FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND contact_id = sqlc.arg(contact_id)
  AND state IN ('in_hub', 'sending') RETURNING id, media_id;

-- name: SomeMessages :many
-- SomeMessages are some of a conversation's messages, with their files.
SELECT id, media_id FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id)
LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DropMessage :execrows
DELETE FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DropMedia :many
-- DropMedia forgets a file that no message has. No row: one has.
DELETE FROM media WHERE media.workspace_id = sqlc.arg(workspace_id) AND media.id = sqlc.arg(id)
  AND NOT EXISTS (SELECT 1 FROM message m WHERE m.workspace_id = media.workspace_id AND m.media_id = media.id) RETURNING sha256, thumb_sha256;

-- name: DropNotes :many
DELETE FROM note WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) RETURNING id;

-- name: DropDrafts :many
DELETE FROM draft WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) RETURNING *;

-- name: CountDrafts :one
SELECT COUNT(*) AS n FROM draft WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND (content <> '' OR previous <> '');

-- name: TallyMessages :one
-- TallyMessages counts what was written in a conversation, and the files.
SELECT CAST(COALESCE(SUM(CASE WHEN direction <> 'event' THEN 1 ELSE 0 END), 0) AS BIGINT) AS messages,
  CAST(COALESCE(SUM(CASE WHEN media_id <> '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS files
FROM message WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id);

-- name: DropConversation :execrows
DELETE FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DropContact :many
DELETE FROM contact WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING picture_sha256, picture_thumb_sha256;

-- name: DropMergesOf :exec
DELETE FROM contact_merge WHERE workspace_id = sqlc.arg(workspace_id) AND (merged_id = sqlc.arg(contact_id) OR kept_id = sqlc.arg(contact_id));

-- name: DropUnmergesOf :exec
DELETE FROM contact_unmerge WHERE workspace_id = sqlc.arg(workspace_id) AND (merged_id = sqlc.arg(contact_id) OR kept_id = sqlc.arg(contact_id));

-- name: DropApart :exec
DELETE FROM contact_apart WHERE workspace_id = sqlc.arg(workspace_id) AND (low_id = sqlc.arg(contact_id) OR high_id = sqlc.arg(contact_id));

-- name: DropWatermarks :exec
DELETE FROM watermark WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND contact_id = sqlc.arg(contact_id);

-- name: DropPace :exec
DELETE FROM pace WHERE workspace_id = sqlc.arg(workspace_id) AND key = sqlc.arg(key);

-- name: DropLane :exec
-- DropLane ends work whose object is gone, whoever is at it.
DELETE FROM lane WHERE workspace_id = sqlc.arg(workspace_id) AND kind = sqlc.arg(kind) AND key = sqlc.arg(key);

-- name: DeadWebhooks :many
SELECT * FROM dead_webhook WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: UnlinkDeadLetters :exec
-- UnlinkDeadLetters says of what was not understood that its webhook is not kept whole any more.
UPDATE dead_letter SET webhook_id = '' WHERE workspace_id = sqlc.arg(workspace_id) AND webhook_id = sqlc.arg(webhook_id) AND webhook_id <> '';

-- name: SomeParkedStatuses :many
SELECT DISTINCT touchpoint_id, provider_id, failure FROM parked_status
WHERE workspace_id = sqlc.arg(workspace_id) AND provider_id > sqlc.arg(after) ORDER BY provider_id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: LongAnswers :many
-- LongAnswers are the answers to commands that are long enough to hold an entity.
SELECT id, answer FROM command WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) AND length(answer) > 100
ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: SetAnswer :exec
UPDATE command SET answer = sqlc.arg(answer) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: ContactsLike :many
-- ContactsLike finds contacts by a part of what agents see of them, in lower case. It looks at all of them.
SELECT * FROM contact WHERE workspace_id = sqlc.arg(workspace_id)
  AND (lower(name) LIKE '%' || CAST(sqlc.arg(text) AS TEXT) || '%' OR number LIKE '%' || CAST(sqlc.arg(text) AS TEXT) || '%'
    OR lower(email) LIKE '%' || CAST(sqlc.arg(text) AS TEXT) || '%')
ORDER BY name, id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: DropRefusalsOf :exec
DELETE FROM route_refusal WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id);

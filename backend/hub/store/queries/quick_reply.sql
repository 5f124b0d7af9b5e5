-- name: QuickReplies :many
SELECT * FROM quick_reply WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: QuickReply :one
SELECT * FROM quick_reply WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: QuickReplyByShortcut :one
-- QuickReplyByShortcut finds what a shortcut stands for already. No row: nothing.
SELECT * FROM quick_reply WHERE workspace_id = sqlc.arg(workspace_id) AND owner_id = sqlc.arg(owner_id)
  AND shortcut = sqlc.arg(shortcut) AND language = sqlc.arg(language);

-- name: PutQuickReply :exec
-- PutQuickReply writes a quick reply whole; whose it is stays as it was.
INSERT INTO quick_reply (workspace_id, id, owner_id, shortcut, title, text, language, version)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(owner_id), sqlc.arg(shortcut), sqlc.arg(title), sqlc.arg(text), sqlc.arg(language), sqlc.arg(version))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  shortcut = excluded.shortcut,
  title = excluded.title,
  text = excluded.text,
  language = excluded.language,
  version = excluded.version;

-- name: DropQuickReply :exec
DELETE FROM quick_reply WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Media :one
SELECT * FROM media WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: KeepMedia :one
-- KeepMedia records that a file was fetched and what it turned out to be. No row: it is not waited for any more.
UPDATE media SET state = 'ready', reason = '', mime = sqlc.arg(mime), size_bytes = sqlc.arg(size_bytes), sha256 = sqlc.arg(sha256),
  width = sqlc.arg(width), height = sqlc.arg(height), duration_ms = sqlc.arg(duration_ms),
  thumb_sha256 = sqlc.arg(thumb_sha256), thumb_width = sqlc.arg(thumb_width), thumb_height = sqlc.arg(thumb_height)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND state = 'pending' RETURNING *;

-- name: GiveUpMedia :one
-- GiveUpMedia records that a file cannot be had, and why. No row: it is not waited for any more.
UPDATE media SET state = 'gone', reason = sqlc.arg(reason)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND state = 'pending' RETURNING *;

-- name: AwaitMedia :one
-- AwaitMedia wants a file again that could not be had. No row: it is not gone, or Meta does not have it any more.
UPDATE media SET state = 'pending', reason = ''
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND state = 'gone' AND fetch_until_ms > sqlc.arg(now_ms) RETURNING *;

-- name: ThumbMedia :one
-- ThumbMedia records the thumbnail of a file that had none. No row: it has one, or is not here.
UPDATE media SET thumb_sha256 = sqlc.arg(thumb_sha256), thumb_width = sqlc.arg(thumb_width), thumb_height = sqlc.arg(thumb_height)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND state = 'ready' AND thumb_sha256 = '' RETURNING *;

-- name: BlobsInUse :many
-- BlobsInUse returns the hashes from one to another, that one left out, which a workspace still refers to.
SELECT f.sha256 FROM media f WHERE f.workspace_id = sqlc.arg(workspace_id)
  AND f.sha256 >= sqlc.arg(first) AND f.sha256 < sqlc.arg(after) AND f.sha256 <> ''
UNION
SELECT t.thumb_sha256 FROM media t WHERE t.workspace_id = sqlc.arg(workspace_id)
  AND t.thumb_sha256 >= sqlc.arg(first) AND t.thumb_sha256 < sqlc.arg(after) AND t.thumb_sha256 <> ''
UNION
SELECT p.picture_sha256 FROM contact p WHERE p.workspace_id = sqlc.arg(workspace_id)
  AND p.picture_sha256 >= sqlc.arg(first) AND p.picture_sha256 < sqlc.arg(after) AND p.picture_sha256 <> ''
UNION
SELECT s.picture_thumb_sha256 FROM contact s WHERE s.workspace_id = sqlc.arg(workspace_id)
  AND s.picture_thumb_sha256 >= sqlc.arg(first) AND s.picture_thumb_sha256 < sqlc.arg(after) AND s.picture_thumb_sha256 <> '';

-- name: PictureContact :one
-- PictureContact records a contact's picture. No row: it is the one they have.
UPDATE contact SET picture_sha256 = sqlc.arg(picture_sha256), picture_thumb_sha256 = sqlc.arg(picture_thumb_sha256), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id)
  AND (picture_sha256 <> sqlc.arg(picture_sha256) OR picture_thumb_sha256 <> sqlc.arg(picture_thumb_sha256)) RETURNING *;

-- name: ProfileAsked :exec
-- ProfileAsked remembers when Meta was asked for a contact's profile. No desk wants to know.
UPDATE contact SET profile_ms = sqlc.arg(now_ms) WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- +goose Up

-- Files: why one cannot be had, until when Meta has it, how it is shown before it is opened, and how long it plays.
-- reason belongs to state "gone": expired, too_large, refused or damaged; empty in rows from before this migration.
-- fetch_until_ms is 7 days after the contact's message, 0 for files of our own. The thumbnail lies in the blob store
-- under thumb_sha256, empty when there is none. duration_ms is 0 when the file does not say.
ALTER TABLE media ADD COLUMN reason         TEXT   NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN fetch_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN duration_ms    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN thumb_sha256   TEXT   NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN thumb_width    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN thumb_height   BIGINT NOT NULL DEFAULT 0;

-- Contacts: their picture as Meta gave it and made small, both in the blob store and empty when there is none, and
-- when Meta was last asked for their profile.
ALTER TABLE contact ADD COLUMN picture_sha256       TEXT   NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN picture_thumb_sha256 TEXT   NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN profile_ms           BIGINT NOT NULL DEFAULT 0;

-- "Is this blob still somebody's?", asked for a range of hashes at a time.
CREATE INDEX media_sha256          ON media (workspace_id, sha256) WHERE sha256 <> '';
CREATE INDEX media_thumb           ON media (workspace_id, thumb_sha256) WHERE thumb_sha256 <> '';
CREATE INDEX contact_picture       ON contact (workspace_id, picture_sha256) WHERE picture_sha256 <> '';
CREATE INDEX contact_picture_thumb ON contact (workspace_id, picture_thumb_sha256) WHERE picture_thumb_sha256 <> '';

UPDATE media SET fetch_until_ms = 604800000 + COALESCE(
  (SELECT m.sent_ms FROM message m WHERE m.workspace_id = media.workspace_id AND m.id = media.message_id), created_ms)
WHERE touchpoint_id <> '';

-- Pictures that were fetched before there were thumbnails get theirs in the background.
INSERT INTO lane (workspace_id, kind, key, touchpoint_id, next_ms, attempts, gen, lease_by, lease_ms)
SELECT workspace_id, 'media', id, touchpoint_id, created_ms, 0, 1, '', 0 FROM media
WHERE state = 'ready' AND message_id <> '' AND mime IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp')
ON CONFLICT DO NOTHING;

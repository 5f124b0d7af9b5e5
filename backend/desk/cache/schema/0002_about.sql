-- v2: what is about a message finds it, who was merged finds the contact that was kept, and templates are kept beside
-- the other configuration. A desk before this one has passed over templates in the feed, so the position is forgotten
-- and the next catch-up takes a snapshot; everything stays readable meanwhile.

-- Meta's id of the message that a reaction, edit or deletion is about; '' for all others.
ALTER TABLE message ADD COLUMN target TEXT NOT NULL DEFAULT '';

-- What has happened to a message since it was sent?
CREATE INDEX message_target ON message (target) WHERE target <> '';

-- The contact that this one was merged into; '' when it stands for itself.
ALTER TABLE contact ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';

-- Who was merged into a contact?
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into <> '';

DELETE FROM meta WHERE key IN ('epoch', 'seq');

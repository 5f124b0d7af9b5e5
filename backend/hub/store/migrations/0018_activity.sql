-- +goose Up

-- What a note said before, as JSON (thread.NoteText), oldest first; empty when it was never edited.
ALTER TABLE note ADD COLUMN earlier TEXT NOT NULL DEFAULT '';

-- "What has become of this conversation?" (activities)
CREATE INDEX message_event ON message (workspace_id, conversation_id, sent_ms) WHERE direction = 'event';
-- "Who was merged into this contact?"
CREATE INDEX contact_merge_kept ON contact_merge (workspace_id, kept_id);

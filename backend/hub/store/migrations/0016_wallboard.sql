-- +goose Up

-- "What has begun in the last hours?" (wallboard)
CREATE INDEX conversation_opened ON conversation (workspace_id, opened_ms);

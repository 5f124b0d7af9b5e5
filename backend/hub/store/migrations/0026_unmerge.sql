-- +goose Up

-- A merge that was undone, and who had made it: Activities tell of both.
CREATE TABLE contact_unmerge (
  workspace_id TEXT   NOT NULL,
  merged_id    TEXT   NOT NULL,
  kept_id      TEXT   NOT NULL,
  merged_by    TEXT   NOT NULL,
  merged_ms    BIGINT NOT NULL,
  undone_by    TEXT   NOT NULL,
  undone_ms    BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, merged_id, merged_ms)
);
-- "Who was once taken for this contact?"
CREATE INDEX contact_unmerge_kept ON contact_unmerge (workspace_id, kept_id);

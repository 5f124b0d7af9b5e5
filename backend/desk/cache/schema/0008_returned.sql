-- v8: what the hub gave back stays in front of what is typed until an editor has shown it. returned: {"text","replyTo","files"}.
ALTER TABLE draft ADD COLUMN returned TEXT NOT NULL DEFAULT '{}';

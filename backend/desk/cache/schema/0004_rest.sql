-- v4: a command may rest before it goes out, so that it can be taken back: End Chat does for ten seconds.

-- By the hub's clock; 0 when it goes out at once.
ALTER TABLE outbox ADD COLUMN not_before_ms INTEGER NOT NULL DEFAULT 0;

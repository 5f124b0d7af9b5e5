-- +goose Up

-- Who is there, and how much they may have at once. status is "available" or "away"; status_text is the person's own
-- word for it, empty for the usual one. capacity is in points: the weights of an agent's open conversations together.
ALTER TABLE agent ADD COLUMN status      TEXT   NOT NULL DEFAULT 'available';
ALTER TABLE agent ADD COLUMN status_text TEXT   NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN status_ms   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agent ADD COLUMN capacity    BIGINT NOT NULL DEFAULT 100;

-- How many points a conversation of this touchpoint takes, 1 to 100.
ALTER TABLE touchpoint ADD COLUMN weight BIGINT NOT NULL DEFAULT 20;

-- weight is what the touchpoint weighed when the conversation was assigned, 0 while it is queued. transferred_by and
-- transferred_ms stand until the one who has the conversation has opened it.
ALTER TABLE conversation ADD COLUMN weight         BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN transferred_by TEXT   NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN transferred_ms BIGINT NOT NULL DEFAULT 0;
UPDATE conversation SET weight = 20 WHERE status IN ('assigned', 'wrap_up');

-- "How much does this agent have?"
CREATE INDEX conversation_assignee ON conversation (workspace_id, assignee_id) WHERE status IN ('assigned', 'wrap_up');

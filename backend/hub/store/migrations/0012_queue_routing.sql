-- +goose Up

-- How a queue's conversations find their agent. A queue without a row is picked from by hand. mode is "pick", "assign" or
-- "offer"; offer_ms is how long an offer stands, unanswered_ms how long an agent may leave a contact without an answer before
-- the conversation goes back (0: for ever). hours are conversation.ParseHours's text in the time zone zone, empty for always;
-- answer is sent by itself to whoever writes outside of them, empty for none.
CREATE TABLE queue_routing (
  workspace_id  TEXT   NOT NULL,
  queue_id      TEXT   NOT NULL,
  mode          TEXT   NOT NULL,
  offer_ms      BIGINT NOT NULL,
  unanswered_ms BIGINT NOT NULL,
  hours         TEXT   NOT NULL,
  zone          TEXT   NOT NULL,
  answer        TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, queue_id),
  CONSTRAINT queue_routing_mode CHECK (mode IN ('pick', 'assign', 'offer'))
);

-- Whether who had a contact's last conversation on this touchpoint is asked first.
ALTER TABLE touchpoint ADD COLUMN sticky BOOLEAN NOT NULL DEFAULT FALSE;

-- To whom a queued conversation is offered, and until when; empty and 0 otherwise. answered_ms is when the automatic answer
-- was sent, 0 for not.
ALTER TABLE conversation ADD COLUMN offered_to     TEXT   NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN offer_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN answered_ms    BIGINT NOT NULL DEFAULT 0;
-- "What is offered, and to whom?"
CREATE INDEX conversation_offered ON conversation (workspace_id, offered_to) WHERE offered_to <> '';
-- "What waits longest in this queue?"
CREATE INDEX conversation_queued ON conversation (workspace_id, queue_id, opened_ms) WHERE status = 'queued';

-- Who did not want a conversation, let an offer of it lapse, or left it unanswered: they are not asked again for a while.
CREATE TABLE route_refusal (
  workspace_id    TEXT   NOT NULL,
  conversation_id TEXT   NOT NULL,
  agent_id        TEXT   NOT NULL,
  at_ms           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, agent_id)
);

-- When an agent was last given a conversation, however: who has waited longest is the next.
CREATE TABLE agent_turn (
  workspace_id TEXT   NOT NULL,
  agent_id     TEXT   NOT NULL,
  given_ms     BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, agent_id)
);

-- One row a workspace, which whoever routes holds until their transaction ends.
CREATE TABLE route_turn (
  workspace_id TEXT   NOT NULL,
  ran_ms       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id)
);

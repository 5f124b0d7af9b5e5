-- +goose Up

-- A person who writes. name is empty for an unknown WhatsApp person, number for one who hides it.
CREATE TABLE contact (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  number       TEXT   NOT NULL,
  email        TEXT   NOT NULL,
  username     TEXT   NOT NULL,
  language     TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  created_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- What a channel knows a contact by. kind is "user" (BSUID or PSID) or "phone"; scope is the Page of a PSID.
-- An identity belongs to one contact and is never moved by the program.
CREATE TABLE contact_identity (
  workspace_id TEXT NOT NULL,
  channel      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  scope        TEXT NOT NULL,
  value        TEXT NOT NULL,
  contact_id   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel, kind, scope, value)
);
-- "Where can this contact be reached?"
CREATE INDEX contact_identity_contact ON contact_identity (workspace_id, contact_id);

-- One handling of one contact on one touchpoint. Written by ingest (messages, window, tally), inbox (status,
-- assignee) and delivery (last_state, troubled). last_no numbers the lines of the thread.
CREATE TABLE conversation (
  workspace_id     TEXT    NOT NULL,
  id               TEXT    NOT NULL,
  contact_id       TEXT    NOT NULL,
  touchpoint_id    TEXT    NOT NULL,
  queue_id         TEXT    NOT NULL,
  status           TEXT    NOT NULL,
  assignee_id      TEXT    NOT NULL,
  assigned_ms      BIGINT  NOT NULL,
  opened_ms        BIGINT  NOT NULL,
  last_message_ms  BIGINT  NOT NULL,
  last_message_id  TEXT    NOT NULL,
  preview          TEXT    NOT NULL,
  last_kind        TEXT    NOT NULL,
  last_direction   TEXT    NOT NULL,
  last_state       TEXT    NOT NULL,
  unread           BIGINT  NOT NULL,
  waiting_since_ms BIGINT  NOT NULL,
  last_inbound_ms  BIGINT  NOT NULL,
  last_inbound_id  TEXT    NOT NULL,
  window_until_ms  BIGINT  NOT NULL,
  window_reason    TEXT    NOT NULL,
  disposition_id   TEXT    NOT NULL,
  ended_ms         BIGINT  NOT NULL,
  closed_ms        BIGINT  NOT NULL,
  last_no          BIGINT  NOT NULL,
  read_no          BIGINT  NOT NULL,
  troubled         BIGINT  NOT NULL,
  version          BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CONSTRAINT conversation_status CHECK (status IN ('queued', 'assigned', 'wrap_up', 'closed')),
  CONSTRAINT conversation_assignee CHECK ((status IN ('assigned', 'wrap_up')) = (assignee_id <> '') OR status = 'closed')
);
-- "Which conversation does this message belong to?" At most one is open for a contact on a touchpoint.
CREATE UNIQUE INDEX conversation_open ON conversation (workspace_id, touchpoint_id, contact_id) WHERE status <> 'closed';
-- "What has this contact had before?", and "which was their last one here?"
CREATE INDEX conversation_contact ON conversation (workspace_id, contact_id, touchpoint_id, opened_ms);
-- "What is open?" (snapshot)
CREATE INDEX conversation_status_id ON conversation (workspace_id, status, id);

-- One line of a thread. content is channel.Content as JSON, failure is channel.Failure as JSON or empty.
-- state belongs to our own messages (conversation.DeliveryState); each *_ms is the proof of one state.
CREATE TABLE message (
  workspace_id    TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  conversation_id TEXT    NOT NULL,
  touchpoint_id   TEXT    NOT NULL,
  contact_id      TEXT    NOT NULL,
  no              BIGINT  NOT NULL,
  direction       TEXT    NOT NULL,
  kind            TEXT    NOT NULL,
  sent_ms         BIGINT  NOT NULL,
  created_ms      BIGINT  NOT NULL,
  agent_id        TEXT    NOT NULL,
  content         TEXT    NOT NULL,
  media_id        TEXT    NOT NULL,
  provider_id     TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  accepted_ms     BIGINT  NOT NULL,
  delivered_ms    BIGINT  NOT NULL,
  read_ms         BIGINT  NOT NULL,
  failed_ms       BIGINT  NOT NULL,
  failure         TEXT    NOT NULL,
  elsewhere       BOOLEAN NOT NULL,
  version         BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- Meta delivers at least once; this index is what makes a message exist exactly once.
CREATE UNIQUE INDEX message_provider ON message (workspace_id, touchpoint_id, provider_id) WHERE provider_id <> '';
-- Thread pages, and the dense numbering of a thread.
CREATE UNIQUE INDEX message_thread ON message (workspace_id, conversation_id, no);
-- "What is next in this lane?"
CREATE INDEX message_unsent ON message (workspace_id, touchpoint_id, contact_id, conversation_id, no) WHERE state IN ('in_hub', 'sending');

-- A file. Bytes lie in the blob store under sha256 once state is "ready".
CREATE TABLE media (
  workspace_id  TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  touchpoint_id TEXT    NOT NULL,
  message_id    TEXT    NOT NULL,
  state         TEXT    NOT NULL,
  mime          TEXT    NOT NULL,
  file_name     TEXT    NOT NULL,
  size_bytes    BIGINT  NOT NULL,
  sha256        TEXT    NOT NULL,
  width         BIGINT  NOT NULL,
  height        BIGINT  NOT NULL,
  voice         BOOLEAN NOT NULL,
  animated      BOOLEAN NOT NULL,
  provider_id   TEXT    NOT NULL,
  url           TEXT    NOT NULL,
  created_ms    BIGINT  NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CONSTRAINT media_state CHECK (state IN ('pending', 'ready', 'gone'))
);

-- A status that came before the message it is about was known by Meta's id.
CREATE TABLE parked_status (
  workspace_id  TEXT   NOT NULL,
  touchpoint_id TEXT   NOT NULL,
  provider_id   TEXT   NOT NULL,
  state         TEXT   NOT NULL,
  at_ms         BIGINT NOT NULL,
  failure       TEXT   NOT NULL,
  created_ms    BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, touchpoint_id, provider_id, state)
);

-- What agents wrote down.
CREATE TABLE note (
  workspace_id    TEXT   NOT NULL,
  id              TEXT   NOT NULL,
  conversation_id TEXT   NOT NULL,
  agent_id        TEXT   NOT NULL,
  text            TEXT   NOT NULL,
  created_ms      BIGINT NOT NULL,
  edited_ms       BIGINT NOT NULL,
  edited_by       TEXT   NOT NULL,
  version         BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX note_conversation ON note (workspace_id, conversation_id);

-- Serial work that is retried: kind says which, key what for. gen guards against the wake-up that is lost when
-- work arrives while the lane is being emptied; a lease makes one worker the owner until it ends.
CREATE TABLE lane (
  workspace_id TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  key          TEXT   NOT NULL,
  touchpoint_id TEXT  NOT NULL,
  next_ms      BIGINT NOT NULL,
  attempts     BIGINT NOT NULL,
  gen          BIGINT NOT NULL,
  lease_by     TEXT   NOT NULL,
  lease_ms     BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, kind, key)
);
-- "Which lane is due?"
CREATE INDEX lane_due ON lane (kind, next_ms);

-- Correctly signed webhook content that was not understood, kept raw for people and later versions.
CREATE TABLE dead_letter (
  workspace_id TEXT   NOT NULL,
  id           TEXT   NOT NULL,
  channel      TEXT   NOT NULL,
  account_id   TEXT   NOT NULL,
  reason       TEXT   NOT NULL,
  body         TEXT   NOT NULL,
  received_ms  BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

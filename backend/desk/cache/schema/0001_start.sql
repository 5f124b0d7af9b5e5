-- v1: everything that a desk keeps. Entity tables hold the columns that queries need beside the whole entity as
-- the contract's protobuf bytes, so that an added field needs no migration. "generation" is the snapshot that a
-- row was last seen in; a reset raises it and removes what the new snapshot did not bring.

PRAGMA application_id = 0x50415259;

-- Single values: the cursor (epoch, seq), the generation, who is signed in, the hub's clock offset, and whether
-- the file was closed properly.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Configuration of the workspace: workspace, touchpoints, queues, agents, dispositions. Small, read whole.
CREATE TABLE config (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    id         TEXT    PRIMARY KEY,
    version    INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    data       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    id              TEXT    PRIMARY KEY,
    version         INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    contact_id      TEXT    NOT NULL,
    status          TEXT    NOT NULL,
    assignee_id     TEXT    NOT NULL,
    opened_ms       INTEGER NOT NULL,
    last_message_ms INTEGER NOT NULL,
    last_no         INTEGER NOT NULL,
    data            BLOB    NOT NULL
) STRICT;

-- Which conversations wait in the Inbox, oldest first?
CREATE INDEX conversation_inbox ON conversation (opened_ms, id) WHERE status = 'queued';

-- Which conversations does an agent have, latest first?
CREATE INDEX conversation_mine ON conversation (assignee_id, last_message_ms DESC, id)
    WHERE status IN ('assigned', 'wrap_up');

-- Which conversations did a contact have?
CREATE INDEX conversation_contact ON conversation (contact_id, opened_ms DESC);

-- Messages and event lines. text is what search looks through; thread is the conversation's id as one search
-- term, so that a search in one conversation does not touch the others.
CREATE TABLE message (
    row             INTEGER PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    version         INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    conversation_id TEXT    NOT NULL,
    no              INTEGER NOT NULL,
    sent_ms         INTEGER NOT NULL,
    direction       TEXT    NOT NULL,
    provider_id     TEXT    NOT NULL,
    thread          TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    data            BLOB    NOT NULL
) STRICT;

-- A thread in shown order.
CREATE INDEX message_thread ON message (conversation_id, sent_ms, no);

-- Which numbers of a conversation are here? Also: how many of the contact's messages came after a number.
CREATE INDEX message_number ON message (conversation_id, no, direction);

-- Which message is quoted?
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id <> '';

-- The index over message(thread, text); written in the transaction that writes the message.
CREATE VIRTUAL TABLE message_text USING fts5 (
    thread, text, content = 'message', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE note (
    id              TEXT    PRIMARY KEY,
    version         INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    conversation_id TEXT    NOT NULL,
    created_ms      INTEGER NOT NULL,
    data            BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX note_conversation ON note (conversation_id, created_ms, id);

-- Entities that the hub has deleted. A late page must not bring them back; ids are never used again.
CREATE TABLE gone (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- What an agent has typed and not sent. Exists nowhere else until the hub keeps drafts, too.
CREATE TABLE draft (
    conversation_id TEXT    PRIMARY KEY,
    text            TEXT    NOT NULL,
    reply_to        TEXT    NOT NULL, -- message id, '' for none
    attachments     TEXT    NOT NULL, -- JSON array of {"id","kind"} in order
    saved_ms        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files taken into the outgoing folder, where they are named by id. media_id is the hub's id once uploaded.
CREATE TABLE attachment (
    id              TEXT    PRIMARY KEY,
    conversation_id TEXT    NOT NULL,
    file_name       TEXT    NOT NULL,
    mime            TEXT    NOT NULL,
    size_bytes      INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    width           INTEGER NOT NULL,
    height          INTEGER NOT NULL,
    media_id        TEXT    NOT NULL DEFAULT '',
    created_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Commands on their way to the hub. waiting: no answer yet, whatever was tried. answered: carried out at
-- applied_seq, kept as overlay until the feed has come that far. A refusal removes the row.
CREATE TABLE outbox (
    position        INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT    NOT NULL UNIQUE,
    lane            TEXT    NOT NULL, -- commands of one lane go out in order, one at a time
    conversation_id TEXT    NOT NULL, -- '' when it is about no conversation
    kind            TEXT    NOT NULL,
    state           TEXT    NOT NULL CONSTRAINT outbox_state CHECK (state IN ('waiting', 'answered')),
    command         BLOB    NOT NULL, -- parley.hub.v1.Command
    attachment_id   TEXT    NOT NULL DEFAULT '',
    created_ms      INTEGER NOT NULL, -- by the hub's clock
    applied_seq     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What waits in a lane, in order?
CREATE INDEX outbox_lane ON outbox (lane, position) WHERE state = 'waiting';

-- Media files of the hub that are kept in the media folder, where they are named by id.
CREATE TABLE media_file (
    id         TEXT    PRIMARY KEY,
    mime       TEXT    NOT NULL, -- sniffed
    size_bytes INTEGER NOT NULL,
    used_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

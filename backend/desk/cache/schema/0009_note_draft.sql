-- v9: a note that is being written, one a conversation. note_id: the note that it changes, '' for a new one.
CREATE TABLE note_draft (
    conversation_id TEXT    PRIMARY KEY,
    note_id         TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    saved_ms        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

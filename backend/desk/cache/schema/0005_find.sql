-- v5: everything is found: messages, files, notes and contacts. An index keeps words and no text (search.Words), so its
-- rowid is all that leads back. Short beginnings have indexes of their own: what is typed first is
-- what many texts have. One letter is not looked for in messages, only among people. The indexes of a cache from before this version are filled in the background, the newest rows
-- first, and its message_text is dropped then: nothing here takes long.

-- rowid is message.row. From this version on that is the message's place in time (search.Row), so that the newest are
-- found first without sorting; rows from before are numbered by arrival until the background has come to them.
CREATE VIRTUAL TABLE message_find USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3 4'
);

-- Names of files; rowid is message.row.
CREATE VIRTUAL TABLE file_find USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3 4'
);

-- rowid is find_row.row.
CREATE VIRTUAL TABLE note_find USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE contact_find USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
);

-- The rows of notes and contacts in their indexes: those of contacts in the order in which they became known.
CREATE TABLE find_row (
    row  INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX find_row_entity ON find_row (kind, id);

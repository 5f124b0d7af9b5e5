package cache

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// Indexes of what is found.
const (
	indexMessages = "message_find"
	indexFiles    = "file_find"
	indexNotes    = "note_find"
	indexContacts = "contact_find"
)

// indexing collects what a transaction changes in the indexes. It is written just before the commit, in the order of
// rows: FTS5 begins a new segment whenever a row comes after a higher one.
type indexing struct {
	changes     map[string]map[int64]indexed // by index and row
	touchpoints map[string]string            // of conversations, as far as they were looked up
}

// indexed is what becomes of a row.
type indexed struct {
	words    string // "" for nothing to find
	replaces bool   // the index may hold the row
}

func (i *indexing) set(index string, row int64, words string, replaces bool) {
	if i.changes == nil {
		i.changes = map[string]map[int64]indexed{}
	}
	if i.changes[index] == nil {
		i.changes[index] = map[int64]indexed{}
	}
	if before, twice := i.changes[index][row]; twice {
		replaces = before.replaces
	}
	i.changes[index][row] = indexed{words: words, replaces: replaces}
}

// writeIndexes brings the indexes up to what the transaction has written.
func (tx *Tx) writeIndexes(ctx context.Context) error {
	for _, index := range slices.Sorted(maps.Keys(tx.indexing.changes)) {
		changes := tx.indexing.changes[index]
		for _, row := range slices.Sorted(maps.Keys(changes)) {
			change := changes[row]
			if change.replaces {
				if _, err := tx.exec(ctx, "remove from index", "DELETE FROM "+index+" WHERE rowid = ?", row); err != nil {
					return err
				}
			}
			if change.words == "" {
				continue
			}
			if _, err := tx.exec(ctx, "write index", "INSERT INTO "+index+" (rowid, words) VALUES (?, ?)", row, change.words); err != nil {
				return err
			}
		}
	}
	tx.indexing = indexing{}
	return nil
}

// indexMessage makes a message found by its text and by the name of its file, within what it belongs to. Event lines
// have nothing to find, and neither has what is about another message, but for an edit: it finds what was edited.
func (tx *Tx) indexMessage(ctx context.Context, row int64, m *hubv1.Message, replaces bool) error {
	text, file := search.MessageText(m), search.FileName(m)
	if text == "" && file == "" {
		tx.indexing.set(indexMessages, row, "", replaces)
		tx.indexing.set(indexFiles, row, "", replaces)
		return nil
	}
	touchpointID, err := tx.touchpointOf(ctx, m.ConversationId)
	if err != nil {
		return err
	}
	facets := search.MessageFacets(m, touchpointID)
	tx.indexing.set(indexMessages, row, search.With(search.Words(text), facets), replaces)
	tx.indexing.set(indexFiles, row, search.With(search.Words(file), facets), replaces)
	return nil
}

// touchpointOf is the touchpoint of a conversation, "" when that is not here.
func (tx *Tx) touchpointOf(ctx context.Context, conversationID string) (string, error) {
	if id, known := tx.indexing.touchpoints[conversationID]; known {
		return id, nil
	}
	c, err := tx.Conversation(ctx, conversationID)
	if err != nil {
		return "", err
	}
	if tx.indexing.touchpoints == nil {
		tx.indexing.touchpoints = map[string]string{}
	}
	if c != nil {
		tx.indexing.touchpoints[conversationID] = c.TouchpointId
	}
	return c.GetTouchpointId(), nil
}

// indexThread gives the messages that came before their conversation what they belong to.
func (tx *Tx) indexThread(ctx context.Context, conversationID string) error {
	delete(tx.indexing.touchpoints, conversationID)
	rows, err := list(ctx, tx.q, "read messages to index", scanRowMessage,
		"SELECT row, data FROM message WHERE conversation_id = ? AND row >= ?", conversationID, search.FirstRow)
	if err != nil {
		return err
	}
	for _, one := range rows {
		if err := tx.indexMessage(ctx, one.row, one.message, true); err != nil {
			return err
		}
	}
	return nil
}

type rowMessage struct {
	row     int64
	message *hubv1.Message
}

func scanRowMessage(rows *sql.Rows) (one rowMessage, err error) {
	var data []byte
	if err := rows.Scan(&one.row, &data); err != nil {
		return one, err
	}
	one.message, err = decode[hubv1.Message](data)
	return one, err
}

// freeRow is the row of a message that is not here yet.
func (tx *Tx) freeRow(ctx context.Context, m *hubv1.Message) (int64, error) {
	for row := search.Row(m.SentMs, m.Id); ; row++ {
		var one int
		taken, err := find(ctx, tx.q, "look for a free row", "SELECT 1 FROM message WHERE row = ?", []any{row}, &one)
		if err != nil || !taken {
			return row, err
		}
	}
}

// indexEntity makes a note or a contact found by words; "" by nothing. atMs is when it came into being, 0 when that is
// not known.
func (tx *Tx) indexEntity(ctx context.Context, index, kind, id, words string, atMs int64) error {
	var row int64
	found, err := find(ctx, tx.q, "look up row", "SELECT row FROM find_row WHERE kind = ? AND id = ?", []any{kind, id}, &row)
	if err != nil {
		return err
	}
	if !found {
		if words == "" {
			return nil
		}
		if row, err = tx.newRow(ctx, kind, id, atMs); err != nil {
			return err
		}
	}
	tx.indexing.set(index, row, words, found)
	return nil
}

func (tx *Tx) newRow(ctx context.Context, kind, id string, atMs int64) (row int64, err error) {
	if atMs == 0 { // in the order in which they come
		_, err = find(ctx, tx.q, "number row", "SELECT coalesce(max(row), 0) + 1 FROM find_row WHERE row < ?", []any{search.FirstRow}, &row)
	} else {
		_, err = find(ctx, tx.q, "number row", `
			SELECT CASE WHEN EXISTS (SELECT 1 FROM find_row WHERE row = ?1)
			THEN (SELECT min(row) + 1 FROM find_row f WHERE row >= ?1 AND NOT EXISTS (SELECT 1 FROM find_row n WHERE n.row = f.row + 1))
			ELSE ?1 END`, []any{search.Row(atMs, id)}, &row)
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, "number row", "INSERT INTO find_row (row, kind, id) VALUES (?, ?, ?)", row, kind, id)
	return row, err
}

func (tx *Tx) unindexEntity(ctx context.Context, index, kind, id string) error {
	if err := tx.indexEntity(ctx, index, kind, id, "", 0); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "forget row", "DELETE FROM find_row WHERE kind = ? AND id = ?", kind, id)
	return err
}

func (tx *Tx) indexNote(ctx context.Context, n *hubv1.Note) error {
	words := search.With(search.Words(n.Text), search.NoteFacets(n))
	return tx.indexEntity(ctx, indexNotes, KindNote, n.Id, words, n.CreatedMs)
}

func (tx *Tx) indexContact(ctx context.Context, c *hubv1.Contact) error {
	return tx.indexEntity(ctx, indexContacts, KindContact, c.Id, search.ContactWords(c), 0)
}

// dropOldFromIndexes takes the notes and contacts that a snapshot did not bring out of the indexes, before they are deleted.
func (tx *Tx) dropOldFromIndexes(ctx context.Context, generation int64) error {
	for index, table := range map[string]string{indexNotes: KindNote, indexContacts: KindContact} {
		old := "(SELECT f.row FROM find_row f JOIN " + table + " e ON e.id = f.id WHERE f.kind = ? AND e.generation < ?)"
		if _, err := tx.exec(ctx, "remove old "+table+" from index", "DELETE FROM "+index+" WHERE rowid IN "+old, table, generation); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "forget old rows", "DELETE FROM find_row WHERE row IN "+old, table, generation); err != nil {
			return err
		}
	}
	return nil
}

// indexAtOnce is how many rows of an older cache one transaction indexes: some 20 ms of the only writer.
const indexAtOnce = 250

// Indexed reports whether everything that is here can be found.
func (r Reader) Indexed(ctx context.Context) (bool, error) {
	done, err := r.Meta(ctx, metaIndexed)
	return done != "", err
}

// BuildIndexes makes what an older version wrote found, the newest first, a little at a time. pause is called after each
// step, and ends the work with its error; the next call goes on. progress tells how many rows are done.
func (c *Cache) BuildIndexes(ctx context.Context, pause func(context.Context) error) error {
	if done, err := c.Read().Indexed(ctx); err != nil || done {
		return err
	}
	for _, step := range []func(*Tx, *string) (more bool, err error){
		func(tx *Tx, after *string) (bool, error) { return tx.indexOldContacts(ctx, after) },
		func(tx *Tx, after *string) (bool, error) { return tx.indexOldNotes(ctx, after) },
		func(tx *Tx, _ *string) (bool, error) { return tx.indexOldMessages(ctx) },
	} {
		after := ""
		for more := true; more; {
			err := c.Update(ctx, func(tx *Tx) (err error) {
				more, err = step(tx, &after)
				return err
			})
			if err == nil {
				err = pause(ctx)
			}
			if err != nil {
				return fmt.Errorf("build indexes: %w", err)
			}
		}
	}
	err := c.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, "drop old index", "DROP TABLE IF EXISTS message_text"); err != nil {
			return err
		}
		return tx.SetMeta(ctx, metaIndexed, closedYes)
	})
	if err != nil {
		return fmt.Errorf("build indexes: %w", err)
	}
	return nil
}

// indexOldMessages gives messages that are numbered by arrival their place in time.
func (tx *Tx) indexOldMessages(ctx context.Context) (more bool, err error) {
	old, err := list(ctx, tx.q, "read messages to index", scanRowMessage,
		"SELECT row, data FROM message WHERE row < ? ORDER BY row DESC LIMIT ?", search.FirstRow, indexAtOnce)
	if err != nil {
		return false, err
	}
	for _, one := range old {
		row, err := tx.freeRow(ctx, one.message)
		if err != nil {
			return false, err
		}
		if _, err := tx.exec(ctx, "number message", "UPDATE message SET row = ? WHERE row = ?", row, one.row); err != nil {
			return false, err
		}
		if err := tx.indexMessage(ctx, row, one.message, false); err != nil {
			return false, err
		}
	}
	return len(old) == indexAtOnce, nil
}

func (tx *Tx) indexOldContacts(ctx context.Context, after *string) (more bool, err error) {
	old, err := list(ctx, tx.q, "read contacts to index", scanContact,
		"SELECT data FROM contact WHERE id > ? ORDER BY id LIMIT ?", *after, indexAtOnce)
	for _, contact := range old {
		*after = contact.Id
		if err := tx.indexContact(ctx, contact); err != nil {
			return false, err
		}
	}
	return len(old) == indexAtOnce, err
}

func (tx *Tx) indexOldNotes(ctx context.Context, after *string) (more bool, err error) {
	old, err := list(ctx, tx.q, "read notes to index", scanNote,
		"SELECT data FROM note WHERE id > ? ORDER BY id LIMIT ?", *after, indexAtOnce)
	for _, note := range old {
		*after = note.Id
		if err := tx.indexNote(ctx, note); err != nil {
			return false, err
		}
	}
	return len(old) == indexAtOnce, err
}

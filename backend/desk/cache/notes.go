package cache

import (
	"context"
	"database/sql"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Notes lists the notes of a conversation, oldest first.
func (r Reader) Notes(ctx context.Context, conversationID string) ([]*hubv1.Note, error) {
	return list(ctx, r.q, "list notes", scanNote,
		"SELECT data FROM note WHERE conversation_id = ? ORDER BY created_ms, id", conversationID)
}

func scanNote(rows *sql.Rows) (*hubv1.Note, error) {
	var data []byte
	if err := rows.Scan(&data); err != nil {
		return nil, err
	}
	return decode[hubv1.Note](data)
}

// Note finds one; nil when it is not here.
func (r Reader) Note(ctx context.Context, id string) (*hubv1.Note, error) {
	return findEntity[hubv1.Note](ctx, r.q, "read note", "SELECT data FROM note WHERE id = ?", id)
}

// PutNote writes a note.
func (tx *Tx) PutNote(ctx context.Context, e *hubv1.Note) (Effect, error) {
	if gone, err := tx.isGoneWith(ctx, KindNote, e.Id, e.ConversationId); err != nil || gone {
		return Unchanged, err
	}
	effect, err := tx.upsert(ctx, put{
		table: "note", kind: KindNote, id: e.Id, version: e.Version, entity: e,
		columns: []string{"conversation_id", "created_ms"}, values: []any{e.ConversationId, e.CreatedMs},
	})
	if err != nil || effect == Unchanged {
		return effect, err
	}
	return effect, tx.indexNote(ctx, e)
}

package cache

import "context"

// NoteDraft is a note that is being written in a conversation.
type NoteDraft struct {
	ConversationID string
	NoteID         string // the note that it changes, "" for a new one
	Text           string
	SavedMs        int64
}

// NoteDraft finds the note that is being written in a conversation; one without text when there is none.
func (r Reader) NoteDraft(ctx context.Context, conversationID string) (NoteDraft, error) {
	d := NoteDraft{ConversationID: conversationID}
	_, err := find(ctx, r.q, "read note draft", "SELECT note_id, text, saved_ms FROM note_draft WHERE conversation_id = ?",
		[]any{conversationID}, &d.NoteID, &d.Text, &d.SavedMs)
	return d, err
}

// PutNoteDraft replaces the note that is being written in a conversation; one without text ends it. Of a contact who was
// erased nothing is kept.
func (tx *Tx) PutNoteDraft(ctx context.Context, d NoteDraft) error {
	if d.Text == "" {
		_, err := tx.exec(ctx, "drop note draft", "DELETE FROM note_draft WHERE conversation_id = ?", d.ConversationID)
		return err
	}
	if erased, err := tx.Erased(ctx, d.ConversationID); err != nil || erased {
		return err
	}
	_, err := tx.exec(ctx, "write note draft", "INSERT OR REPLACE INTO note_draft (conversation_id, note_id, text, saved_ms) VALUES (?, ?, ?, ?)",
		d.ConversationID, d.NoteID, d.Text, d.SavedMs)
	return err
}

// ReturnNote puts the text of a note that the hub did not take in front of the one that is being written. noteID is "" when the
// hub has no such note.
func (tx *Tx) ReturnNote(ctx context.Context, conversationID, noteID, text string, nowMs int64) error {
	d, err := tx.NoteDraft(ctx, conversationID)
	if err != nil {
		return err
	}
	if d.Text == "" {
		d.NoteID, d.Text = noteID, text
	} else {
		d.Text = text + "\n" + d.Text
	}
	d.SavedMs = nowMs
	return tx.PutNoteDraft(ctx, d)
}

package cache

import (
	"context"
	"encoding/json"
	"fmt"
)

// Draft is what an agent has typed and not sent.
type Draft struct {
	ConversationID string
	Text           string
	ReplyTo        string // message id, "" for none
	Files          []DraftFile
	SavedMs        int64
}

// DraftFile is an attachment of a draft, and as what it is to be sent.
type DraftFile struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

// Empty reports whether there is nothing to keep.
func (d Draft) Empty() bool { return d.Text == "" && d.ReplyTo == "" && len(d.Files) == 0 }

// Draft finds the draft of a conversation; an empty one when there is none.
func (r Reader) Draft(ctx context.Context, conversationID string) (Draft, error) {
	d := Draft{ConversationID: conversationID}
	var files string
	found, err := find(ctx, r.q, "read draft",
		"SELECT text, reply_to, attachments, saved_ms FROM draft WHERE conversation_id = ?", []any{conversationID},
		&d.Text, &d.ReplyTo, &files, &d.SavedMs)
	if err != nil || !found {
		return d, err
	}
	if err := json.Unmarshal([]byte(files), &d.Files); err != nil {
		return d, fmt.Errorf("read draft's attachments: %w", err)
	}
	return d, nil
}

// PutDraft replaces the draft of a conversation. An empty draft removes it.
func (tx *Tx) PutDraft(ctx context.Context, d Draft) error {
	if d.Empty() {
		_, err := tx.exec(ctx, "remove draft", "DELETE FROM draft WHERE conversation_id = ?", d.ConversationID)
		return err
	}
	if d.Files == nil {
		d.Files = []DraftFile{}
	}
	files, err := json.Marshal(d.Files)
	if err != nil {
		return fmt.Errorf("write draft's attachments: %w", err)
	}
	_, err = tx.exec(ctx, "write draft", `
		INSERT INTO draft (conversation_id, text, reply_to, attachments, saved_ms) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (conversation_id) DO UPDATE SET text = excluded.text, reply_to = excluded.reply_to,
		attachments = excluded.attachments, saved_ms = excluded.saved_ms`,
		d.ConversationID, d.Text, d.ReplyTo, string(files), d.SavedMs)
	return err
}

package inbox

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// MaxNoteRunes is how long a note may be.
const MaxNoteRunes = 10_000

func cleanNote(text string) (clean string, fits bool) {
	clean = strings.TrimSpace(conversation.CleanText(text))
	return clean, clean != "" && utf8.RuneCountInString(clean) <= MaxNoteRunes
}

func refuseNote() *hubv1.Refusal {
	return refuse(RefusedInvalid, "a note needs a text of at most 10,000 characters")
}

// saveNote writes or replaces a note. Anyone of the workspace may, in any status.
func (r *run) saveNote(ctx context.Context, n *hubv1.SaveNote) (*hubv1.Refusal, error) {
	text, fits := cleanNote(n.GetText())
	if !fits || !conversation.ValidID(n.GetNoteId()) {
		return refuseNote(), nil
	}
	_, err := r.tx.Conversation(ctx, db.ConversationParams{WorkspaceID: r.actor.WorkspaceID, ID: n.GetConversationId()})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("save note: %w", err)
	}
	existing, err := r.tx.Note(ctx, db.NoteParams{WorkspaceID: r.actor.WorkspaceID, ID: n.GetNoteId()})
	switch {
	case store.NotFound(err):
		err = r.tx.InsertNote(ctx, db.InsertNoteParams{
			WorkspaceID: r.actor.WorkspaceID, ID: n.GetNoteId(), ConversationID: n.GetConversationId(), AgentID: r.actor.AgentID,
			Text: text, CreatedMs: r.nowMs, Version: 1,
		})
	case err == nil && existing.ConversationID != n.GetConversationId():
		return refuse(RefusedInvalid, "the note belongs to another conversation"), nil
	case err == nil:
		_, err = r.tx.EditNote(ctx, db.EditNoteParams{
			WorkspaceID: r.actor.WorkspaceID, ID: n.GetNoteId(), ConversationID: n.GetConversationId(), Text: text,
			NowMs: r.nowMs, AgentID: r.actor.AgentID,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("save note: %w", err)
	}
	r.tx.Changed(store.TypeNote, n.GetNoteId())
	return nil, nil
}

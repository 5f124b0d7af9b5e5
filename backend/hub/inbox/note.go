package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/thread"
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
	for {
		existing, err := r.tx.Note(ctx, db.NoteParams{WorkspaceID: r.actor.WorkspaceID, ID: n.GetNoteId()})
		switch {
		case store.NotFound(err):
			err = r.tx.InsertNote(ctx, db.InsertNoteParams{
				WorkspaceID: r.actor.WorkspaceID, ID: n.GetNoteId(), ConversationID: n.GetConversationId(), AgentID: r.actor.AgentID,
				Text: text, CreatedMs: r.nowMs, Version: 1,
			})
		case err != nil:
		case existing.ConversationID != n.GetConversationId():
			return refuse(RefusedInvalid, "the note belongs to another conversation"), nil
		case existing.Text == text:
			return nil, nil // nothing that anybody would call an edit
		default:
			err = r.editNote(ctx, existing, text)
			if store.NotFound(err) {
				continue // a colleague's edit came between, and belongs to the history
			}
		}
		if err != nil {
			return nil, fmt.Errorf("save note: %w", err)
		}
		r.tx.Changed(store.TypeNote, n.GetNoteId())
		return nil, nil
	}
}

// earlierMost is how many earlier texts of a note are kept.
const earlierMost = 50

// editNote replaces a note's text and keeps what it said. Not found: it has been edited meanwhile.
func (r *run) editNote(ctx context.Context, existing db.Note, text string) error {
	earlier, err := thread.EarlierTexts(existing)
	if err != nil {
		return err
	}
	said := thread.NoteText{Text: existing.Text, AgentID: existing.AgentID, AtMs: existing.CreatedMs}
	if existing.EditedMs > 0 {
		said.AgentID, said.AtMs = existing.EditedBy, existing.EditedMs
	}
	earlier = append(earlier, said)
	kept, err := json.Marshal(earlier[max(0, len(earlier)-earlierMost):])
	if err != nil {
		return err
	}
	_, err = r.tx.EditNote(ctx, db.EditNoteParams{
		WorkspaceID: r.actor.WorkspaceID, ID: existing.ID, Version: existing.Version, Text: text,
		NowMs: r.nowMs, AgentID: r.actor.AgentID, Earlier: string(kept),
	})
	return err
}

package erase

import (
	"context"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/dossier"
	"parley/backend/hub/store/db"
)

// Preview counts what an erasure would remove.
type Preview struct {
	Contact             db.Contact // whom the others were merged into
	Merged              int64
	Conversations, Open int64
	Messages, Files     int64
	Notes, Drafts       int64
	Unsent              int64
}

// Preview tells what Ask would have removed.
func (e *Eraser) Preview(ctx context.Context, workspaceID, contactID string) (Preview, error) {
	q := e.Store.Read()
	contact, err := dossier.Root(ctx, q, workspaceID, contactID)
	if err != nil {
		return Preview{}, err
	}
	group, err := dossier.Group(ctx, q, workspaceID, contact.ID)
	if err != nil {
		return Preview{}, fmt.Errorf("look at contact: %w", err)
	}
	p := Preview{Contact: contact, Merged: int64(len(group) - 1)}
	for _, id := range group {
		rows, err := q.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: workspaceID, ContactID: id})
		if err != nil {
			return Preview{}, fmt.Errorf("look at contact: %w", err)
		}
		for _, row := range rows {
			if err := p.add(ctx, q, row); err != nil {
				return Preview{}, fmt.Errorf("look at conversation: %w", err)
			}
		}
		unsent, err := q.UnsentOf(ctx, db.UnsentOfParams{WorkspaceID: workspaceID, ContactID: id})
		if err != nil {
			return Preview{}, fmt.Errorf("look at contact: %w", err)
		}
		p.Unsent += unsent
	}
	return p, nil
}

func (p *Preview) add(ctx context.Context, q *db.Queries, c db.Conversation) error {
	p.Conversations++
	if conversation.Status(c.Status).Open() {
		p.Open++
	}
	tally, err := q.TallyMessages(ctx, db.TallyMessagesParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID})
	if err != nil {
		return err
	}
	p.Messages, p.Files = p.Messages+tally.Messages, p.Files+tally.Files
	notes, err := q.NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID})
	if err != nil {
		return err
	}
	p.Notes += int64(len(notes))
	drafts, err := q.CountDrafts(ctx, db.CountDraftsParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID})
	p.Drafts += drafts
	return err
}

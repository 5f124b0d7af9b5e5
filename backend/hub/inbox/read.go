package inbox

import (
	"context"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// markRead records what the agent has seen, and shows it to the contact.
func (r *run) markRead(ctx context.Context, m *hubv1.MarkRead) (*hubv1.Refusal, error) {
	seen, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: r.actor.WorkspaceID, ID: m.GetMessageId()})
	if store.NotFound(err) || err == nil && seen.ConversationID != m.GetConversationId() {
		return refuse(RefusedNotFound, "there is no such message"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("mark read: %w", err)
	}
	c, found, err := r.held(ctx, seen.ConversationID)
	if err != nil {
		return nil, fmt.Errorf("mark read: %w", err)
	}
	if !found || c.AssigneeID != r.actor.AgentID || !conversation.Status(c.Status).Open() {
		return r.whyNot(ctx, seen.ConversationID) // previewing sends nothing to the contact
	}
	after, err := r.tx.UnreadAfter(ctx, db.UnreadAfterParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID, No: seen.No})
	if err != nil {
		return nil, fmt.Errorf("mark read: %w", err)
	}
	tally := conversation.Tally{Unread: c.Unread}.Read(after)
	_, err = r.tx.ReadConversation(ctx, db.ReadConversationParams{
		WorkspaceID: c.WorkspaceID, ID: c.ID, AgentID: r.actor.AgentID, ReadNo: seen.No, Unread: tally.Unread,
	})
	if store.NotFound(err) {
		return nil, nil // seen before
	}
	if err != nil {
		return nil, fmt.Errorf("mark read: %w", err)
	}
	r.tx.Changed(store.TypeConversation, c.ID)
	if seen.No <= c.ReadNo {
		return nil, nil // only opened: the contact has been shown it before
	}
	return nil, r.wake(ctx, delivery.LaneRead, c.ID, c.TouchpointID)
}

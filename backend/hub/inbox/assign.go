package inbox

import (
	"context"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// assign gives a queued conversation to the agent. Exactly one of those who try gets it.
func (r *run) assign(ctx context.Context, a *hubv1.Assign) (*hubv1.Refusal, error) {
	row, err := r.tx.AssignConversation(ctx, db.AssignConversationParams{
		WorkspaceID: r.actor.WorkspaceID, ID: a.GetConversationId(), AgentID: r.actor.AgentID, NowMs: r.nowMs,
	})
	if store.NotFound(err) {
		return r.whyNotAssigned(ctx, a.GetConversationId())
	}
	if err != nil {
		return nil, fmt.Errorf("assign: %w", err)
	}
	// Held, so that nothing is routed to an agent who has no room any more; picking by hand may go beyond it.
	if _, err := r.tx.LockAgent(ctx, db.LockAgentParams{WorkspaceID: r.actor.WorkspaceID, ID: r.actor.AgentID}); err != nil {
		return nil, fmt.Errorf("assign: %w", err)
	}
	if err := r.tx.GiveTurn(ctx, db.GiveTurnParams{WorkspaceID: r.actor.WorkspaceID, AgentID: r.actor.AgentID, NowMs: r.nowMs}); err != nil {
		return nil, fmt.Errorf("assign: %w", err)
	}
	return nil, r.changed(ctx, row, conversation.KindAssigned)
}

// rejectOffer lets a conversation that is offered to the agent go to the next one. One that is not theirs any more is not
// refused: what they wanted is so.
func (r *run) rejectOffer(ctx context.Context, conversationID string) (*hubv1.Refusal, error) {
	row, err := r.tx.EndOffer(ctx, db.EndOfferParams{WorkspaceID: r.actor.WorkspaceID, ID: conversationID, AgentID: r.actor.AgentID})
	if store.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reject offer: %w", err)
	}
	r.tx.Changed(store.TypeConversation, row.ID)
	err = r.tx.RefuseRoute(ctx, db.RefuseRouteParams{
		WorkspaceID: r.actor.WorkspaceID, ConversationID: row.ID, AgentID: r.actor.AgentID, AtMs: r.nowMs,
	})
	if err != nil {
		return nil, fmt.Errorf("reject offer: %w", err)
	}
	return nil, nil
}

// whyNotAssigned tells who was faster. An agent who has it already is not refused: what they wanted is so.
func (r *run) whyNotAssigned(ctx context.Context, id string) (*hubv1.Refusal, error) {
	refusal, err := r.whyNot(ctx, id)
	if err != nil {
		return nil, err
	}
	current := refusal.GetCurrent().GetConversation()
	if current.GetStatus() == string(conversation.StatusAssigned) && current.GetAssigneeId() == r.actor.AgentID {
		return nil, nil
	}
	if refusal.GetCode() == RefusedNotYours {
		refusal.Code = RefusedTaken
	}
	return refusal, nil
}

// sendToInbox gives a conversation back to its queue, with a note when there is something to say.
func (r *run) sendToInbox(ctx context.Context, s *hubv1.SendToInbox) (*hubv1.Refusal, error) {
	if s.GetNote() != "" {
		if _, fits := cleanNote(s.GetNote()); !fits {
			return refuseNote(), nil
		}
	}
	row, err := r.tx.ReturnConversation(ctx, db.ReturnConversationParams{
		WorkspaceID: r.actor.WorkspaceID, ID: s.GetConversationId(), AgentID: r.actor.AgentID,
	})
	if store.NotFound(err) {
		return r.whyNot(ctx, s.GetConversationId())
	}
	if err != nil {
		return nil, fmt.Errorf("send to inbox: %w", err)
	}
	if s.GetNote() != "" {
		// The note's id is the command's: sent twice it is one note.
		if _, err := r.saveNote(ctx, &hubv1.SaveNote{ConversationId: row.ID, NoteId: r.id, Text: s.GetNote()}); err != nil {
			return nil, err
		}
	}
	return nil, r.changed(ctx, row, conversation.KindSentToInbox)
}

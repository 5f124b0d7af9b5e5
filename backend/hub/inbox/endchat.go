package inbox

import (
	"context"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/feed"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// endChat ends a conversation: to wrap-up where its touchpoint has that, else closed.
func (r *run) endChat(ctx context.Context, e *hubv1.EndChat) (*hubv1.Refusal, error) {
	row, found, err := r.held(ctx, e.GetConversationId())
	if err != nil {
		return nil, fmt.Errorf("end chat: %w", err)
	}
	if !found {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	// An end rests on the desk for a while: what the contact writes meanwhile must not be put away with it.
	theirs := row.Status == string(conversation.StatusAssigned) && row.AssigneeID == r.actor.AgentID
	if seen := e.GetSeenMessageId(); theirs && seen != "" && seen != row.LastInboundID {
		refusal := refuse(RefusedNews, "the contact has written since")
		refusal.Current = feed.ConversationEntity(row)
		return refusal, nil
	}
	t, err := r.tx.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: r.actor.WorkspaceID, ID: row.TouchpointID})
	if err != nil {
		return nil, fmt.Errorf("end chat: read touchpoint: %w", err)
	}
	status, err := conversation.Next(conversation.StatusAssigned, conversation.EndAction(t.WrapUp))
	if err != nil {
		return nil, fmt.Errorf("end chat: %w", err)
	}
	kind, closedMs := conversation.KindEnded, int64(0)
	if !status.Open() {
		kind, closedMs = conversation.KindClosed, r.nowMs
	}
	ended, err := r.tx.EndConversation(ctx, db.EndConversationParams{
		WorkspaceID: r.actor.WorkspaceID, ID: row.ID, AgentID: r.actor.AgentID, Status: string(status), NowMs: r.nowMs, ClosedMs: closedMs,
	})
	if store.NotFound(err) {
		return r.whyNot(ctx, row.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("end chat: %w", err)
	}
	return nil, r.changed(ctx, ended, kind)
}

// submitWrapUp closes a conversation with a disposition, which must be one that its queue offers.
func (r *run) submitWrapUp(ctx context.Context, s *hubv1.SubmitWrapUp) (*hubv1.Refusal, error) {
	row, err := r.tx.Conversation(ctx, db.ConversationParams{WorkspaceID: r.actor.WorkspaceID, ID: s.GetConversationId()})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("submit wrap-up: %w", err)
	}
	queue, err := r.tx.Queue(ctx, db.QueueParams{WorkspaceID: r.actor.WorkspaceID, ID: row.QueueID})
	if err != nil {
		return nil, fmt.Errorf("submit wrap-up: read queue: %w", err)
	}
	chosen, err := r.tx.Disposition(ctx, db.DispositionParams{WorkspaceID: r.actor.WorkspaceID, ID: s.GetDispositionId()})
	if store.NotFound(err) || err == nil && chosen.SetID != queue.DispositionSetID {
		return refuse(RefusedDisposition, "the queue has no such disposition"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("submit wrap-up: %w", err)
	}
	rows, err := r.tx.DispositionsOfSet(ctx, db.DispositionsOfSetParams{WorkspaceID: r.actor.WorkspaceID, SetID: chosen.SetID})
	if err != nil {
		return nil, fmt.Errorf("submit wrap-up: %w", err)
	}
	set := make([]conversation.Disposition, len(rows))
	for i, d := range rows {
		set[i] = conversation.Disposition{ID: d.ID, ParentID: d.ParentID, Hidden: d.Hidden}
	}
	if !conversation.Offered(set, chosen.ID) {
		return refuse(RefusedDisposition, "the disposition has finer ones, or was retired; another one is needed"), nil
	}
	return r.closeWrapUp(ctx, row.ID, chosen.ID)
}

// closeWrapUp ends wrap-up, with a disposition or without.
func (r *run) closeWrapUp(ctx context.Context, conversationID, dispositionID string) (*hubv1.Refusal, error) {
	row, err := r.tx.CloseConversation(ctx, db.CloseConversationParams{
		WorkspaceID: r.actor.WorkspaceID, ID: conversationID, AgentID: r.actor.AgentID, DispositionID: dispositionID, NowMs: r.nowMs,
	})
	if store.NotFound(err) {
		return r.whyNot(ctx, conversationID)
	}
	if err != nil {
		return nil, fmt.Errorf("close wrap-up: %w", err)
	}
	return nil, r.changed(ctx, row, conversation.KindClosed)
}

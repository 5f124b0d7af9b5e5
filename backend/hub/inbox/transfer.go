package inbox

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// transfer gives a conversation to another agent or into another queue, with a note when there is something to say.
func (r *run) transfer(ctx context.Context, t *hubv1.Transfer) (*hubv1.Refusal, error) {
	if t.GetNote() != "" {
		if _, fits := cleanNote(t.GetNote()); !fits {
			return refuseNote(), nil
		}
	}
	var row db.Conversation
	var to channel.Content
	var refusal *hubv1.Refusal
	var err error
	switch {
	case t.GetToAgentId() != "" && t.GetToQueueId() == "":
		row, to, refusal, err = r.transferToAgent(ctx, t)
	case t.GetToQueueId() != "" && t.GetToAgentId() == "":
		row, to, refusal, err = r.transferToQueue(ctx, t)
	default:
		return refuse(RefusedInvalid, "a transfer names an agent or a queue"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	if refusal != nil {
		return refusal, nil
	}
	if t.GetNote() != "" {
		// The note's id is the command's: sent twice it is one note.
		if _, err := r.saveNote(ctx, &hubv1.SaveNote{ConversationId: row.ID, NoteId: r.id, Text: t.GetNote()}); err != nil {
			return nil, err
		}
	}
	return nil, r.told(ctx, row, to)
}

// transferToAgent looks whether the receiver can take the conversation, and holds them until it is theirs: of two transfers
// that would fill them the second is refused.
func (r *run) transferToAgent(ctx context.Context, t *hubv1.Transfer) (row db.Conversation, to channel.Content, refusal *hubv1.Refusal, err error) {
	before, found, err := r.held(ctx, t.GetConversationId())
	if err != nil || !found {
		return row, to, refuse(RefusedNotFound, "there is no such conversation"), err
	}
	receiver, err := r.tx.LockAgent(ctx, db.LockAgentParams{WorkspaceID: r.actor.WorkspaceID, ID: t.GetToAgentId()})
	if store.NotFound(err) || err == nil && receiver.Disabled {
		return row, to, refuse(RefusedReceiver, "nobody of that name works here any more"), nil
	}
	if err != nil {
		return row, to, nil, fmt.Errorf("lock receiver: %w", err)
	}
	if !r.actor.Supervises() && before.AssigneeID == r.actor.AgentID {
		if refusal, err = r.mayReceive(ctx, receiver, before.TouchpointID); refusal != nil || err != nil {
			return row, to, refusal, err
		}
	}
	params := db.TransferToAgentParams{
		WorkspaceID: r.actor.WorkspaceID, ID: before.ID, AgentID: r.actor.AgentID, ToID: receiver.ID,
		Supervises: r.actor.Supervises(), NowMs: r.nowMs,
	}
	if receiver.ID != r.actor.AgentID { // who takes something over has seen it
		params.By, params.TransferredMs = r.actor.AgentID, r.nowMs
	}
	if err = r.tx.GiveTurn(ctx, db.GiveTurnParams{WorkspaceID: r.actor.WorkspaceID, AgentID: receiver.ID, NowMs: r.nowMs}); err != nil {
		return row, to, nil, fmt.Errorf("give turn: %w", err)
	}
	row, err = r.tx.TransferToAgent(ctx, params)
	if store.NotFound(err) {
		refusal, err = r.whyNotTransferred(ctx, before.ID)
		return row, to, refusal, err
	}
	return row, channel.Content{Kind: conversation.KindTransferred, Text: receiver.Name, RawKind: "agent"}, nil, err
}

// mayReceive says why an agent cannot take a conversation of a touchpoint; nil when they can.
func (r *run) mayReceive(ctx context.Context, receiver db.Agent, touchpointID string) (*hubv1.Refusal, error) {
	if receiver.Status != string(conversation.PresenceAvailable) {
		return refuse(RefusedAway, "they are away"), nil
	}
	t, err := r.tx.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: receiver.WorkspaceID, ID: touchpointID})
	if err != nil {
		return nil, fmt.Errorf("read touchpoint: %w", err)
	}
	load, err := r.tx.AgentLoad(ctx, db.AgentLoadParams{WorkspaceID: receiver.WorkspaceID, AgentID: receiver.ID})
	if err != nil {
		return nil, fmt.Errorf("read load: %w", err)
	}
	if !conversation.Room(load, t.Weight, receiver.Capacity) {
		return refuse(RefusedFull, "they have no room left"), nil
	}
	return nil, nil
}

func (r *run) transferToQueue(ctx context.Context, t *hubv1.Transfer) (row db.Conversation, to channel.Content, refusal *hubv1.Refusal, err error) {
	queue, err := r.tx.Queue(ctx, db.QueueParams{WorkspaceID: r.actor.WorkspaceID, ID: t.GetToQueueId()})
	if store.NotFound(err) {
		return row, to, refuse(RefusedReceiver, "there is no such queue"), nil
	}
	if err != nil {
		return row, to, nil, fmt.Errorf("read queue: %w", err)
	}
	row, err = r.tx.TransferToQueue(ctx, db.TransferToQueueParams{
		WorkspaceID: r.actor.WorkspaceID, ID: t.GetConversationId(), AgentID: r.actor.AgentID, ToID: queue.ID,
		Supervises: r.actor.Supervises(), NowMs: r.nowMs,
	})
	if store.NotFound(err) {
		refusal, err = r.whyNotTransferred(ctx, t.GetConversationId())
		return row, to, refusal, err
	}
	return row, channel.Content{Kind: conversation.KindTransferred, Text: queue.Name, RawKind: "queue"}, nil, err
}

// whyNotTransferred explains a transfer that found nothing to move: a colleague has it, it is not open, or it is where it
// should go.
func (r *run) whyNotTransferred(ctx context.Context, conversationID string) (*hubv1.Refusal, error) {
	refusal, err := r.whyNot(ctx, conversationID)
	if err != nil || refusal.GetCode() != RefusedNotYours || !r.actor.Supervises() {
		return refusal, err
	}
	refusal.Code, refusal.AgentId, refusal.SinceMs = RefusedStatus, "", 0
	return refusal, nil
}

// MaxStatusRunes is how long an agent's own word for their status may be.
const MaxStatusRunes = 40

// setStatus says whether the agent is there. It is refused nobody.
func (r *run) setStatus(ctx context.Context, s *hubv1.SetStatus) (*hubv1.Refusal, error) {
	text := strings.TrimSpace(conversation.Preview(s.GetText()))
	switch conversation.Presence(s.GetStatus()) {
	case conversation.PresenceAvailable, conversation.PresenceAway:
	default:
		return refuse(RefusedInvalid, "a status is available or away"), nil
	}
	if utf8.RuneCountInString(text) > MaxStatusRunes {
		return refuse(RefusedInvalid, "the word for the status is too long"), nil
	}
	agent, err := r.tx.SetAgentStatus(ctx, db.SetAgentStatusParams{
		WorkspaceID: r.actor.WorkspaceID, ID: r.actor.AgentID, Status: s.GetStatus(), Text: text, NowMs: r.nowMs,
	})
	if store.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("set status: %w", err)
	}
	r.tx.Changed(store.TypeAgent, agent.ID)
	return nil, nil
}

// Loads tells how much each agent of the actor's workspace has now.
func (i *Inbox) Loads(ctx context.Context, actor access.Actor) ([]*hubv1.Load, error) {
	rows, err := i.store.Read().AgentLoads(ctx, actor.WorkspaceID)
	if err != nil {
		return nil, fmt.Errorf("read loads: %w", err)
	}
	loads := make([]*hubv1.Load, len(rows))
	for n, row := range rows {
		loads[n] = &hubv1.Load{AgentId: row.AssigneeID, Points: row.Points, Conversations: row.Conversations}
	}
	return loads, nil
}

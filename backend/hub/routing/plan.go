package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/thread"
)

// plan is what there is to do.
type plan struct {
	*view
	lapsed    []db.Conversation // offers whose time is over
	withdrawn []db.Conversation // offers to somebody who is not there any more
	left      []db.Conversation // left unanswered by their agent
	answers   []db.Conversation // to be answered automatically
	moves     []Move
}

func (p *plan) size() int {
	return len(p.lapsed) + len(p.withdrawn) + len(p.left) + len(p.answers) + len(p.moves)
}

// carryOut does what is planned, as far as it is still so. Conversations are locked before agents, as everywhere.
func (p *plan) carryOut(ctx context.Context, tx *store.Tx, send func(context.Context, *store.Tx, db.Conversation, int64) error) error {
	if p.size() == 0 {
		return nil
	}
	if err := tx.DropRouteRefusals(ctx, db.DropRouteRefusalsParams{WorkspaceID: tx.WorkspaceID, BeforeMs: p.nowMs - refusedFor.Milliseconds()}); err != nil {
		return fmt.Errorf("forget refusals: %w", err)
	}
	if err := p.lock(ctx, tx); err != nil {
		return err
	}
	for _, row := range p.lapsed {
		if err := p.endOffer(ctx, tx, row, true); err != nil {
			return err
		}
	}
	for _, row := range p.withdrawn {
		if err := p.endOffer(ctx, tx, row, false); err != nil {
			return err
		}
	}
	for _, row := range p.left {
		if err := p.takeBack(ctx, tx, row); err != nil {
			return err
		}
	}
	for _, row := range p.answers {
		answered, err := p.answer(ctx, tx, row)
		if err == nil && answered {
			err = send(ctx, tx, row, p.nowMs)
		}
		if err != nil {
			return err
		}
	}
	for _, m := range p.moves {
		if err := p.move(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// lock holds everything that is going to change, in one order for all.
func (p *plan) lock(ctx context.Context, tx *store.Tx) error {
	var conversations, agents []string
	for _, rows := range [][]db.Conversation{p.lapsed, p.withdrawn, p.left, p.answers} {
		for _, row := range rows {
			conversations = append(conversations, row.ID)
		}
	}
	for _, m := range p.moves {
		conversations, agents = append(conversations, m.ConversationID), append(agents, m.AgentID)
	}
	slices.Sort(conversations)
	if _, err := tx.LockConversations(ctx, slices.Compact(conversations)); err != nil {
		return fmt.Errorf("lock conversations: %w", err)
	}
	slices.Sort(agents)
	for _, id := range slices.Compact(agents) {
		agent, err := tx.LockAgent(ctx, db.LockAgentParams{WorkspaceID: tx.WorkspaceID, ID: id})
		if err != nil && !store.NotFound(err) {
			return fmt.Errorf("lock agent: %w", err)
		}
		if err != nil || agent.Disabled || agent.Status != string(conversation.PresenceAvailable) {
			p.moves = slices.DeleteFunc(p.moves, func(m Move) bool { return m.AgentID == id })
		}
	}
	return nil
}

func (p *plan) endOffer(ctx context.Context, tx *store.Tx, row db.Conversation, refused bool) error {
	_, err := tx.EndOffer(ctx, db.EndOfferParams{WorkspaceID: row.WorkspaceID, ID: row.ID, AgentID: row.OfferedTo})
	if store.NotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end offer: %w", err)
	}
	tx.Changed(store.TypeConversation, row.ID)
	if !refused {
		return nil
	}
	return p.refuse(ctx, tx, row.ID, row.OfferedTo)
}

func (p *plan) refuse(ctx context.Context, tx *store.Tx, conversationID, agentID string) error {
	err := tx.RefuseRoute(ctx, db.RefuseRouteParams{WorkspaceID: tx.WorkspaceID, ConversationID: conversationID, AgentID: agentID, AtMs: p.nowMs})
	if err != nil {
		return fmt.Errorf("note refusal: %w", err)
	}
	return nil
}

// takeBack lets a conversation that its agent has left unanswered wait for somebody else.
func (p *plan) takeBack(ctx context.Context, tx *store.Tx, row db.Conversation) error {
	after, err := tx.TimeOutConversation(ctx, db.TimeOutConversationParams{
		WorkspaceID: row.WorkspaceID, ID: row.ID, AgentID: row.AssigneeID, SinceMs: p.nowMs - p.rules[row.QueueID].Unanswered.Milliseconds(),
	})
	if store.NotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	if err := p.refuse(ctx, tx, row.ID, row.AssigneeID); err != nil {
		return err
	}
	return thread.Tell(ctx, tx, after, "", channel.Content{Kind: conversation.KindTimedOut, Text: p.names[row.AssigneeID]}, p.nowMs)
}

// Automatic marks a message that nobody wrote, as its raw kind.
const Automatic = "automatic"

// answer adds the automatic answer, unless that is there or somebody has the conversation. The contact waits on.
func (p *plan) answer(ctx context.Context, tx *store.Tx, row db.Conversation) (answered bool, err error) {
	text := p.rules[row.QueueID].Answer
	content, err := json.Marshal(channel.Content{Kind: conversation.KindText, Text: text, RawKind: Automatic})
	if err != nil {
		return false, fmt.Errorf("answer automatically: %w", err)
	}
	id, sentMs := conversation.NewID(), max(p.nowMs, row.LastMessageMs)
	after, err := tx.AppendAutomatic(ctx, db.AppendAutomaticParams{
		WorkspaceID: row.WorkspaceID, ID: row.ID, SentMs: sentMs, MessageID: id, Preview: conversation.Preview(text),
	})
	if store.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("answer automatically: %w", err)
	}
	if err := tx.InsertMessage(ctx, db.InsertMessageParams{
		WorkspaceID: row.WorkspaceID, ID: id, ConversationID: row.ID, TouchpointID: row.TouchpointID, ContactID: row.ContactID,
		No: after.LastNo, Direction: string(conversation.DirectionOut), Kind: string(conversation.KindText), SentMs: sentMs, CreatedMs: p.nowMs,
		Content: string(content), State: string(conversation.DeliveryInHub), Version: 1, Attempt: 1,
	}); err != nil {
		return false, fmt.Errorf("answer automatically: %w", err)
	}
	tx.Changed(store.TypeConversation, row.ID)
	tx.Changed(store.TypeMessage, id)
	return true, nil
}

// move gives a conversation to an agent or offers it to them, unless it has left the queue or the agent's room has gone.
func (p *plan) move(ctx context.Context, tx *store.Tx, m Move) error {
	if m.Offer {
		return p.offer(ctx, tx, m)
	}
	rows, err := tx.LockConversations(ctx, []string{m.ConversationID})
	if err != nil || len(rows) == 0 {
		return err
	}
	load, err := tx.AgentLoad(ctx, db.AgentLoadParams{WorkspaceID: tx.WorkspaceID, AgentID: m.AgentID})
	if err != nil {
		return fmt.Errorf("read load: %w", err)
	}
	if !conversation.Room(load, p.touchpoints[rows[0].TouchpointID].Weight, p.agents[m.AgentID].Capacity) {
		return nil // they have picked something meanwhile
	}
	row, err := tx.RouteConversation(ctx, db.RouteConversationParams{WorkspaceID: tx.WorkspaceID, ID: m.ConversationID, AgentID: m.AgentID, NowMs: p.nowMs})
	if store.NotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("assign: %w", err)
	}
	if err := tx.GiveTurn(ctx, db.GiveTurnParams{WorkspaceID: tx.WorkspaceID, AgentID: m.AgentID, NowMs: p.nowMs}); err != nil {
		return fmt.Errorf("assign: %w", err)
	}
	return thread.Tell(ctx, tx, row, "", channel.Content{Kind: conversation.KindRouted, Text: strings.TrimSpace(p.names[m.AgentID])}, p.nowMs)
}

func (p *plan) offer(ctx context.Context, tx *store.Tx, m Move) error {
	rows, err := tx.LockConversations(ctx, []string{m.ConversationID})
	if err != nil || len(rows) == 0 {
		return err
	}
	_, err = tx.OfferConversation(ctx, db.OfferConversationParams{
		WorkspaceID: tx.WorkspaceID, ID: m.ConversationID, AgentID: m.AgentID, UntilMs: p.nowMs + p.offerFor(rows[0].QueueID),
	})
	if store.NotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("offer: %w", err)
	}
	tx.Changed(store.TypeConversation, m.ConversationID)
	return tx.GiveTurn(ctx, db.GiveTurnParams{WorkspaceID: tx.WorkspaceID, AgentID: m.AgentID, NowMs: p.nowMs})
}

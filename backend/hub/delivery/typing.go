package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// ErrNotWriting says that the agent is not the one who writes in this conversation, or that nobody can now.
var ErrNotWriting = errors.New("the conversation is not open to this agent")

const (
	// typingEvery is how often Meta is told at most; it shows the sign for some 20 seconds.
	typingEvery   = 10 * time.Second
	typingTimeout = 5 * time.Second
)

// Typing shows a contact that the agent is writing. It is a courtesy: when Meta does not take it nothing is tried again.
func (s *Sender) Typing(ctx context.Context, actor access.Actor, conversationID string) error {
	q := s.Store.Read()
	c, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: actor.WorkspaceID, ID: conversationID})
	if store.NotFound(err) {
		return ErrNotWriting
	}
	if err != nil {
		return fmt.Errorf("read conversation: %w", err)
	}
	window := conversation.Window{UntilMs: c.WindowUntilMs}
	if c.Status != string(conversation.StatusAssigned) || c.AssigneeID != actor.AgentID || !window.Open(s.Now().UnixMilli()) {
		return ErrNotWriting
	}
	t, ok := s.Directory.ByID(actor.WorkspaceID, c.TouchpointID)
	if !ok {
		return nil
	}
	typer, ok := t.Adapter.(channel.Typer)
	if !ok || t.PausedReason != "" {
		return nil
	}
	last, err := q.LastInbound(ctx, db.LastInboundParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID, No: c.LastNo})
	if store.NotFound(err) {
		return nil // there is nothing that is being answered
	}
	if err != nil {
		return fmt.Errorf("find last message: %w", err)
	}
	if due, err := s.typingDue(ctx, c); err != nil || !due {
		return err
	}
	to, err := s.address(ctx, last, t)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, typingTimeout)
	defer cancel()
	if err := typer.Typing(ctx, t.Account, to, last.ProviderID); err != nil {
		s.Log.Debug("Typing not shown", "conversation", c.ID, "error", err)
	}
	return nil
}

// typingDue keeps any number of desks and hubs from telling Meta more often than it helps.
func (s *Sender) typingDue(ctx context.Context, c db.Conversation) (due bool, err error) {
	_, err = s.Store.InTx(ctx, c.WorkspaceID, func(tx *store.Tx) error {
		_, err := tx.TakePace(ctx, db.TakePaceParams{
			WorkspaceID: c.WorkspaceID, Key: "typing/" + c.ID, NowUs: s.Now().UnixMicro(), IntervalUs: typingEvery.Microseconds(), BurstUs: 0,
		})
		due = err == nil
		if store.NotFound(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("show typing: %w", err)
	}
	return due, nil
}

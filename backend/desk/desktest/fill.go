package desktest

import (
	"context"
	"fmt"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Filling is what a desk has kept of a busy time. The agent has the first conversations, then come those that wait in the
// Inbox; all others are closed. Each is older than the one before.
type Filling struct {
	AgentID, TouchpointID, QueueID string

	Conversations, Assigned, Queued int
	Messages                        int // of each conversation
	MessagesOfFirst                 int // 0: as many as the others have
	Now                             time.Time
	Text                            func(i, no int) string // of a message; nil: a sentence with its number
}

const (
	fillEvery = time.Minute // between two messages of a conversation
	fillApart = time.Second // between the last messages of two conversations
)

// Fill writes a filling into a cache, marked as the current snapshot's, and returns the conversations' ids.
func Fill(ctx context.Context, tx *cache.Tx, f Filling) (ids []string, err error) {
	for i := range f.Conversations {
		last := f.Now.Add(-time.Duration(i) * fillApart)
		n := f.Messages
		if i == 0 && f.MessagesOfFirst > 0 {
			n = f.MessagesOfFirst
		}
		c := &hubv1.Conversation{
			Id: conversation.NewID(), Version: 1, ContactId: conversation.NewID(), TouchpointId: f.TouchpointID, QueueId: f.QueueID,
			Status: "closed", LastNo: int64(n), Preview: "See you tomorrow", LastKind: "text", LastDirection: "in",
			OpenedMs: last.Add(-time.Duration(n) * fillEvery).UnixMilli(), LastMessageMs: last.UnixMilli(), LastInboundMs: last.UnixMilli(),
			WindowUntilMs: last.Add(conversation.WhatsAppWindow).UnixMilli(), WindowReason: "message",
		}
		switch {
		case i < f.Assigned:
			c.Status, c.AssigneeId, c.AssignedMs = "assigned", f.AgentID, c.OpenedMs
		case i < f.Assigned+f.Queued:
			c.Status, c.WaitingSinceMs = "queued", c.LastMessageMs
		}
		ids = append(ids, c.Id)
		contact := &hubv1.Contact{Id: c.ContactId, Version: 1, Name: fmt.Sprint("Contact ", i), Number: fmt.Sprintf("+3519%08d", i)}
		if _, err := tx.PutContact(ctx, contact); err != nil {
			return nil, err
		}
		for no := range n {
			m := filledMessage(f, i, no)
			m.ConversationId, m.No, m.SentMs = c.Id, int64(no+1), last.Add(-time.Duration(n-1-no)*fillEvery).UnixMilli()
			m.CreatedMs, c.LastMessageId, c.LastDirection = m.SentMs, m.Id, m.Direction
			if _, err := tx.PutMessage(ctx, m); err != nil {
				return nil, err
			}
		}
		if _, _, err := tx.PutConversation(ctx, c); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// filledMessage is one of a conversation in which every third message is the agent's.
func filledMessage(f Filling, i, no int) *hubv1.Message {
	m := &hubv1.Message{
		Id: conversation.NewID(), Version: 1, Direction: "in", ProviderId: fmt.Sprintf("wamid.%d.%d", i, no),
		Content: &hubv1.Content{
			Kind: "text", Text: fmt.Sprintf("A reservação número %d está confirmada para amanhã às nove, obrigado pela paciência", no),
		},
	}
	if f.Text != nil {
		m.Content.Text = f.Text(i, no)
	}
	if no%3 == 1 {
		m.Direction, m.AgentId, m.State = "out", f.AgentID, "read"
	}
	return m
}

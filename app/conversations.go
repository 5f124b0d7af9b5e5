package app

import (
	"context"

	"parley/app/dto"
)

// Conversations are the two lists and what moves a conversation.
type Conversations struct{ app *App }

// List returns the Inbox and the agent's own conversations.
func (c *Conversations) List() (dto.Conversations, error) {
	return answer(c.app, "list conversations", func(ctx context.Context) (dto.Conversations, error) {
		lists, err := c.app.desk().Lists(ctx)
		return dto.Conversations{
			Inbox: each(lists.Inbox, toConversation), Mine: each(lists.Mine, toConversation),
			Drafted: each(lists.Drafted, toConversation),
		}, err
	})
}

// Get returns the conversations with these ids that are known, open or closed.
func (c *Conversations) Get(ids []string) ([]dto.Conversation, error) {
	return answer(c.app, "read conversations", func(ctx context.Context) ([]dto.Conversation, error) {
		rows, err := c.app.desk().Conversations(ctx, ids)
		return each(rows, toConversation), err
	})
}

// Assign takes a queued conversation.
func (c *Conversations) Assign(id string) (dto.Outcome, error) {
	return answer(c.app, "assign", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().Assign(ctx, id)
		return c.app.outcome(ctx, outcome, err)
	})
}

// Reject lets a conversation that is offered to the agent go to the next one; Assign accepts it.
func (c *Conversations) Reject(id string) (dto.Outcome, error) {
	return answer(c.app, "reject offer", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().RejectOffer(ctx, id)
		return c.app.outcome(ctx, outcome, err)
	})
}

// SendToInbox gives a conversation back to its queue, with a note unless that is empty.
func (c *Conversations) SendToInbox(id, note string) (dto.Outcome, error) {
	return answer(c.app, "send to inbox", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().SendToInbox(ctx, id, note)
		return c.app.outcome(ctx, outcome, err)
	})
}

// Transfer gives a conversation to an agent or into a queue, one of which is "", with a note unless that is empty.
func (c *Conversations) Transfer(id, agentID, queueID, note string) (dto.Outcome, error) {
	return answer(c.app, "transfer", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().Transfer(ctx, id, agentID, queueID, note)
		return c.app.outcome(ctx, outcome, err)
	})
}

// EndChat ends a conversation. It can be taken back for ten seconds.
func (c *Conversations) EndChat(id string) (dto.Outcome, error) {
	return answer(c.app, "end chat", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().EndChat(ctx, id)
		return c.app.outcome(ctx, outcome, err)
	})
}

// UndoEndChat takes an End Chat back that still rests.
func (c *Conversations) UndoEndChat(id string) (dto.Outcome, error) {
	return answer(c.app, "undo end chat", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().UndoEndChat(ctx, id)
		return c.app.outcome(ctx, outcome, err)
	})
}

// SubmitWrapUp closes a conversation with a disposition.
func (c *Conversations) SubmitWrapUp(id, dispositionID string) (dto.Outcome, error) {
	return answer(c.app, "submit wrap-up", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().SubmitWrapUp(ctx, id, dispositionID)
		return c.app.outcome(ctx, outcome, err)
	})
}

// DismissWrapUp closes a conversation without one.
func (c *Conversations) DismissWrapUp(id string) (dto.Outcome, error) {
	return answer(c.app, "dismiss wrap-up", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := c.app.desk().DismissWrapUp(ctx, id)
		return c.app.outcome(ctx, outcome, err)
	})
}

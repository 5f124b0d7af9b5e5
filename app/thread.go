package app

import (
	"context"

	"parley/app/dto"
)

// Thread is the messages of a conversation.
type Thread struct{ app *App }

// pageMost bounds what one call returns.
const pageMost = 500

func pageSize(limit int) int { return min(max(1, limit), pageMost) }

// Open returns the newest messages.
func (t *Thread) Open(conversationID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "open thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk.OpenThread(ctx, conversationID, pageSize(limit))
		return toPage(page), err
	})
}

// Before returns the messages shown before one.
func (t *Thread) Before(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "page thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk.ThreadBefore(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// Around returns the messages on both sides of one, with it.
func (t *Thread) Around(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "jump in thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk.ThreadAround(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// After returns the messages shown after one.
func (t *Thread) After(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "page thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk.ThreadAfter(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// Messages returns the messages with these ids that are known.
func (t *Thread) Messages(ids []string) ([]dto.Message, error) {
	return answer(t.app, "read messages", func(ctx context.Context) ([]dto.Message, error) {
		messages, err := t.app.desk.Messages(ctx, ids)
		return each(messages, toMessage), err
	})
}

// Send sends a draft and returns the messages that it became. seenMessageID is the last one that the agent had seen.
func (t *Thread) Send(conversationID string, draft dto.Draft, seenMessageID string) ([]dto.Message, error) {
	return answer(t.app, "send", func(ctx context.Context) ([]dto.Message, error) {
		messages, err := t.app.desk.Send(ctx, fromDraft(conversationID, draft), seenMessageID)
		return each(messages, toMessage), err
	})
}

// MarkRead records that the agent has seen everything up to a message.
func (t *Thread) MarkRead(conversationID, messageID string) error {
	return do(t.app, "mark read", func(ctx context.Context) error {
		return t.app.desk.MarkRead(ctx, conversationID, messageID)
	})
}

// Resolve decides about a message whose outcome is not known.
func (t *Thread) Resolve(messageID string, sendAgain bool) (dto.Outcome, error) {
	return answer(t.app, "resolve message", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := t.app.desk.ResolveUnconfirmed(ctx, messageID, sendAgain)
		return t.app.outcome(ctx, outcome, err)
	})
}

// Search finds messages of a conversation, newest first.
func (t *Thread) Search(conversationID, query string) ([]dto.Hit, error) {
	return answer(t.app, "search thread", func(ctx context.Context) ([]dto.Hit, error) {
		hits, err := t.app.desk.SearchThread(ctx, conversationID, query)
		return each(hits, toHit), err
	})
}

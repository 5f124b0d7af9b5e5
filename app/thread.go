package app

import (
	"context"

	"parley/app/dto"
	"parley/backend/desk"
)

// Thread is the messages of a conversation.
type Thread struct{ app *App }

// pageMost bounds what one call returns.
const pageMost = 500

func pageSize(limit int) int { return min(max(1, limit), pageMost) }

// Open returns the newest messages.
func (t *Thread) Open(conversationID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "open thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk().OpenThread(ctx, conversationID, pageSize(limit))
		return toPage(page), err
	})
}

// Before returns the messages shown before one.
func (t *Thread) Before(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "page thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk().ThreadBefore(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// Around returns the messages on both sides of one, with it.
func (t *Thread) Around(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "jump in thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk().ThreadAround(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// After returns the messages shown after one.
func (t *Thread) After(conversationID, messageID string, limit int) (dto.ThreadPage, error) {
	return answer(t.app, "page thread", func(ctx context.Context) (dto.ThreadPage, error) {
		page, err := t.app.desk().ThreadAfter(ctx, conversationID, messageID, pageSize(limit))
		return toPage(page), err
	})
}

// Alerts returns what was decided about ringing for a conversation in the last 30 days, latest first.
func (t *Thread) Alerts(conversationID string) ([]dto.Alert, error) {
	return answer(t.app, "list alerts", func(ctx context.Context) ([]dto.Alert, error) {
		log, err := t.app.desk().AlertLog(ctx, conversationID)
		return each(log, toAlert), err
	})
}

// Messages returns the messages with these ids that are known.
func (t *Thread) Messages(ids []string) ([]dto.Message, error) {
	return answer(t.app, "read messages", func(ctx context.Context) ([]dto.Message, error) {
		messages, err := t.app.desk().Messages(ctx, ids)
		return each(messages, toMessage), err
	})
}

// Send sends a draft and returns the messages that it became. seenMessageID is the last one that the agent had seen.
func (t *Thread) Send(conversationID string, draft dto.Draft, seenMessageID string) ([]dto.Message, error) {
	return answer(t.app, "send", func(ctx context.Context) ([]dto.Message, error) {
		messages, err := t.app.desk().Send(ctx, fromDraft(conversationID, draft), seenMessageID)
		return each(messages, toMessage), err
	})
}

// SendInParts is Send for a text that is longer than the channel takes and may go out as several messages.
func (t *Thread) SendInParts(conversationID string, draft dto.Draft, seenMessageID string) ([]dto.Message, error) {
	return answer(t.app, "send in parts", func(ctx context.Context) ([]dto.Message, error) {
		messages, err := t.app.desk().SendInParts(ctx, fromDraft(conversationID, draft), seenMessageID)
		return each(messages, toMessage), err
	})
}

// FirstAnswer says when an agent first answered.
func (t *Thread) FirstAnswer(conversationID string) (dto.FirstAnswer, error) {
	return answer(t.app, "read first answer", func(ctx context.Context) (dto.FirstAnswer, error) {
		atMs, known, err := t.app.desk().FirstAnswer(ctx, conversationID)
		return dto.FirstAnswer{AtMs: atMs, Known: known}, err
	})
}

// MarkRead records that the agent has seen everything up to a message.
func (t *Thread) MarkRead(conversationID, messageID string) error {
	return do(t.app, "mark read", func(ctx context.Context) error {
		return t.app.desk().MarkRead(ctx, conversationID, messageID)
	})
}

// Resolve decides about a message whose outcome is not known.
func (t *Thread) Resolve(messageID string, sendAgain bool) (dto.Outcome, error) {
	return answer(t.app, "resolve message", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := t.app.desk().ResolveUnconfirmed(ctx, messageID, sendAgain)
		return t.app.outcome(ctx, outcome, err)
	})
}

// Search finds messages of a conversation in what is on this computer, newest first.
func (t *Thread) Search(conversationID, query string) (dto.ThreadHits, error) {
	return answer(t.app, "search thread", func(ctx context.Context) (dto.ThreadHits, error) {
		found, err := t.app.desk().SearchThread(ctx, conversationID, query)
		return dto.ThreadHits{Hits: each(found.Hits, toHit), Complete: found.Complete}, err
	})
}

// Fetch brings older messages of a conversation onto this computer, and returns whether all are here now.
func (t *Thread) Fetch(conversationID string) (bool, error) {
	return answer(t.app, "fetch thread", func(ctx context.Context) (bool, error) {
		return t.app.desk().FetchThread(ctx, conversationID)
	})
}

// FindQuoted looks for the message that one answers, also far up, and returns its id; "" when it cannot be had.
func (t *Thread) FindQuoted(messageID string) (string, error) {
	return answer(t.app, "find quoted message", func(ctx context.Context) (string, error) {
		return t.app.desk().FindQuoted(ctx, messageID)
	})
}

// Since looks for the first message of a conversation that was sent at a moment or later, also far up: its id, that of the
// last one when all are earlier, "" when there is none.
func (t *Thread) Since(conversationID string, ms int64) (string, error) {
	return answer(t.app, "find message by time", func(ctx context.Context) (string, error) {
		return t.app.desk().MessageSince(ctx, conversationID, ms)
	})
}

// React puts an emoji on a message, in the place of an earlier one of ours; "" takes it away.
func (t *Thread) React(messageID, emoji string) (dto.Outcome, error) {
	return answer(t.app, "react", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := t.app.desk().React(ctx, messageID, emoji)
		return t.app.outcome(ctx, outcome, err)
	})
}

// SendLocation sends a place; the draft stays.
func (t *Thread) SendLocation(conversationID string, at dto.Location, seenMessageID string) (dto.Outcome, error) {
	return answer(t.app, "send location", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := t.app.desk().SendLocation(ctx, conversationID, fromLocation(at), seenMessageID)
		return t.app.outcome(ctx, outcome, err)
	})
}

// SendCards sends contact cards; the draft stays.
func (t *Thread) SendCards(conversationID string, cards []dto.Card, seenMessageID string) (dto.Outcome, error) {
	return answer(t.app, "send contact card", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := t.app.desk().SendCards(ctx, conversationID, each(cards, fromCard), seenMessageID)
		return t.app.outcome(ctx, outcome, err)
	})
}

// Typing says that the agent writes in a conversation, as often as they do: to the contact, who is shown it, or a note.
func (t *Thread) Typing(conversationID string, note bool) error {
	return do(t.app, "typing", func(ctx context.Context) error {
		if note {
			t.app.desk().Writes(conversationID, desk.WritingNote)
			return nil
		}
		t.app.desk().Writes(conversationID, desk.Typing)
		return t.app.desk().Typing(ctx, conversationID)
	})
}

// Stopped says that what the agent wrote is sent, saved or given up.
func (t *Thread) Stopped(conversationID string) error {
	return do(t.app, "stop typing", func(context.Context) error {
		t.app.desk().Stops(conversationID)
		return nil
	})
}

package cache

import (
	"context"

	"parley/backend/search"
)

// forgettable is what a conversation must be for what was said in it to be forgotten: nothing of the agent's waits in it.
const forgettable = ` NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = v.id)
	AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.conversation_id = v.id AND (d.text <> '' OR d.attachments <> '[]' OR d.previous_ms <> 0))`

// closedAtOnce is how many closed conversations one transaction forgets.
const closedAtOnce = 10

// Forget removes some of what was said before a time: messages, and closed conversations of which none are left. Whatever
// the agent has typed and not sent, and what it is about, stays. after is where it goes on, 0 at first; more is false when
// nothing is left to forget. The hub has all of it.
func (tx *Tx) Forget(ctx context.Context, beforeMs int64, after *int64) (more bool, err error) {
	old, err := list(ctx, tx.q, "list old messages", scanRowID, `
		SELECT m.row, m.id FROM message m LEFT JOIN conversation v ON v.id = m.conversation_id
		WHERE m.row > max(?, ?) AND m.row < ? AND (v.id IS NULL OR`+forgettable+`) ORDER BY m.row LIMIT ?`,
		*after, search.FirstRow, search.RowAt(beforeMs), pruneAtOnce)
	if err != nil {
		return false, err
	}
	for _, one := range old {
		*after = one.row
		if err := tx.deleteMessage(ctx, one.id); err != nil {
			return false, err
		}
	}
	if len(old) == pruneAtOnce {
		return true, nil
	}
	closed, err := list(ctx, tx.q, "list old conversations", scanText, `
		SELECT v.id FROM conversation v WHERE v.status = 'closed' AND v.last_message_ms < ?
		AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = v.id) AND`+forgettable+` LIMIT ?`, beforeMs, closedAtOnce)
	if err != nil {
		return false, err
	}
	for _, id := range closed {
		if err := tx.dropConversation(ctx, id); err != nil {
			return false, err
		}
	}
	return len(closed) == closedAtOnce, nil
}

// OldestMs is when the first line of a thread that is here was sent; 0 when none is.
func (r Reader) OldestMs(ctx context.Context, conversationID string) (int64, error) {
	var ms int64
	_, err := find(ctx, r.q, "find the oldest line", "SELECT coalesce(min(sent_ms), 0) FROM message WHERE conversation_id = ?", []any{conversationID}, &ms)
	return ms, err
}

package desk

import (
	"context"
	"fmt"
	stdsync "sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/sync"
)

// typingEvery is how often the hub is told at most that an agent writes in a conversation. The contact sees the sign
// for some 20 seconds.
const typingEvery = 15 * time.Second

// typing remembers when the hub was last told.
type typing struct {
	mu   stdsync.Mutex
	told map[string]time.Time
}

// due reports whether the hub is to be told now, and remembers that it is.
func (t *typing) due(conversationID string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, found := t.told[conversationID]; found && now.Sub(last) < typingEvery {
		return false
	}
	if t.told == nil {
		t.told = map[string]time.Time{}
	}
	t.told[conversationID] = now
	return true
}

// Typing says that the agent writes in a conversation. The contact sees it only when the agent has the conversation,
// looks at it in a focused window, and its session window is open: on WhatsApp it also marks the conversation read.
// It is a courtesy, so a hub that does not answer is not asked again.
func (d *Desk) Typing(ctx context.Context, conversationID string) error {
	if d.focused() != conversationID || d.sync.Connection().State != sync.Live {
		return nil
	}
	rows, err := d.Conversations(ctx, []string{conversationID})
	if err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	me, err := d.cache.Read().Meta(ctx, cache.MetaAgent)
	if err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	if len(rows) != 1 || rows[0].Status != string(conversation.StatusAssigned) || rows[0].AssigneeId != me || rows[0].Pending != "" ||
		!(conversation.Window{UntilMs: rows[0].WindowUntilMs}).Open(d.HubNowMs()) || !d.typing.due(conversationID, d.clock.Now()) {
		return nil
	}
	if err := d.hub.Typing(ctx, conversationID); err != nil {
		d.log.InfoContext(ctx, "Typing was not shown", "conversation", conversationID, "error", err)
	}
	return nil
}

package sync

import (
	"context"
	"fmt"

	"parley/backend/desk/cache"
)

// repairSize is how many messages are fetched of a conversation that lacks its newest ones.
const repairSize = 100

// repair fetches the newest messages of open conversations that lack them, which the feed should have brought. It
// returns how many messages of contacts were new.
func (s *Sync) repair(ctx context.Context) (newMessages int, err error) {
	behind, err := s.cache.Read().Behind(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range behind {
		s.log.WarnContext(ctx, "Conversation lacked its newest messages", "conversation", id)
		_, applied, err := s.history(ctx, id, 0, repairSize)
		if err != nil {
			return newMessages, err
		}
		newMessages += applied.NewMessages
		applied.Behind = true
		s.changed(applied)
	}
	return newMessages, nil
}

// History fetches up to limit messages of a conversation numbered below beforeNo (0: the newest) into the cache.
// complete says that nothing older exists. It does not report changes: the caller shows what it asked for.
func (s *Sync) History(ctx context.Context, conversationID string, beforeNo int64, limit int) (complete bool, err error) {
	complete, _, err = s.history(ctx, conversationID, beforeNo, limit)
	return complete, err
}

func (s *Sync) history(ctx context.Context, conversationID string, beforeNo int64, limit int) (complete bool, applied Applied, err error) {
	page, err := s.hub.ListMessages(ctx, conversationID, beforeNo, int32(limit))
	if err != nil {
		return false, Applied{}, err
	}
	err = s.cache.Update(ctx, func(tx *cache.Tx) error {
		a := newApplying(tx)
		for _, message := range page.Messages {
			if err := a.putMessage(ctx, message); err != nil {
				return err
			}
		}
		applied = a.result()
		return nil
	})
	if err != nil {
		return false, Applied{}, fmt.Errorf("apply history: %w", err)
	}
	return page.Complete, applied, nil
}

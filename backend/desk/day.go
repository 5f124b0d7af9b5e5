package desk

import (
	"context"

	"parley/backend/desk/cache"
)

// MessageSince looks for the first message of a conversation that was sent at a moment or later, also far up in its
// history, and returns its id: the last one when all are earlier, "" when there is none. Where older messages cannot be
// fetched now, it is the first of what is here.
func (d *Desk) MessageSince(ctx context.Context, conversationID string, sinceMs int64) (messageID string, err error) {
	fetching, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	for range fetchesMost {
		floor, _, err := d.cache.Read().Floor(ctx, conversationID)
		if err != nil {
			return "", err
		}
		oldestMs, err := d.cache.Read().SentMs(ctx, conversationID, floor)
		if err != nil {
			return "", err
		}
		if floor == 1 || (oldestMs > 0 && oldestMs < sinceMs) || d.fetchOlder(fetching, conversationID, floor) != nil {
			break
		}
	}
	err = d.cache.View(ctx, func(r cache.Reader) error {
		floor, _, err := r.Floor(ctx, conversationID)
		if err != nil {
			return err
		}
		messageID, err = r.MessageSince(ctx, conversationID, sinceMs, floor)
		return err
	})
	return messageID, err
}

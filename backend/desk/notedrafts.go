package desk

import (
	"context"
	"fmt"

	"parley/backend/desk/cache"
)

// NoteDraft reads the note that is being written in a conversation; one without text when there is none.
func (d *Desk) NoteDraft(ctx context.Context, conversationID string) (cache.NoteDraft, error) {
	return d.cache.Read().NoteDraft(ctx, conversationID)
}

// SaveNoteDraft replaces it. It is on the disk when SaveNoteDraft returns, and only there: colleagues read a note when it is
// saved.
func (d *Desk) SaveNoteDraft(ctx context.Context, draft cache.NoteDraft) error {
	draft.SavedMs = d.HubNowMs()
	err := d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.PutNoteDraft(ctx, draft) })
	if err != nil {
		return fmt.Errorf("save note draft: %w", err)
	}
	return nil
}

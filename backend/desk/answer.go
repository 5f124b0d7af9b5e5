package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
)

// Answer sends a text that was written outside of the editor, as in a notification: the editor's draft stays. A text
// that cannot be sent now is put in front of that draft, so that it is not lost; the error says why.
func (d *Desk) Answer(ctx context.Context, conversationID, text, seenMessageID string) error {
	rows, err := d.sendRows(ctx, cache.Draft{ConversationID: conversationID, Text: text}, seenMessageID, false)
	if err == nil {
		err = d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
			for _, row := range rows {
				if err := tx.AddOutbox(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("answer: %w", errors.Join(err, d.keepText(ctx, conversationID, text)))
	}
	d.outbox.Wake()
	for _, row := range rows {
		d.emit(Event{Kind: EventMessages, ConversationID: conversationID, IDs: []string{row.Command.Id}})
	}
	d.emit(Event{Kind: EventConversations, IDs: []string{conversationID}})
	d.emit(Event{Kind: EventConnection})
	d.alerter.wake(false)
	return nil
}

// keepText puts a text in front of a conversation's draft.
func (d *Desk) keepText(ctx context.Context, conversationID, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	err := d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
		draft, err := tx.Draft(ctx, conversationID)
		if err != nil {
			return err
		}
		draft.ConversationID, draft.SavedMs = conversationID, d.HubNowMs()
		draft.Text = strings.TrimRight(conversation.CleanText(text)+"\n"+draft.Text, "\n")
		return tx.PutDraft(ctx, draft)
	})
	d.emit(Event{Kind: EventConversations, IDs: []string{conversationID}})
	return err
}

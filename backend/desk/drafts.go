package desk

import (
	"context"
	"fmt"

	"parley/backend/desk/cache"
)

// Draft is a draft with what is known of its files.
type Draft struct {
	cache.Draft
	Offers []Offer // one per file that is still here, in order
}

// Draft reads the draft of a conversation; an empty one when there is none.
func (d *Desk) Draft(ctx context.Context, conversationID string) (Draft, error) {
	kept, err := d.cache.Read().Draft(ctx, conversationID)
	if err != nil {
		return Draft{}, err
	}
	draft := Draft{Draft: kept}
	if len(kept.Files) == 0 {
		return draft, nil
	}
	limits, err := d.limitsOf(ctx, conversationID)
	if err != nil {
		return draft, err
	}
	for _, file := range kept.Files {
		attachment, found, err := d.cache.Read().Attachment(ctx, file.ID)
		if err != nil {
			return draft, err
		}
		if !found || !fileExists(d.outgoingPath(file.ID)) {
			continue
		}
		offer := offerOf(limits, attachment)
		if file.Kind != "" && file.Kind != offer.Kind {
			offer.Kind, offer.Refusal, offer.LimitBytes, offer.AsDocument = file.Kind, "", 0, false // as chosen
		}
		draft.Offers = append(draft.Offers, offer)
	}
	return draft, nil
}

// SaveDraft replaces the draft of a conversation. It is on the disk when SaveDraft returns.
func (d *Desk) SaveDraft(ctx context.Context, draft cache.Draft) error {
	draft.SavedMs = d.HubNowMs()
	err := d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.PutDraft(ctx, draft) })
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	d.emit(Event{Kind: EventConversations, IDs: []string{draft.ConversationID}})
	return nil
}

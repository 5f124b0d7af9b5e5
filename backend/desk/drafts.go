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
		if !found || !d.hasFile(attachment) {
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

// hasFile reports whether the bytes of an attachment can be had: they are here, or in the hub.
func (d *Desk) hasFile(a cache.Attachment) bool {
	return a.MediaID != "" || fileExists(d.outgoingPath(a.ID))
}

// SaveDraft replaces the draft of a conversation. It is on the disk when SaveDraft returns. draft.SeenMs is the SavedMs of
// the draft that the agent had before their eyes: what another computer has written since is kept one step back.
func (d *Desk) SaveDraft(ctx context.Context, draft cache.Draft) error {
	draft.SavedMs = d.HubNowMs()
	err := d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.PutDraft(ctx, draft) })
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	d.drafts.Wake()
	d.emit(Event{Kind: EventConversations, IDs: []string{draft.ConversationID}})
	return nil
}

// BringBack puts back what another computer's draft has replaced, and keeps that one step back instead.
func (d *Desk) BringBack(ctx context.Context, conversationID string) (Draft, error) {
	found := false
	err := d.cache.UpdateDurably(ctx, func(tx *cache.Tx) (err error) {
		found, err = tx.SwapDraft(ctx, conversationID, d.HubNowMs())
		return err
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return Draft{}, fmt.Errorf("bring draft back: %w", err)
	}
	d.drafts.Wake()
	d.emit(Event{Kind: EventConversations, IDs: []string{conversationID}})
	return d.Draft(ctx, conversationID)
}

// draftChanged tells that another draft stands in a conversation.
func (d *Desk) draftChanged(conversationID string) {
	d.emit(Event{Kind: EventDrafts, ConversationID: conversationID})
	d.emit(Event{Kind: EventConversations, IDs: []string{conversationID}})
}

// focused is the conversation that the agent looks at; "" for none.
func (d *Desk) focused() string {
	d.alerter.mu.Lock()
	defer d.alerter.mu.Unlock()
	return d.alerter.focused
}

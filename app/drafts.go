package app

import (
	"context"

	"parley/app/dto"
)

// Drafts are what the agent has typed and not sent.
type Drafts struct{ app *App }

// Load returns the draft of a conversation, an empty one when there is none.
func (d *Drafts) Load(conversationID string) (dto.Draft, error) {
	return answer(d.app, "load draft", func(ctx context.Context) (dto.Draft, error) {
		draft, err := d.app.desk().Draft(ctx, conversationID)
		return toDraft(draft), err
	})
}

// BringBack puts back what a draft of another computer has replaced, and returns it.
func (d *Drafts) BringBack(conversationID string) (dto.Draft, error) {
	return answer(d.app, "bring draft back", func(ctx context.Context) (dto.Draft, error) {
		draft, err := d.app.desk().BringBack(ctx, conversationID)
		return toDraft(draft), err
	})
}

// Save replaces the draft of a conversation. It is on the disk when Save returns.
func (d *Drafts) Save(draft dto.Draft) error {
	return do(d.app, "save draft", func(ctx context.Context) error {
		return d.app.desk().SaveDraft(ctx, fromDraft(draft.ConversationID, draft))
	})
}

package app

import (
	"context"

	"parley/app/dto"
	"parley/backend/desk"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Templates are the messages that Meta has reviewed, which can also be sent when the session window has closed.
type Templates struct{ app *App }

// List returns all templates of a conversation's touchpoint, also those that cannot be sent.
func (t *Templates) List(conversationID string) ([]dto.Template, error) {
	return answer(t.app, "list templates", func(ctx context.Context) ([]dto.Template, error) {
		templates, err := t.app.desk().Templates(ctx, conversationID)
		return each(templates, toTemplate), err
	})
}

// Refresh lets the hub ask Meta for them now. What has changed comes as an event.
func (t *Templates) Refresh(conversationID string) error {
	return do(t.app, "refresh templates", func(ctx context.Context) error {
		return t.app.desk().RefreshTemplates(ctx, conversationID)
	})
}

// Send sends a filled template; the draft stays.
func (t *Templates) Send(conversationID string, filled dto.FilledTemplate, seenMessageID string) (dto.Outcome, error) {
	return answer(t.app, "send template", func(ctx context.Context) (dto.Outcome, error) {
		heading := desk.Heading{FileID: filled.FileID}
		if filled.Place != nil {
			heading.Place = fromLocation(*filled.Place)
		}
		outcome, err := t.app.desk().SendTemplate(ctx, conversationID, &hubv1.FilledTemplate{
			Name: filled.Name, Language: filled.Language, Header: filled.Header, Body: filled.Body, Buttons: filled.Buttons,
		}, heading, seenMessageID)
		return t.app.outcome(ctx, outcome, err)
	})
}

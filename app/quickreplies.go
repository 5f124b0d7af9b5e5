package app

import (
	"context"

	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// QuickReplies are the texts that agents write often.
type QuickReplies struct{ app *App }

// List returns everybody's and the agent's own, by shortcut and language.
func (q *QuickReplies) List() ([]dto.QuickReply, error) {
	return answer(q.app, "list quick replies", func(ctx context.Context) ([]dto.QuickReply, error) {
		replies, err := q.app.desk().QuickReplies(ctx)
		return each(replies, toQuickReply), err
	})
}

// Save writes a quick reply; one without an id is new.
func (q *QuickReplies) Save(reply dto.QuickReply) (dto.Outcome, error) {
	return answer(q.app, "save quick reply", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := q.app.desk().SaveQuickReply(ctx, &hubv1.SaveQuickReply{
			Id: reply.ID, Shared: reply.Shared, Shortcut: reply.Shortcut, Title: reply.Title, Text: reply.Text, Language: reply.Language,
		})
		return q.app.outcome(ctx, outcome, err)
	})
}

// Delete removes a quick reply.
func (q *QuickReplies) Delete(id string) (dto.Outcome, error) {
	return answer(q.app, "delete quick reply", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := q.app.desk().DeleteQuickReply(ctx, id)
		return q.app.outcome(ctx, outcome, err)
	})
}

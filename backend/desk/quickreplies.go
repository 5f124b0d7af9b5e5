package desk

import (
	"context"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// QuickReplies lists the texts that the agent may use, everybody's and their own, by shortcut and language.
func (d *Desk) QuickReplies(ctx context.Context) (replies []*hubv1.QuickReply, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		me, err := r.Meta(ctx, cache.MetaAgent)
		if err != nil {
			return err
		}
		replies, err = r.QuickReplies(ctx, me)
		return err
	})
	return replies, err
}

// SaveQuickReply writes a quick reply (id "") or replaces one. It needs the hub.
func (d *Desk) SaveQuickReply(ctx context.Context, q *hubv1.SaveQuickReply) (outbox.Outcome, error) {
	if q.Id == "" {
		q.Id = conversation.NewID()
	}
	q.Title, q.Text = conversation.CleanText(q.Title), conversation.CleanText(q.Text)
	q.Shortcut, q.Language = conversation.CleanText(q.Shortcut), conversation.CleanText(q.Language)
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_SaveQuickReply{SaveQuickReply: q}})
}

// DeleteQuickReply removes a quick reply. It needs the hub.
func (d *Desk) DeleteQuickReply(ctx context.Context, id string) (outbox.Outcome, error) {
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_DeleteQuickReply{DeleteQuickReply: &hubv1.DeleteQuickReply{Id: id}}})
}

package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Send writes a draft to the contact: one message per attachment, the text last, or as the last attachment's
// caption where the channel takes it. The draft is gone and the messages are on the disk, in one transaction, when
// Send returns; they are what it returns. seenMessageID is the last message that the agent had seen: when the desk
// is behind, the hub gives the send back if there is a newer one.
//
// A text that is longer than the channel takes is a TextTooLongError: whether it may go out in parts is for the agent to say.
func (d *Desk) Send(ctx context.Context, draft cache.Draft, seenMessageID string) ([]Message, error) {
	return d.send(ctx, draft, seenMessageID, false)
}

// SendInParts is Send for a text that the agent wants to go out as several messages.
func (d *Desk) SendInParts(ctx context.Context, draft cache.Draft, seenMessageID string) ([]Message, error) {
	return d.send(ctx, draft, seenMessageID, true)
}

func (d *Desk) send(ctx context.Context, draft cache.Draft, seenMessageID string, inParts bool) (messages []Message, err error) {
	rows, err := d.sendRows(ctx, draft, seenMessageID, inParts)
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.Command.Id
	}
	err = d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
		for _, row := range rows {
			if err := tx.AddOutbox(ctx, row); err != nil {
				return err
			}
		}
		if err := tx.PutDraft(ctx, cache.Draft{ConversationID: draft.ConversationID, SavedMs: d.HubNowMs(), SeenMs: draft.SeenMs}); err != nil {
			return err
		}
		// Read before anybody else sees the rows: a hub that refuses at once takes the message away again.
		messages, err = d.messagesIn(ctx, tx.Reader, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	d.outbox.Wake()
	d.drafts.Wake()
	d.emit(Event{Kind: EventMessages, ConversationID: draft.ConversationID, IDs: ids})
	d.emit(Event{Kind: EventConversations, IDs: []string{draft.ConversationID}})
	d.emit(Event{Kind: EventConnection})
	d.alerter.wake(false)
	return messages, nil
}

// sendRows checks a draft against its channel and makes the commands of it.
func (d *Desk) sendRows(ctx context.Context, draft cache.Draft, seenMessageID string, inParts bool) ([]cache.OutboxRow, error) {
	text := conversation.CleanText(draft.Text)
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	if text == "" && len(draft.Files) == 0 {
		return nil, ErrEmptyMessage
	}
	limits, err := d.limitsOf(ctx, draft.ConversationID)
	if err != nil {
		return nil, err
	}
	var sends []*hubv1.SendMessage
	var files []string
	caption := false
	for _, file := range draft.Files {
		limit, err := d.checkFile(ctx, limits, file)
		if err != nil {
			return nil, err
		}
		caption = limit.Caption && utf8.RuneCountInString(text) <= int(limits.GetCaptionRunes())
		sends, files = append(sends, &hubv1.SendMessage{MediaKind: limit.Kind}), append(files, file.ID)
	}
	if text != "" {
		if caption {
			sends[len(sends)-1].Text = text
		} else {
			most := int(limits.GetTextRunes())
			parts := split(text, most)
			if len(parts) > 1 && !inParts {
				return nil, &TextTooLongError{Runes: utf8.RuneCountInString(text), Most: most, Parts: len(parts)}
			}
			for _, part := range parts {
				sends, files = append(sends, &hubv1.SendMessage{Text: part}), append(files, "")
			}
		}
	}
	behind := d.sync.Connection().State != sync.Live
	rows := make([]cache.OutboxRow, len(sends))
	for i, send := range sends {
		send.ConversationId = draft.ConversationID
		send.SeenMessageId, send.WasBehind = seenMessageID, behind
		if i == 0 {
			send.ReplyToMessageId = draft.ReplyTo
		}
		command := &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: send}}
		rows[i] = d.outbox.Row(command, draft.ConversationID)
		rows[i].AttachmentID = files[i]
	}
	return rows, nil
}

// limitsOf are what the channel of a conversation accepts.
func (d *Desk) limitsOf(ctx context.Context, conversationID string) (*hubv1.ChannelLimits, error) {
	c, err := d.cache.Read().Conversation(ctx, conversationID)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fmt.Errorf("conversation: %w", d.whyGone(ctx, conversationID))
	}
	touchpoint, err := d.cache.Read().Touchpoint(ctx, c.TouchpointId)
	return touchpoint.GetLimits(), err
}

// checkFile finds the row of the media table by which a file is sent: as the kind that the agent chose, or as what
// it is.
func (d *Desk) checkFile(ctx context.Context, limits *hubv1.ChannelLimits, file cache.DraftFile) (*hubv1.MediaLimit, error) {
	attachment, found, err := d.cache.Read().Attachment(ctx, file.ID)
	if err != nil {
		return nil, err
	}
	if !found || !d.hasFile(attachment) {
		return nil, fmt.Errorf("attachment: %w", ErrNotFound)
	}
	rows := limits.GetMedia()
	if file.Kind != "" {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *hubv1.MediaLimit) bool { return row.Kind != file.Kind })
	}
	fits, tooLarge := fit(rows, attachment.MIME, attachment.SizeBytes)
	switch {
	case fits != nil:
		return fits, nil
	case tooLarge != nil:
		return nil, &AttachmentError{AttachmentID: file.ID, Refusal: RefusalTooLarge, LimitBytes: tooLarge.MaxBytes}
	default:
		return nil, &AttachmentError{AttachmentID: file.ID, Refusal: RefusalType}
	}
}

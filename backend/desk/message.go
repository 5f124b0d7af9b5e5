package desk

import (
	"context"
	"os"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Message is one line of a thread as it is shown.
type Message struct {
	*hubv1.Message
	AgentName string // of who wrote or did it; "" for the contact
	Quote     *Quote // of the message that it answers; nil for none
	Uploading bool   // its file is not in the hub yet
}

// Quote is what is shown of an answered message.
type Quote struct {
	MessageID string // "" when the message is not here
	Author    string // "" for the contact
	Kind      string
	Text      string // one line
}

// present makes messages showable: names of agents, quotations, and at the end the sends that are on their way.
func (d *Desk) present(ctx context.Context, r cache.Reader, found []*hubv1.Message, sends []outbox.Send) ([]Message, error) {
	names, err := r.AgentNames(ctx)
	if err != nil {
		return nil, err
	}
	me, err := r.Meta(ctx, cache.MetaAgent)
	if err != nil {
		return nil, err
	}
	quoted, err := quotedMessages(ctx, r, found)
	if err != nil {
		return nil, err
	}
	shown := make([]Message, 0, len(found)+len(sends))
	for _, m := range found {
		one := Message{Message: m, AgentName: names[m.AgentId]}
		if id := m.GetContent().GetReplyToProviderId(); id != "" {
			one.Quote = quoteOf(quoted[id], names)
		}
		shown = append(shown, one)
	}
	for _, send := range sends {
		send.Message.AgentId = me
		one := Message{Message: send.Message, AgentName: names[me], Uploading: send.Uploading}
		if send.ReplyToMessageID != "" {
			answered, err := r.Message(ctx, send.ReplyToMessageID)
			if err != nil {
				return nil, err
			}
			one.Quote = quoteOf(answered, names)
		}
		if send.AttachmentID != "" {
			if err := describeFile(ctx, r, send); err != nil {
				return nil, err
			}
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// quotedMessages finds the messages that others answer, by Meta's ids.
func quotedMessages(ctx context.Context, r cache.Reader, messages []*hubv1.Message) (map[string]*hubv1.Message, error) {
	var ids []string
	for _, m := range messages {
		if id := m.GetContent().GetReplyToProviderId(); id != "" {
			ids = append(ids, id)
		}
	}
	found, err := r.MessagesByProvider(ctx, ids)
	byID := make(map[string]*hubv1.Message, len(found))
	for _, m := range found {
		byID[m.ProviderId] = m
	}
	return byID, err
}

func quoteOf(m *hubv1.Message, names map[string]string) *Quote {
	if m == nil {
		return &Quote{}
	}
	return &Quote{
		MessageID: m.Id, Author: names[m.AgentId],
		Kind: m.GetContent().GetKind(), Text: conversation.Preview(m.GetContent().GetText()),
	}
}

// describeFile fills in what is known of the file of a send. Until the hub has it, its id is the attachment's, under
// which the shell finds the bytes as well.
func describeFile(ctx context.Context, r cache.Reader, send outbox.Send) error {
	attachment, found, err := r.Attachment(ctx, send.AttachmentID)
	if err != nil || !found {
		return err
	}
	media := send.Message.Content.Media
	media.State, media.Mime, media.FileName = "ready", attachment.MIME, attachment.FileName
	media.SizeBytes, media.Width, media.Height = attachment.SizeBytes, int32(attachment.Width), int32(attachment.Height)
	if send.Uploading {
		media.State = "uploading"
	}
	media.Id = attachment.ID
	return nil
}

// fileExists reports whether there is a file at path.
func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

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

	Reactions []Reaction // one of each side at most
	Edits     []Edit     // later texts, in order; the last one holds
	DeletedMs int64      // when it was deleted; 0 when it was not
	About     *Quote     // of a reaction, edit or deletion: what it is about; nil when that is not here
}

// Quote is what is shown of an answered message.
type Quote struct {
	MessageID      string // "" when the message is not here
	ConversationID string // an earlier one, perhaps
	Author         string // "" for the contact
	Out            bool
	Kind           string
	Text           string // one line
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
	if err := about(ctx, r, shown, names); err != nil {
		return nil, err
	}
	overlay, err := outbox.ReadOverlay(ctx, r)
	if err != nil {
		return nil, err
	}
	layReactions(shown, overlay, names[me], d.HubNowMs())
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
		if send.Template != nil {
			if err := describeTemplate(ctx, r, send); err != nil {
				return nil, err
			}
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
		MessageID: m.Id, ConversationID: m.ConversationId, Author: names[m.AgentId], Out: m.Direction == "out",
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

// describeTemplate fills in what the contact will read of a template that is on its way.
func describeTemplate(ctx context.Context, r cache.Reader, send outbox.Send) (err error) {
	content := send.Message.Content
	content.Template, content.Text, err = outbox.Rendered(ctx, r, send.Message.ConversationId, send.Template)
	return err
}

// fileExists reports whether there is a file at path.
func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

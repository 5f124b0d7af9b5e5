package inbox

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// sendMessage takes over a message to the contact. From here on it is the hub's to deliver.
func (r *run) sendMessage(ctx context.Context, s *hubv1.SendMessage) (*hubv1.Refusal, error) {
	c, found, err := r.held(ctx, s.GetConversationId())
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	if !found {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	if c.Status != string(conversation.StatusAssigned) || c.AssigneeID != r.actor.AgentID {
		return r.whyNot(ctx, c.ID)
	}
	if s.GetTemplate() == nil && !(conversation.Window{UntilMs: c.WindowUntilMs}).Open(r.nowMs) {
		return refuse(RefusedWindow, "the session window has closed"), nil
	}
	if refusal, err := r.news(ctx, c, s); refusal != nil || err != nil {
		return refusal, err
	}
	t, ok := r.inbox.directory.ByID(c.WorkspaceID, c.TouchpointID)
	if !ok {
		return nil, fmt.Errorf("send: touchpoint %s is not known to this hub", c.TouchpointID)
	}
	out, content, refusal, err := r.compose(ctx, c, s, t)
	if refusal != nil || err != nil {
		return refusal, err
	}
	if failure := t.Adapter.Limits().Check(out); failure != nil {
		return refuse(RefusedInvalid, failure.Detail), nil
	}
	return nil, r.append(ctx, c, content, s.GetMediaId())
}

// react puts an emoji on a message of either side, or takes it away.
func (r *run) react(ctx context.Context, s *hubv1.React) (*hubv1.Refusal, error) {
	c, found, err := r.held(ctx, s.GetConversationId())
	if err != nil {
		return nil, fmt.Errorf("react: %w", err)
	}
	if !found {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	if c.Status != string(conversation.StatusAssigned) || c.AssigneeID != r.actor.AgentID {
		return r.whyNot(ctx, c.ID)
	}
	if !(conversation.Window{UntilMs: c.WindowUntilMs}).Open(r.nowMs) {
		return refuse(RefusedWindow, "the session window has closed"), nil
	}
	target, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: c.WorkspaceID, ID: s.GetMessageId()})
	if err != nil && !store.NotFound(err) {
		return nil, fmt.Errorf("react: %w", err)
	}
	if target.ContactID != c.ContactID || target.TouchpointID != c.TouchpointID || target.ProviderID == "" {
		return refuse(RefusedNotFound, "Meta does not have that message yet"), nil
	}
	t, ok := r.inbox.directory.ByID(c.WorkspaceID, c.TouchpointID)
	if !ok {
		return nil, fmt.Errorf("react: touchpoint %s is not known to this hub", c.TouchpointID)
	}
	content := channel.Content{Kind: conversation.KindReaction, Emoji: conversation.CleanText(s.GetEmoji()), TargetID: target.ProviderID}
	if failure := t.Adapter.Limits().Check(channel.Outgoing{Kind: content.Kind, Emoji: content.Emoji, TargetID: content.TargetID}); failure != nil {
		return refuse(RefusedInvalid, failure.Detail), nil
	}
	return nil, r.append(ctx, c, content, "")
}

// news refuses a send that was written without knowing what has been said since (compare-and-send).
func (r *run) news(ctx context.Context, c db.Conversation, s *hubv1.SendMessage) (*hubv1.Refusal, error) {
	if !s.GetWasBehind() {
		return nil, nil
	}
	seen := int64(0)
	if s.GetSeenMessageId() != "" {
		m, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: c.WorkspaceID, ID: s.GetSeenMessageId()})
		if err != nil && !store.NotFound(err) {
			return nil, fmt.Errorf("find last seen message: %w", err)
		}
		if m.ConversationID == c.ID {
			seen = m.No
		}
	}
	n, err := r.tx.NewsSince(ctx, db.NewsSinceParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID, No: seen, AgentID: r.actor.AgentID})
	if err != nil {
		return nil, fmt.Errorf("look for news: %w", err)
	}
	if n > 0 {
		return refuse(RefusedNews, "there are newer messages"), nil
	}
	return nil, nil
}

// compose is what a command wants to send, in the words of the channel and as it is kept.
func (r *run) compose(ctx context.Context, c db.Conversation, s *hubv1.SendMessage, t *touchpoint.Touchpoint) (out channel.Outgoing, content channel.Content, refusal *hubv1.Refusal, err error) {
	content = channel.Content{Kind: conversation.KindText, Text: conversation.CleanText(s.GetText())}
	if content.ReplyTo, err = r.quoted(ctx, s.GetReplyToMessageId()); err != nil {
		return out, content, nil, err
	}
	var media *channel.OutgoingMedia
	if s.GetMediaId() != "" {
		if media, refusal, err = r.file(ctx, s.GetMediaId()); refusal != nil || err != nil {
			return out, content, refusal, err
		}
		content.Kind = conversation.Kind(s.GetMediaKind())
	}
	if at := s.GetLocation(); at != nil {
		content.Kind = conversation.KindLocation
		content.Location = &channel.Location{
			Latitude: at.GetLatitude(), Longitude: at.GetLongitude(), Name: conversation.CleanText(at.GetName()), Address: conversation.CleanText(at.GetAddress()),
		}
	}
	switch {
	case s.GetTemplate() != nil:
		refusal, err = r.template(ctx, t, s.GetTemplate(), media, &content)
		return channel.Outgoing{Kind: conversation.KindTemplate}, content, refusal, err
	case len(s.GetContacts()) > 0:
		content.Kind = conversation.KindContacts
		for _, card := range s.GetContacts() {
			content.Contacts = append(content.Contacts, channel.Card{
				Name: conversation.CleanText(card.GetName()), Phones: card.GetPhones(), Emails: card.GetEmails(), Organisation: conversation.CleanText(card.GetOrganisation()),
			})
		}
	}
	return channel.Outgoing{
		Kind: content.Kind, Text: content.Text, Media: media, Location: content.Location, Contacts: content.Contacts,
	}, content, nil, nil
}

// quoted is Meta's id of the message that is answered.
func (r *run) quoted(ctx context.Context, messageID string) (string, error) {
	if messageID == "" {
		return "", nil
	}
	m, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: r.actor.WorkspaceID, ID: messageID})
	if err != nil && !store.NotFound(err) {
		return "", fmt.Errorf("find quoted message: %w", err)
	}
	return m.ProviderID, nil
}

func (r *run) file(ctx context.Context, mediaID string) (*channel.OutgoingMedia, *hubv1.Refusal, error) {
	file, err := r.tx.Media(ctx, db.MediaParams{WorkspaceID: r.actor.WorkspaceID, ID: mediaID})
	if store.NotFound(err) || err == nil && file.State != "ready" {
		return nil, refuse(RefusedInvalid, "the file is not in the hub"), nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read media: %w", err)
	}
	return &channel.OutgoingMedia{MIME: file.MIME, FileName: file.FileName, SizeBytes: file.SizeBytes, Voice: file.Voice}, nil, nil
}

// template checks a filled template against the one that Meta has listed, and keeps it as the contact will read it.
func (r *run) template(ctx context.Context, t *touchpoint.Touchpoint, f *hubv1.FilledTemplate, media *channel.OutgoingMedia, content *channel.Content) (*hubv1.Refusal, error) {
	row, err := r.tx.TemplateByName(ctx, db.TemplateByNameParams{
		WorkspaceID: t.WorkspaceID, AccountID: t.BusinessID, Name: f.GetName(), Language: f.GetLanguage(),
	})
	if store.NotFound(err) || err == nil && row.Gone {
		return refuse(RefusedTemplate, "there is no such template"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	var of channel.Template
	if err := json.Unmarshal([]byte(row.Content), &of); err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	filled := channel.OutgoingTemplate{
		Name: of.Name, Language: of.Language, Media: media, Location: content.Location,
		Header: values(of, of.Header.Text, f.GetHeader()), Body: values(of, of.Body, f.GetBody()),
	}
	for i, button := range of.Buttons {
		if n := len(filled.Buttons); button.NeedsValue() && n < len(f.GetButtons()) {
			filled.Buttons = append(filled.Buttons, channel.TemplateButtonValue{Index: i, Type: button.Type, Text: conversation.CleanText(f.GetButtons()[n])})
		}
	}
	if failure := of.Check(filled); failure != nil {
		return refuse(RefusedTemplate, failure.Detail), nil
	}
	content.Kind, content.Text, content.ReplyTo = conversation.KindTemplate, channel.Fill(of.Body, filled.Body), ""
	content.Template = &channel.SentTemplate{
		Name: of.Name, Language: of.Language, Header: channel.Fill(of.Header.Text, filled.Header), Footer: of.Footer,
		HeaderValues: filled.Header, BodyValues: filled.Body, ButtonValues: filled.Buttons,
	}
	for _, button := range of.Buttons {
		content.Template.Buttons = append(content.Template.Buttons, button.Text)
	}
	return nil, nil
}

// values names what an agent has filled in, in the order of the placeholders.
func values(of channel.Template, text string, filled []string) []channel.TemplateValue {
	names := channel.Placeholders(text)
	var out []channel.TemplateValue
	for i, value := range filled {
		v := channel.TemplateValue{Text: conversation.CleanText(value)}
		if of.Named && i < len(names) {
			v.Name = names[i]
		}
		out = append(out, v)
	}
	return out
}

// append adds the message to the thread and wakes its lane. The command's id is the message's.
func (r *run) append(ctx context.Context, c db.Conversation, content channel.Content, mediaID string) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode content: %w", err)
	}
	sentMs := max(r.nowMs, c.LastMessageMs) // never above the contact's message that it answers
	row, err := r.line(ctx, c, content, sentMs)
	if err != nil {
		return fmt.Errorf("append message: %w", err)
	}
	if err := r.tx.InsertMessage(ctx, db.InsertMessageParams{
		WorkspaceID: c.WorkspaceID, ID: r.id, ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID,
		No: row.LastNo, Direction: string(conversation.DirectionOut), Kind: string(content.Kind), SentMs: sentMs,
		CreatedMs: r.nowMs, AgentID: r.actor.AgentID, Content: string(text), MediaID: mediaID,
		State: string(conversation.DeliveryInHub), Version: 1, Attempt: 1,
	}); err != nil {
		return fmt.Errorf("append message: %w", err)
	}
	if err := delivery.Wake(ctx, r.tx, c, r.nowMs); err != nil {
		return err
	}
	r.tx.Changed(store.TypeConversation, c.ID)
	r.tx.Changed(store.TypeMessage, r.id)
	return nil
}

// line takes the number of a new message in its thread. A reaction answers nothing and is not what lists show.
func (r *run) line(ctx context.Context, c db.Conversation, content channel.Content, sentMs int64) (db.Conversation, error) {
	if !content.Kind.Speaks() {
		return r.tx.TakeLine(ctx, db.TakeLineParams{WorkspaceID: c.WorkspaceID, ID: c.ID, AgentID: r.actor.AgentID})
	}
	return r.tx.AppendOutgoing(ctx, db.AppendOutgoingParams{
		WorkspaceID: c.WorkspaceID, ID: c.ID, AgentID: r.actor.AgentID, SentMs: sentMs, MessageID: r.id,
		Preview: conversation.Preview(content.Text), Kind: string(content.Kind),
	})
}

func (r *run) wake(ctx context.Context, kind, key, touchpointID string) error {
	err := r.tx.WakeLane(ctx, db.WakeLaneParams{
		WorkspaceID: r.actor.WorkspaceID, Kind: kind, Key: key, TouchpointID: touchpointID, NextMs: r.nowMs,
	})
	if err != nil {
		return fmt.Errorf("wake lane: %w", err)
	}
	return nil
}

// resolve carries out a person's decision about a message that failed or whose outcome is not known.
func (r *run) resolve(ctx context.Context, d *hubv1.ResolveUnconfirmed) (*hubv1.Refusal, error) {
	meant, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: r.actor.WorkspaceID, ID: d.GetMessageId()})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "there is no such message"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("resolve message: %w", err)
	}
	c, _, err := r.held(ctx, meant.ConversationID)
	if err != nil {
		return nil, fmt.Errorf("resolve message: %w", err)
	}
	messages, err := r.tx.LoadMessages(ctx, nil, []string{meant.ID})
	if err != nil || len(messages) != 1 {
		return nil, fmt.Errorf("resolve message: %w", err)
	}
	m := messages[0]
	if c.AssigneeID != r.actor.AgentID || !conversation.Status(c.Status).Open() {
		return r.whyNot(ctx, c.ID)
	}
	failed, unconfirmed := string(conversation.DeliveryFailed), string(conversation.DeliveryUnconfirmed)
	switch {
	case m.State != unconfirmed && m.State != failed:
		return refuse(RefusedStatus, "the message is "+m.State), nil
	case d.GetSendAgain():
		m.State, m.Failure, m.ProviderID, m.AcceptedMs, m.FailedMs, m.UnconfirmedMs = string(conversation.DeliveryInHub), "", "", 0, 0, 0
		m.Attempt++
		if err := delivery.Wake(ctx, r.tx, c, r.nowMs); err != nil {
			return nil, err
		}
	case m.State == unconfirmed:
		m.State, m.FailedMs, m.UnconfirmedMs = failed, r.nowMs, 0
	}
	m.Version++
	if err := r.tx.Write(ctx, store.Rows{PutMessages: []db.Message{m}}); err != nil {
		return nil, fmt.Errorf("resolve message: %w", err)
	}
	if _, err := r.tx.RefreshConversation(ctx, db.RefreshConversationParams{WorkspaceID: m.WorkspaceID, ID: m.ConversationID}); err != nil {
		return nil, fmt.Errorf("resolve message: %w", err)
	}
	r.tx.Changed(store.TypeConversation, m.ConversationID)
	r.tx.Changed(store.TypeMessage, m.ID)
	return nil, nil
}

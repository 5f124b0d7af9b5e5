package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

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
	c, found, err := r.lock(ctx, s.GetConversationId())
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
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
	if refusal, err := r.news(ctx, c, s); refusal != nil || err != nil {
		return refusal, err
	}
	t, ok := r.inbox.directory.ByID(c.WorkspaceID, c.TouchpointID)
	if !ok {
		return nil, fmt.Errorf("send: touchpoint %s is not known to this hub", c.TouchpointID)
	}
	content, refusal, err := r.content(ctx, c, s, t)
	if refusal != nil || err != nil {
		return refusal, err
	}
	return nil, r.append(ctx, c, content, s.GetMediaId())
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

// content checks a message against the channel's limits, which the hub enforces whatever the desk has checked.
func (r *run) content(ctx context.Context, c db.Conversation, s *hubv1.SendMessage, t *touchpoint.Touchpoint) (channel.Content, *hubv1.Refusal, error) {
	limits := t.Adapter.Limits()
	content := channel.Content{Kind: conversation.KindText, Text: conversation.CleanText(s.GetText())}
	runes, most := utf8.RuneCountInString(content.Text), limits.TextRunes
	if s.GetMediaId() == "" {
		if strings.TrimSpace(content.Text) == "" {
			return content, refuse(RefusedInvalid, "the message is empty"), nil
		}
	} else {
		file, err := r.tx.Media(ctx, db.MediaParams{WorkspaceID: c.WorkspaceID, ID: s.GetMediaId()})
		if store.NotFound(err) || err == nil && file.State != "ready" {
			return content, refuse(RefusedInvalid, "the file is not in the hub"), nil
		}
		if err != nil {
			return content, nil, fmt.Errorf("read media: %w", err)
		}
		row := rowFor(limits, conversation.Kind(s.GetMediaKind()), file)
		if row == nil {
			return content, refuse(RefusedInvalid, "the channel does not take this file"), nil
		}
		content.Kind, most = row.Kind, 0
		if row.Caption {
			most = limits.CaptionRunes
		}
	}
	if runes > most {
		return content, refuse(RefusedInvalid, "the text is too long"), nil
	}
	if s.GetReplyToMessageId() != "" {
		quoted, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: c.WorkspaceID, ID: s.GetReplyToMessageId()})
		if err != nil && !store.NotFound(err) {
			return content, nil, fmt.Errorf("find quoted message: %w", err)
		}
		content.ReplyTo = quoted.ProviderID
	}
	return content, nil, nil
}

// rowFor is the row of the channel's table by which a file goes as the wanted kind.
func rowFor(limits channel.Limits, kind conversation.Kind, file db.Media) *channel.MediaLimit {
	only := channel.Limits{}
	for _, row := range limits.Media {
		if row.Kind == kind {
			only.Media = append(only.Media, row)
		}
	}
	fits, _ := only.Fit(file.MIME, file.SizeBytes)
	return fits
}

// append adds the message to the thread and wakes its lane. The command's id is the message's.
func (r *run) append(ctx context.Context, c db.Conversation, content channel.Content, mediaID string) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode content: %w", err)
	}
	sentMs := max(r.nowMs, c.LastMessageMs) // never above the contact's message that it answers
	row, err := r.tx.AppendOutgoing(ctx, db.AppendOutgoingParams{
		WorkspaceID: c.WorkspaceID, ID: c.ID, AgentID: r.actor.AgentID, SentMs: sentMs, MessageID: r.id,
		Preview: conversation.Preview(content.Text), Kind: string(content.Kind),
	})
	if err != nil {
		return fmt.Errorf("append message: %w", err)
	}
	if err := r.tx.InsertMessage(ctx, db.InsertMessageParams{
		WorkspaceID: c.WorkspaceID, ID: r.id, ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID,
		No: row.LastNo, Direction: string(conversation.DirectionOut), Kind: string(content.Kind), SentMs: sentMs,
		CreatedMs: r.nowMs, AgentID: r.actor.AgentID, Content: string(text), MediaID: mediaID,
		State: string(conversation.DeliveryInHub), Version: 1,
	}); err != nil {
		return fmt.Errorf("append message: %w", err)
	}
	if err := r.wake(ctx, delivery.LaneSend, delivery.LaneKey(c.TouchpointID, c.ContactID), c.TouchpointID); err != nil {
		return err
	}
	r.tx.Changed(store.TypeConversation, c.ID)
	r.tx.Changed(store.TypeMessage, r.id)
	return nil
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
	c, _, err := r.lock(ctx, meant.ConversationID) // before the message, as everybody does
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
		m.State, m.Failure, m.ProviderID, m.AcceptedMs, m.FailedMs = string(conversation.DeliveryInHub), "", "", 0, 0
		if err := r.wake(ctx, delivery.LaneSend, delivery.LaneKey(m.TouchpointID, m.ContactID), m.TouchpointID); err != nil {
			return nil, err
		}
	case m.State == unconfirmed:
		m.State, m.FailedMs = failed, r.nowMs
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

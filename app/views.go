package app

import (
	"github.com/nyaruka/phonenumbers"

	"context"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// each maps a list. The result is never nil.
func each[T, V any](all []T, to func(T) V) []V {
	views := make([]V, len(all))
	for i, one := range all {
		views[i] = to(one)
	}
	return views
}

// texts is a list of texts that is never nil.
func texts(all []string) []string { return append([]string{}, all...) }

func toAgent(a *hubv1.Agent) dto.Agent {
	return dto.Agent{ID: a.GetId(), Name: a.GetName(), Role: a.GetRole()}
}

func toTouchpoint(t *hubv1.Touchpoint) dto.Touchpoint {
	return dto.Touchpoint{
		ID: t.Id, Channel: t.Channel, Name: t.Name, Identification: t.Identification, QueueID: t.QueueId,
		WindowMs: t.WindowMs, WrapUp: t.WrapUp, Templates: t.Templates, PausedReason: t.PausedReason,
		TextRunes: int(t.GetLimits().GetTextRunes()), CaptionRunes: int(t.GetLimits().GetCaptionRunes()),
		Media: each(t.GetLimits().GetMedia(), func(m *hubv1.MediaLimit) dto.MediaLimit {
			return dto.MediaLimit{Kind: m.Kind, MIME: texts(m.Mime), MaxBytes: m.MaxBytes, Caption: m.Caption}
		}),
	}
}

func toQueue(q *hubv1.Queue) dto.Queue {
	return dto.Queue{ID: q.Id, Name: q.Name, DispositionSetID: q.DispositionSetId}
}

func toDisposition(d *hubv1.Disposition) dto.Disposition {
	return dto.Disposition{ID: d.Id, SetID: d.SetId, ParentID: d.ParentId, Name: d.Name}
}

func toConnection(c desk.Connection) dto.Connection {
	return dto.Connection{
		State: string(c.State), SinceMs: c.SinceMs, CompleteMs: c.CompleteMs, HubOffsetMs: c.HubOffsetMs,
		Waiting: c.Waiting, Error: c.Error, CheckedConversations: c.CheckedConversations, NewMessages: c.NewMessages,
	}
}

func toConversation(c desk.Conversation) dto.Conversation {
	return dto.Conversation{
		ID: c.Id, Version: c.Version, Contact: toContact(c.Contact), TouchpointID: c.TouchpointId, QueueID: c.QueueId,
		Status: c.Status, AssigneeID: c.AssigneeId, AssignedMs: c.AssignedMs, OpenedMs: c.OpenedMs,
		LastMessageMs: c.LastMessageMs, Preview: c.Preview, LastKind: c.LastKind, LastDirection: c.LastDirection,
		LastState: c.LastState, Unread: int(c.Unread), WaitingSinceMs: c.WaitingSinceMs, WindowUntilMs: c.WindowUntilMs,
		WindowReason: c.WindowReason, LastInboundMs: c.LastInboundMs, DispositionID: c.DispositionId, EndedMs: c.EndedMs,
		ClosedMs: c.ClosedMs, Troubled: int(c.Troubled), Draft: c.Draft, Pending: c.Pending, LastNo: c.LastNo,
	}
}

func toContact(c *hubv1.Contact) dto.Contact {
	return dto.Contact{
		ID: c.GetId(), Version: c.GetVersion(), Name: c.GetName(), Number: readable(c.GetNumber()), Email: c.GetEmail(),
		Username: c.GetUsername(), Language: c.GetLanguage(),
	}
}

// readable groups a number as people of its country do; the hub takes it back in any form.
func readable(e164 string) string {
	number, err := phonenumbers.Parse(e164, "ZZ")
	if err != nil {
		return e164
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

func toPage(p desk.ThreadPage) dto.ThreadPage {
	return dto.ThreadPage{Messages: each(p.Messages, toMessage), Complete: p.Complete, Earlier: p.Earlier}
}

func toMessage(m desk.Message) dto.Message {
	view := dto.Message{
		ID: m.Id, Version: m.Version, ConversationID: m.ConversationId, No: m.No, Direction: m.Direction, SentMs: m.SentMs,
		AgentID: m.AgentId, AgentName: m.AgentName, Content: toContent(m.Content, m.Uploading), State: m.State,
		AcceptedMs: m.AcceptedMs, DeliveredMs: m.DeliveredMs, ReadMs: m.ReadMs, FailedMs: m.FailedMs,
		ProviderID: m.ProviderId, Elsewhere: m.Elsewhere,
	}
	if f := m.Failure; f != nil {
		view.Failure = &dto.Failure{Class: f.Class, Code: int(f.Code), Detail: f.Detail}
	}
	if q := m.Quote; q != nil {
		view.Quote = &dto.Quote{MessageID: q.MessageID, Author: q.Author, Kind: q.Kind, Text: q.Text}
	}
	return view
}

func toContent(c *hubv1.Content, uploading bool) dto.Content {
	view := dto.Content{
		Kind: c.GetKind(), Text: c.GetText(), Emoji: c.GetEmoji(), TargetID: c.GetTargetProviderId(),
		Forwarded: c.GetForwarded(), RawKind: c.GetRawKind(),
		Contacts: each(c.GetContacts(), func(card *hubv1.ContactCard) dto.Card {
			return dto.Card{Name: card.Name, Phones: texts(card.Phones), Emails: texts(card.Emails)}
		}),
	}
	if m := c.GetMedia(); m != nil {
		view.Media = &dto.Media{
			ID: m.Id, URL: mediaPrefix + m.Id, State: m.State, MIME: m.Mime, FileName: m.FileName,
			SizeBytes: m.SizeBytes, Voice: m.Voice, Width: int(m.Width), Height: int(m.Height),
		}
		if uploading {
			view.Media.State = "uploading"
		}
	}
	if l := c.GetLocation(); l != nil {
		view.Location = &dto.Location{Latitude: l.Latitude, Longitude: l.Longitude, Name: l.Name, Address: l.Address}
	}
	if r := c.GetReferral(); r != nil {
		view.Referral = &dto.Referral{Source: r.Source, URL: r.Url, Headline: r.Headline, Body: r.Body}
	}
	return view
}

func toHit(h cache.Hit) dto.Hit {
	return dto.Hit{MessageID: h.MessageID, SentMs: h.Place.SentMs, No: h.Place.No}
}

func toDraft(d desk.Draft) dto.Draft {
	return dto.Draft{
		ConversationID: d.ConversationID, Text: d.Text, ReplyTo: d.ReplyTo,
		Attachments: each(d.Offers, toAttachment), SavedMs: d.SavedMs,
	}
}

func fromDraft(conversationID string, d dto.Draft) cache.Draft {
	draft := cache.Draft{ConversationID: conversationID, Text: d.Text, ReplyTo: d.ReplyTo}
	for _, a := range d.Attachments {
		draft.Files = append(draft.Files, cache.DraftFile{ID: a.ID, Kind: a.Kind})
	}
	return draft
}

func toAttachment(o desk.Offer) dto.Attachment {
	return dto.Attachment{
		ID: o.ID, FileName: o.FileName, MIME: o.MIME, SizeBytes: o.SizeBytes, Kind: o.Kind, URL: mediaPrefix + o.ID,
		Refusal: string(o.Refusal), LimitBytes: o.LimitBytes, AsDocument: o.AsDocument,
	}
}

func toNote(n desk.Note) dto.Note {
	return dto.Note{
		ID: n.Id, ConversationID: n.ConversationId, AgentID: n.AgentId, AgentName: n.AgentName, Text: n.Text,
		CreatedMs: n.CreatedMs, EditedMs: n.EditedMs, Pending: n.Pending,
	}
}

func toEarlier(e desk.Earlier) dto.Earlier {
	return dto.Earlier{
		ID: e.Id, TouchpointID: e.TouchpointId, OpenedMs: e.OpenedMs, ClosedMs: e.ClosedMs,
		AssigneeName: e.AssigneeName, DispositionPath: e.DispositionPath, Preview: e.Preview,
	}
}

// toRefusal is a refusal with the name of the colleague that it is about.
func (a *App) toRefusal(ctx context.Context, r *hubv1.Refusal) *dto.Refusal {
	if r == nil {
		return nil
	}
	return &dto.Refusal{Code: r.Code, AgentName: a.desk.AgentName(ctx, r.AgentId), SinceMs: r.SinceMs}
}

// outcome maps how a command ended.
func (a *App) outcome(ctx context.Context, o outbox.Outcome, err error) (dto.Outcome, error) {
	return dto.Outcome{State: string(o.State), Refusal: a.toRefusal(ctx, o.Refusal)}, err
}

package app

import (
	"github.com/nyaruka/phonenumbers"

	"cmp"
	"context"

	"parley/app/dto"
	"parley/backend/conversation"
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
	return dto.Agent{
		ID: a.GetId(), Name: a.GetName(), Role: a.GetRole(), Disabled: a.GetDisabled(), Status: a.GetStatus(),
		StatusText: a.GetStatusText(), StatusMs: a.GetStatusMs(), Capacity: a.GetCapacity(),
	}
}

func toLoad(l *hubv1.Load) dto.Load {
	return dto.Load{AgentID: l.AgentId, Points: l.Points, Conversations: l.Conversations}
}

func toTouchpoint(t *hubv1.Touchpoint) dto.Touchpoint {
	return dto.Touchpoint{
		ID: t.Id, Channel: t.Channel, Name: t.Name, Identification: t.Identification, QueueID: t.QueueId,
		WindowMs: t.WindowMs, WrapUp: t.WrapUp, Weight: t.Weight, Sticky: t.Sticky, StandardMs: t.StandardWindowMs, WindowMostMs: t.WindowMostMs, Templates: t.Templates, PausedReason: t.PausedReason,
		PausedMs: t.PausedMs, AccountID: t.AccountId, Formats: t.GetLimits().GetFormats(), Other: texts(t.GetLimits().GetOther()),
		Health: each(t.Health, func(h *hubv1.TouchpointHealth) dto.Health {
			return dto.Health{Topic: h.Topic, Level: h.Level, Event: h.Event, Detail: h.Detail, AtMs: h.AtMs}
		}),
		TextRunes: int(t.GetLimits().GetTextRunes()), CaptionRunes: int(t.GetLimits().GetCaptionRunes()),
		Media: each(t.GetLimits().GetMedia(), func(m *hubv1.MediaLimit) dto.MediaLimit {
			return dto.MediaLimit{Kind: m.Kind, MIME: texts(m.Mime), MaxBytes: m.MaxBytes, Caption: m.Caption}
		}),
	}
}

func toQueue(q *hubv1.Queue) dto.Queue {
	r := q.GetRouting()
	return dto.Queue{ID: q.Id, Name: q.Name, Version: q.Version, DispositionSetID: q.DispositionSetId, AgentIDs: texts(q.AgentIds), Routing: dto.Routing{
		Mode: cmp.Or(r.GetMode(), "pick"), OfferMs: r.GetOfferMs(), UnansweredMs: r.GetUnansweredMs(), Hours: r.GetHours(), Zone: r.GetZone(), Answer: r.GetAnswer(),
	}}
}

func toDisposition(d *hubv1.Disposition) dto.Disposition {
	return dto.Disposition{ID: d.Id, SetID: d.SetId, ParentID: d.ParentId, Name: d.Name, Hidden: d.Hidden}
}

func toConnection(c desk.Connection) dto.Connection {
	return dto.Connection{
		State: string(c.State), SinceMs: c.SinceMs, CompleteMs: c.CompleteMs, HubOffsetMs: c.HubOffsetMs,
		Waiting: c.Waiting, WaitingMessages: c.Messages, Error: c.Error, CheckedConversations: c.CheckedConversations, NewMessages: c.NewMessages,
		Gaps: c.Gaps, AwayMs: c.AwayMs, ProvenMs: c.ProvenMs, AccessEnded: c.AccessEnded,
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
		RestMs: c.RestMs, LastInboundID: c.LastInboundId, Weight: c.Weight, TransferredBy: c.TransferredBy, TransferredMs: c.TransferredMs,
		OfferedTo: c.OfferedToId, OfferUntilMs: c.OfferUntilMs,
		Here: each(c.Here, func(c desk.Colleague) dto.Colleague { return dto.Colleague{AgentID: c.AgentID, Doing: c.Doing} }),
	}
}

func toContact(c *hubv1.Contact) dto.Contact {
	picture := c.GetPictureSha256()
	if picture != "" {
		picture = picturePrefix + c.GetId() + "/" + picture
	}
	return dto.Contact{
		PictureURL: picture,
		ID:         c.GetId(), Version: c.GetVersion(), Name: c.GetName(), Number: readable(c.GetNumber()), Email: c.GetEmail(),
		Username: c.GetUsername(), Language: c.GetLanguage(),
		SuggestedContactID: c.GetSuggestedContactId(), SuggestedReason: c.GetSuggestedReason(), MergedIntoID: c.GetMergedIntoId(),
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
		ProviderID: m.ProviderId, Elsewhere: m.Elsewhere, CreatedMs: m.CreatedMs, WaitUntilMs: m.WaitUntilMs, WaitReason: m.WaitReason,
		Attempt: int(m.Attempt), UnconfirmedMs: m.UnconfirmedMs, DeletedMs: m.DeletedMs, Quote: toQuote(m.Quote), About: toQuote(m.About),
		Reactions: each(m.Reactions, func(r desk.Reaction) dto.Reaction {
			return dto.Reaction{Emoji: r.Emoji, Out: r.Out, AgentName: r.AgentName, AtMs: r.AtMs, Pending: r.Pending}
		}),
		Edits: each(m.Edits, func(e desk.Edit) dto.Edit { return dto.Edit{Text: e.Text, AtMs: e.AtMs} }),
	}
	if f := m.Failure; f != nil {
		view.Failure = &dto.Failure{
			Class: f.Class, Reason: f.Reason, Code: int(f.Code), Subcode: int(f.Subcode), Detail: f.Detail,
			Limit: f.Limit, Actual: f.Actual, As: f.As,
		}
	}
	return view
}

func toQuote(q *desk.Quote) *dto.Quote {
	if q == nil {
		return nil
	}
	return &dto.Quote{MessageID: q.MessageID, ConversationID: q.ConversationID, Author: q.Author, Out: q.Out, Kind: q.Kind, Text: q.Text}
}

func toContent(c *hubv1.Content, uploading bool) dto.Content {
	view := dto.Content{
		Kind: c.GetKind(), Text: c.GetText(), Emoji: c.GetEmoji(), TargetID: c.GetTargetProviderId(),
		Forwarded: c.GetForwarded(), RawKind: c.GetRawKind(),
		Payload: c.GetPayload(), ForwardedOften: c.GetForwardedOften(), ErrorCode: int(c.GetErrorCode()),
		Contacts: each(c.GetContacts(), toCard),
	}
	if m := c.GetMedia(); m != nil {
		view.Media = &dto.Media{
			ID: m.Id, URL: mediaPrefix + m.Id, State: m.State, MIME: m.Mime, FileName: m.FileName,
			SizeBytes: m.SizeBytes, Voice: m.Voice, Reason: m.Reason, Width: int(m.Width), Height: int(m.Height),
			DurationMs: m.DurationMs, FetchUntilMs: m.FetchUntilMs,
		}
		if m.ThumbSha256 != "" {
			view.Media.ThumbURL = mediaPrefix + m.Id + thumbSuffix
		}
		if uploading {
			view.Media.State = "uploading"
		}
	}
	if l := c.GetLocation(); l != nil {
		view.Location = &dto.Location{Latitude: l.Latitude, Longitude: l.Longitude, Name: l.Name, Address: l.Address, URL: l.Url}
	}
	if r := c.GetReferral(); r != nil {
		view.Referral = &dto.Referral{
			Source: r.Source, URL: r.Url, Headline: r.Headline, Body: r.Body, ID: r.Id, Ref: r.Ref, Welcome: r.Welcome,
		}
	}
	if p := c.GetProduct(); p != nil {
		view.Product = &dto.Product{CatalogID: p.CatalogId, ID: p.Id}
	}
	if t := c.GetTemplate(); t != nil {
		view.Template = &dto.SentTemplate{Name: t.Name, Language: t.Language, Header: t.Header, Footer: t.Footer, Buttons: texts(t.Buttons)}
	}
	return view
}

func toCard(card *hubv1.ContactCard) dto.Card {
	return dto.Card{
		Name: card.Name, Phones: texts(card.Phones), Emails: texts(card.Emails), Organisation: card.Organisation,
		Addresses: texts(card.Addresses), URLs: texts(card.Urls), Birthday: card.Birthday, Origin: card.Origin,
	}
}

func fromLocation(at dto.Location) *hubv1.Location {
	return &hubv1.Location{Latitude: at.Latitude, Longitude: at.Longitude, Name: at.Name, Address: at.Address}
}

func fromCard(card dto.Card) *hubv1.ContactCard {
	return &hubv1.ContactCard{Name: card.Name, Phones: card.Phones, Emails: card.Emails, Organisation: card.Organisation}
}

func toTemplate(t *hubv1.Template) dto.Template {
	return dto.Template{
		ID: t.Id, Version: t.Version, Name: t.Name, Language: t.Language, Category: t.Category, Status: t.Status, Reason: t.Reason,
		HeaderFormat: t.HeaderFormat, HeaderText: t.HeaderText, Body: t.Body, Footer: t.Footer, Gone: t.Gone,
		HeaderVariables: texts(t.HeaderVariables), BodyVariables: texts(t.BodyVariables),
		Buttons: each(t.Buttons, func(b *hubv1.TemplateButton) dto.TemplateButton {
			return dto.TemplateButton{Type: b.Type, Text: b.Text, URL: b.Url, Variable: b.Variable}
		}),
	}
}

func toQuickReply(q *hubv1.QuickReply) dto.QuickReply {
	return dto.QuickReply{ID: q.Id, Shared: q.OwnerId == "", Shortcut: q.Shortcut, Title: q.Title, Text: q.Text, Language: q.Language}
}

func toPerson(p desk.Person) dto.Person {
	return dto.Person{
		Contact: toContact(p.Contact), Conversations: p.Conversations, Open: p.Open, FirstMs: p.FirstMs, LastMs: p.LastMs,
		LastText: p.LastText, TouchpointIDs: texts(p.Touchpoints),
	}
}

func toHit(h cache.Hit) dto.Hit {
	return dto.Hit{MessageID: h.MessageID, SentMs: h.Place.SentMs, No: h.Place.No}
}

func toFound(f desk.Found) dto.Found {
	return dto.Found{
		People: each(f.People, toFoundPerson), Messages: each(f.Messages, toFoundLine), Notes: each(f.Notes, toFoundLine),
		Files: each(f.Files, toFoundLine), More: f.More, Building: f.Building,
	}
}

func toFoundPerson(p desk.FoundPerson) dto.FoundPerson {
	return dto.FoundPerson{
		Contact: toContact(p.Contact), ConversationID: p.Conversation.GetId(), TouchpointID: p.Conversation.GetTouchpointId(),
		LastMs: p.Conversation.GetLastMessageMs(),
	}
}

func toFoundLine(l desk.FoundLine) dto.FoundLine {
	return dto.FoundLine{
		ID: l.ID, MessageID: l.MessageID, ConversationID: l.ConversationID, TouchpointID: l.TouchpointID, Status: l.Status,
		Contact: toContact(l.Contact), Author: l.Author, Out: l.Out, Kind: l.Kind, Text: l.Text, AtMs: l.AtMs,
	}
}

func toDraft(d desk.Draft) dto.Draft {
	view := dto.Draft{
		ConversationID: d.ConversationID, Text: d.Text, ReplyTo: d.ReplyTo,
		Attachments: each(d.Offers, toAttachment), SavedMs: d.SavedMs,
	}
	if d.Elsewhere && !d.Previous.Empty() {
		view.Replaced = &dto.Replaced{AtMs: d.SavedMs, Text: conversation.Preview(d.Previous.Text), Files: len(d.Previous.Files)}
	}
	return view
}

func fromDraft(conversationID string, d dto.Draft) cache.Draft {
	draft := cache.Draft{ConversationID: conversationID, Text: d.Text, ReplyTo: d.ReplyTo, SeenMs: d.SavedMs}
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
		CreatedMs: n.CreatedMs, EditedMs: n.EditedMs, EditedByID: n.EditedBy, EditedByName: n.EditedByName, Pending: n.Pending,
		Before: each(n.Before, func(t desk.NoteText) dto.NoteText {
			return dto.NoteText{Text: t.Text, AgentID: t.AgentId, AgentName: t.AgentName, AtMs: t.AtMs}
		}),
	}
}

func toActivities(page desk.Activities) dto.Activities {
	return dto.Activities{Complete: page.Complete, Offline: page.Offline, List: each(page.List, func(a desk.Activity) dto.Activity {
		return dto.Activity{
			ID: a.Id, Kind: a.Kind, AtMs: a.AtMs, AgentID: a.AgentId, AgentName: a.AgentName, ConversationID: a.ConversationId,
			TouchpointID: a.TouchpointId, Text: a.Text, DispositionPath: a.DispositionPath,
		}
	})}
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
	return &dto.Refusal{Code: r.Code, AgentName: a.desk().AgentName(ctx, r.AgentId), SinceMs: r.SinceMs}
}

// outcome maps how a command ended.
func (a *App) outcome(ctx context.Context, o outbox.Outcome, err error) (dto.Outcome, error) {
	return dto.Outcome{State: string(o.State), Refusal: a.toRefusal(ctx, o.Refusal)}, err
}

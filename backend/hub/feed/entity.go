package feed

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/backend/channel"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"parley/backend/hub/draft"
	"parley/backend/hub/routing"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/thread"
	"parley/backend/hub/touchpoint"
)

// Entities turns rows into what desks keep.
type Entities struct {
	store     *store.Store
	directory *touchpoint.Directory
}

// NewEntities returns a reader of entities.
func NewEntities(s *store.Store, d *touchpoint.Directory) *Entities {
	return &Entities{store: s, directory: d}
}

// Entity reads one entity in its present state. store.NotFound tells when it is gone.
func (e *Entities) Entity(ctx context.Context, workspaceID, entityType, id string) (*hubv1.Entity, error) {
	owned, err := e.owned(ctx, workspaceID, entityType, id)
	return owned.Entity, err
}

// owned is an entity, and of a draft whose it is.
type owned struct {
	*hubv1.Entity
	agentID string
}

func (e *Entities) owned(ctx context.Context, workspaceID, entityType, id string) (owned, error) {
	if entityType == store.TypeDraft {
		row, err := e.store.Read().Draft(ctx, db.DraftParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return owned{}, err
		}
		entity, err := draftEntity(row)
		return owned{entity, row.AgentID}, err
	}
	entity, err := e.entity(ctx, workspaceID, entityType, id)
	return owned{Entity: entity}, err
}

func draftEntity(row db.Draft) (*hubv1.Entity, error) {
	d, err := draft.Entity(row)
	return &hubv1.Entity{Kind: &hubv1.Entity_Draft{Draft: d}}, err
}

func (e *Entities) entity(ctx context.Context, workspaceID, entityType, id string) (*hubv1.Entity, error) {
	q := e.store.Read()
	switch entityType {
	case store.TypeWorkspace:
		row, err := q.Workspace(ctx, id)
		return &hubv1.Entity{Kind: &hubv1.Entity_Workspace{Workspace: Workspace(row)}}, err
	case store.TypeTouchpoint:
		row, err := q.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return nil, err
		}
		t, err := e.touchpoint(ctx, row)
		return &hubv1.Entity{Kind: &hubv1.Entity_Touchpoint{Touchpoint: t}}, err
	case store.TypeQueue:
		row, err := q.Queue(ctx, db.QueueParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return nil, err
		}
		agents, err := q.AgentsOfQueue(ctx, db.AgentsOfQueueParams{WorkspaceID: workspaceID, QueueID: id})
		if err != nil {
			return nil, err
		}
		rules, err := routingOf(ctx, q, row)
		return &hubv1.Entity{Kind: &hubv1.Entity_Queue{Queue: queue(row, agents, rules)}}, err
	case store.TypeAgent:
		row, err := q.Agent(ctx, db.AgentParams{WorkspaceID: workspaceID, ID: id})
		return &hubv1.Entity{Kind: &hubv1.Entity_Agent{Agent: Agent(row)}}, err
	case store.TypeContact:
		row, err := q.Contact(ctx, db.ContactParams{WorkspaceID: workspaceID, ID: id})
		return &hubv1.Entity{Kind: &hubv1.Entity_Contact{Contact: contact(row)}}, err
	case store.TypeConversation:
		row, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: workspaceID, ID: id})
		return ConversationEntity(row), err
	case store.TypeMessage:
		row, err := q.Message(ctx, db.MessageParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return nil, err
		}
		m, err := e.Message(ctx, row)
		return &hubv1.Entity{Kind: &hubv1.Entity_Message{Message: m}}, err
	case store.TypeNote:
		row, err := q.Note(ctx, db.NoteParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return nil, err
		}
		return NoteEntity(row)
	case store.TypeDisposition:
		row, err := q.Disposition(ctx, db.DispositionParams{WorkspaceID: workspaceID, ID: id})
		return &hubv1.Entity{Kind: &hubv1.Entity_Disposition{Disposition: disposition(row)}}, err
	case store.TypeTemplate:
		row, err := q.Template(ctx, db.TemplateParams{WorkspaceID: workspaceID, ID: id})
		if err != nil {
			return nil, err
		}
		return templateEntity(row)
	case store.TypeQuickReply:
		row, err := q.QuickReply(ctx, db.QuickReplyParams{WorkspaceID: workspaceID, ID: id})
		return quickReplyEntity(row), err
	default:
		return nil, fmt.Errorf("read entity: unknown type %q", entityType)
	}
}

// Workspace turns a row into its entity.
func Workspace(row db.Workspace) *hubv1.Workspace {
	return &hubv1.Workspace{
		Id: row.ID, Version: row.Version, Name: row.Name, Practice: row.Practice, HistoryDays: row.HistoryDays, AccessDays: row.AccessDays,
	}
}

// Agent turns a row into its entity.
func Agent(row db.Agent) *hubv1.Agent {
	return &hubv1.Agent{
		Id: row.ID, Version: row.Version, Name: row.Name, Email: row.Email, Role: row.Role, Disabled: row.Disabled,
		Status: row.Status, StatusText: row.StatusText, StatusMs: row.StatusMs, Capacity: row.Capacity,
	}
}

func queue(row db.Queue, agentIDs []string, rules *hubv1.Routing) *hubv1.Queue {
	return &hubv1.Queue{
		Id: row.ID, Version: row.Version, Name: row.Name, DispositionSetId: row.DispositionSetID, AgentIds: agentIDs, Routing: rules,
	}
}

// routingOf is how a queue's conversations find their agent.
func routingOf(ctx context.Context, q *db.Queries, row db.Queue) (*hubv1.Routing, error) {
	rules, err := q.QueueRouting(ctx, db.QueueRoutingParams{WorkspaceID: row.WorkspaceID, QueueID: row.ID})
	if store.NotFound(err) {
		return &hubv1.Routing{Mode: string(routing.Pick), OfferMs: routing.DefaultOffer.Milliseconds()}, nil
	}
	return &hubv1.Routing{
		Mode: rules.Mode, OfferMs: rules.OfferMs, UnansweredMs: rules.UnansweredMs, Hours: rules.Hours, Zone: rules.Zone, Answer: rules.Answer,
	}, err
}

func contact(row db.Contact) *hubv1.Contact {
	return &hubv1.Contact{
		Id: row.ID, Version: row.Version, Name: row.Name, Number: row.Number, Email: row.Email,
		Username: row.Username, Language: row.Language, PictureSha256: row.PictureThumbSHA256,
		SuggestedContactId: row.SuggestedID, SuggestedReason: row.SuggestedReason, MergedIntoId: row.MergedInto,
	}
}

// NoteEntity turns a row into its entity.
func NoteEntity(row db.Note) (*hubv1.Entity, error) {
	texts, err := thread.EarlierTexts(row)
	if err != nil {
		return nil, err
	}
	note := &hubv1.Note{
		Id: row.ID, Version: row.Version, ConversationId: row.ConversationID, AgentId: row.AgentID, Text: row.Text,
		CreatedMs: row.CreatedMs, EditedMs: row.EditedMs, EditedBy: row.EditedBy,
	}
	for _, text := range texts {
		note.Earlier = append(note.Earlier, &hubv1.NoteText{Text: text.Text, AgentId: text.AgentID, AtMs: text.AtMs})
	}
	return &hubv1.Entity{Kind: &hubv1.Entity_Note{Note: note}}, nil
}

func disposition(row db.Disposition) *hubv1.Disposition {
	return &hubv1.Disposition{
		Id: row.ID, Version: row.Version, SetId: row.SetID, ParentId: row.ParentID, Name: row.Name, Position: int32(row.Position), Hidden: row.Hidden,
	}
}

func (e *Entities) touchpoint(ctx context.Context, row db.Touchpoint) (*hubv1.Touchpoint, error) {
	t := &hubv1.Touchpoint{
		Id: row.ID, Version: row.Version, Channel: row.Channel, Name: row.Name, Identification: row.Identification,
		QueueId: row.QueueID, WindowMs: row.WindowMs, WrapUp: row.WrapUp, PausedReason: row.PausedReason, PausedMs: row.PausedMs,
		StandardWindowMs: row.StandardWindowMs, Weight: row.Weight, Sticky: row.Sticky,
	}
	health, err := e.store.Read().TouchpointHealth(ctx, db.TouchpointHealthParams{WorkspaceID: row.WorkspaceID, TouchpointID: row.ID})
	if err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	for _, h := range health {
		t.Health = append(t.Health, &hubv1.TouchpointHealth{Topic: h.Topic, Level: h.Level, Event: h.Event, Detail: h.Detail, AtMs: h.AtMs})
	}
	known, ok := e.directory.ByID(row.WorkspaceID, row.ID)
	if !ok {
		return t, nil
	}
	rule := known.Adapter.Window()
	t.WindowMostMs = rule.Length.Milliseconds()
	if t.Templates = rule.Templates; t.Templates {
		t.AccountId = row.BusinessID
	}
	t.Limits = limits(known.Adapter.Limits())
	return t, nil
}

func limits(l channel.Limits) *hubv1.ChannelLimits {
	out := &hubv1.ChannelLimits{TextRunes: int32(l.TextRunes), CaptionRunes: int32(l.CaptionRunes), Formats: l.Formats}
	for _, row := range l.Media {
		out.Media = append(out.Media, &hubv1.MediaLimit{
			Kind: string(row.Kind), Mime: row.MIME, MaxBytes: row.MaxBytes, Caption: row.Caption,
		})
	}
	for _, kind := range l.Other {
		out.Other = append(out.Other, string(kind))
	}
	return out
}

func quickReplyEntity(row db.QuickReply) *hubv1.Entity {
	return &hubv1.Entity{Kind: &hubv1.Entity_QuickReply{QuickReply: &hubv1.QuickReply{
		Id: row.ID, Version: row.Version, OwnerId: row.OwnerID, Shortcut: row.Shortcut, Title: row.Title, Text: row.Text, Language: row.Language,
	}}}
}

func templateEntity(row db.Template) (*hubv1.Entity, error) {
	var t channel.Template
	if err := json.Unmarshal([]byte(row.Content), &t); err != nil {
		return nil, fmt.Errorf("read template %s: %w", row.ID, err)
	}
	out := &hubv1.Template{
		Id: row.ID, Version: row.Version, AccountId: row.AccountID, Name: row.Name, Language: row.Language, Status: row.Status,
		Category: t.Category, Reason: t.Reason, HeaderFormat: t.Header.Format, HeaderText: t.Header.Text, Body: t.Body, Footer: t.Footer,
		HeaderVariables: channel.Placeholders(t.Header.Text), BodyVariables: channel.Placeholders(t.Body), Gone: row.Gone || t.Unfilled != "",
	}
	for _, b := range t.Buttons {
		out.Buttons = append(out.Buttons, &hubv1.TemplateButton{Type: b.Type, Text: b.Text, Url: b.URL, Variable: b.NeedsValue()})
	}
	return &hubv1.Entity{Kind: &hubv1.Entity_Template{Template: out}}, nil
}

// ConversationEntity turns a row into its entity.
func ConversationEntity(row db.Conversation) *hubv1.Entity {
	return &hubv1.Entity{Kind: &hubv1.Entity_Conversation{Conversation: &hubv1.Conversation{
		Id: row.ID, Version: row.Version, ContactId: row.ContactID, TouchpointId: row.TouchpointID, QueueId: row.QueueID,
		Status: row.Status, AssigneeId: row.AssigneeID, AssignedMs: row.AssignedMs, OpenedMs: row.OpenedMs,
		LastMessageMs: row.LastMessageMs, LastMessageId: row.LastMessageID, Preview: row.Preview, LastKind: row.LastKind,
		LastDirection: row.LastDirection, LastState: row.LastState, Unread: row.Unread, WaitingSinceMs: row.WaitingSinceMs,
		LastInboundMs: row.LastInboundMs, LastInboundId: row.LastInboundID, WindowUntilMs: row.WindowUntilMs,
		WindowReason: row.WindowReason, DispositionId: row.DispositionID, EndedMs: row.EndedMs, ClosedMs: row.ClosedMs,
		LastNo: row.LastNo, Troubled: row.Troubled, Weight: row.Weight,
		TransferredBy: row.TransferredBy, TransferredMs: row.TransferredMs, OfferedToId: row.OfferedTo, OfferUntilMs: row.OfferUntilMs,
	}}}
}

// Message turns a row into its entity, with its file as it is now.
func (e *Entities) Message(ctx context.Context, row db.Message) (*hubv1.Message, error) {
	m := &hubv1.Message{
		Id: row.ID, Version: row.Version, ConversationId: row.ConversationID, No: row.No, Direction: row.Direction,
		SentMs: row.SentMs, AgentId: row.AgentID, State: row.State, AcceptedMs: row.AcceptedMs, DeliveredMs: row.DeliveredMs,
		ReadMs: row.ReadMs, FailedMs: row.FailedMs, ProviderId: row.ProviderID, CreatedMs: row.CreatedMs, Elsewhere: row.Elsewhere,
		WaitUntilMs: row.WaitUntilMs, WaitReason: row.WaitReason, Attempt: row.Attempt, UnconfirmedMs: row.UnconfirmedMs,
	}
	var content channel.Content
	if err := json.Unmarshal([]byte(row.Content), &content); err != nil {
		return nil, fmt.Errorf("read content of message %s: %w", row.ID, err)
	}
	m.Content = contentOf(content)
	if row.Failure != "" {
		var f channel.Failure
		if err := json.Unmarshal([]byte(row.Failure), &f); err != nil {
			return nil, fmt.Errorf("read failure of message %s: %w", row.ID, err)
		}
		m.Failure = &hubv1.Failure{Class: string(f.Class), Code: int32(f.Code), Subcode: int32(f.Subcode), Detail: f.Detail,
			Reason: string(f.Reason), Limit: f.Limit, Actual: f.Actual, As: string(f.As)}
	}
	if row.MediaID != "" {
		file, err := e.store.Read().Media(ctx, db.MediaParams{WorkspaceID: row.WorkspaceID, ID: row.MediaID})
		if err != nil && !store.NotFound(err) {
			return nil, fmt.Errorf("read media: %w", err)
		}
		m.Content.Media = mediaOf(file)
	}
	return m, nil
}

func mediaOf(row db.Media) *hubv1.Media {
	return &hubv1.Media{
		Id: row.ID, State: row.State, Mime: row.MIME, FileName: row.FileName, SizeBytes: row.SizeBytes, Voice: row.Voice,
		Animated: row.Animated, Width: int32(row.Width), Height: int32(row.Height), Sha256: row.SHA256,
		Reason: row.Reason, FetchUntilMs: row.FetchUntilMs, DurationMs: row.DurationMs,
		ThumbSha256: row.ThumbSHA256, ThumbWidth: int32(row.ThumbWidth), ThumbHeight: int32(row.ThumbHeight),
	}
}

func contentOf(c channel.Content) *hubv1.Content {
	out := &hubv1.Content{
		Kind: string(c.Kind), Text: c.Text, Emoji: c.Emoji, TargetProviderId: c.TargetID, ReplyToProviderId: c.ReplyTo,
		Payload: c.Payload, Forwarded: c.Forwarded, ForwardedOften: c.ForwardedOften,
		RawKind: c.RawKind, ErrorCode: int32(c.ErrorCode),
	}
	if l := c.Location; l != nil {
		out.Location = &hubv1.Location{Latitude: l.Latitude, Longitude: l.Longitude, Name: l.Name, Address: l.Address, Url: l.URL}
	}
	for _, card := range c.Contacts {
		out.Contacts = append(out.Contacts, &hubv1.ContactCard{
			Name: card.Name, Phones: card.Phones, Emails: card.Emails, Organisation: card.Organisation, Addresses: card.Addresses,
			Urls: card.URLs, Birthday: card.Birthday, Origin: card.Origin,
		})
	}
	if r := c.Referral; r != nil {
		out.Referral = &hubv1.Referral{Source: r.Source, Id: r.ID, Url: r.URL, Headline: r.Headline, Body: r.Body, Ref: r.Ref,
			MediaUrl: r.MediaURL, Welcome: r.Welcome}
	}
	if p := c.Product; p != nil {
		out.Product = &hubv1.Product{CatalogId: p.CatalogID, Id: p.ID}
	}
	if t := c.Template; t != nil {
		out.Template = &hubv1.SentTemplate{Name: t.Name, Language: t.Language, Header: t.Header, Footer: t.Footer, Buttons: t.Buttons}
	}
	return out
}

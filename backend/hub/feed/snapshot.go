package feed

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// What a snapshot page holds at most, and how much of each open conversation.
const (
	snapshotConversations = 200
	snapshotMessages      = 30
)

// ErrPageToken says that a page token was not made by this hub.
var ErrPageToken = errors.New("page token is not valid")

// place is where a snapshot continues. It travels in the page token, so that any hub can go on.
type place struct {
	Epoch string `json:"e"`
	Seq   int64  `json:"s"`
	After string `json:"a"` // the last conversation of the page before
}

// Snapshot returns one page of what a reader's desk starts with: configuration and their drafts on the first page, then open
// conversations in the order of their ids, each with its contact, notes and latest messages.
func (f *Feed) Snapshot(ctx context.Context, reader access.Actor, token string) (*hubv1.SnapshotPage, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	at, err := placeOf(v, token)
	if err != nil {
		return nil, err
	}
	page := &hubv1.SnapshotPage{Cursor: &hubv1.Cursor{Epoch: at.Epoch, Seq: at.Seq}, HubNowMs: f.now().UnixMilli()}
	if token == "" {
		if page.Entities, err = f.configuration(ctx, reader); err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		drafts, err := f.drafts(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("read drafts: %w", err)
		}
		page.Entities = append(page.Entities, drafts...)
	}
	open, err := f.store.Read().OpenConversations(ctx, db.OpenConversationsParams{
		WorkspaceID: reader.WorkspaceID, After: at.After, N: snapshotConversations,
	})
	if err != nil {
		return nil, fmt.Errorf("read open conversations: %w", err)
	}
	for _, row := range open {
		if !v.All() && !v.Works(row) {
			continue
		}
		more, err := f.conversation(ctx, row)
		if err != nil {
			return nil, fmt.Errorf("read conversation %s: %w", row.ID, err)
		}
		page.Entities = append(page.Entities, more...)
	}
	if len(open) == snapshotConversations {
		at.After = open[len(open)-1].ID
		text, err := json.Marshal(at)
		if err != nil {
			return nil, err
		}
		page.NextPageToken = base64.RawURLEncoding.EncodeToString(text)
	}
	return page, nil
}

// placeOf is where a page begins. The first one begins at the feed's position, which was read before anything else.
func placeOf(v view, token string) (place, error) {
	if token == "" {
		return place{Epoch: v.epoch, Seq: v.head.Seq}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return place{}, ErrPageToken
	}
	var at place
	if json.Unmarshal(text, &at) != nil {
		return place{}, ErrPageToken
	}
	return at, nil
}

// drafts are the reader's drafts, with the conversations that have been closed since.
func (f *Feed) drafts(ctx context.Context, v view) ([]*hubv1.Entity, error) {
	rows, err := f.store.Read().DraftsOf(ctx, db.DraftsOfParams{WorkspaceID: v.reader.WorkspaceID, AgentID: v.reader.AgentID})
	if err != nil {
		return nil, err
	}
	var entities []*hubv1.Entity
	for _, row := range rows {
		entity, err := draftEntity(row)
		if err != nil {
			return nil, err
		}
		entities = append(entities, entity)
		c, err := v.Find(ctx, row.ConversationID)
		if err != nil {
			return nil, err
		}
		if c == nil || conversation.Status(c.Status).Open() {
			continue
		}
		more, err := f.seen(ctx, v, *c)
		if err != nil {
			return nil, err
		}
		entities = append(entities, more...)
	}
	return entities, nil
}

// Conversations returns conversations whole, each with its contact, notes and latest messages. Those that the reader may
// not see are left out.
func (f *Feed) Conversations(ctx context.Context, reader access.Actor, ids []string) ([]*hubv1.Entity, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	var entities []*hubv1.Entity
	for _, id := range ids[:min(len(ids), snapshotConversations)] {
		c, err := v.Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		more, err := f.seen(ctx, v, *c)
		if err != nil {
			return nil, fmt.Errorf("read conversation %s: %w", id, err)
		}
		entities = append(entities, more...)
	}
	return entities, nil
}

// seen is a conversation with what belongs to it; nothing when the reader may not see it.
func (f *Feed) seen(ctx context.Context, v view, c db.Conversation) ([]*hubv1.Entity, error) {
	sees, err := v.Row(ctx, c)
	if err != nil || !sees {
		return nil, err
	}
	return f.conversation(ctx, c)
}

func (f *Feed) configuration(ctx context.Context, reader access.Actor) ([]*hubv1.Entity, error) {
	workspaceID := reader.WorkspaceID
	q := f.store.Read()
	workspace, err := q.Workspace(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	entities := []*hubv1.Entity{{Kind: &hubv1.Entity_Workspace{Workspace: Workspace(workspace)}}}
	queues, err := q.Queues(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	members, err := q.QueueAgents(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	agentsOf := map[string][]string{}
	for _, m := range members {
		agentsOf[m.QueueID] = append(agentsOf[m.QueueID], m.AgentID)
	}
	for _, row := range queues {
		rules, err := routingOf(ctx, q, row)
		if err != nil {
			return nil, fmt.Errorf("read routing: %w", err)
		}
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Queue{Queue: queue(row, agentsOf[row.ID], rules)}})
	}
	touchpoints, err := q.Touchpoints(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	for _, row := range touchpoints {
		t, err := f.entities.touchpoint(ctx, row)
		if err != nil {
			return nil, err
		}
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Touchpoint{Touchpoint: t}})
	}
	agents, err := q.Agents(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	for _, row := range agents {
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Agent{Agent: Agent(row)}})
	}
	dispositions, err := q.Dispositions(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	for _, row := range dispositions {
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Disposition{Disposition: disposition(row)}})
	}
	templates, err := q.Templates(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	for _, row := range templates {
		entity, err := templateEntity(row)
		if err != nil {
			return nil, err
		}
		entities = append(entities, entity)
	}
	replies, err := q.QuickReplies(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	for _, row := range replies {
		if row.OwnerID != "" && row.OwnerID != reader.AgentID {
			continue
		}
		entities = append(entities, quickReplyEntity(row))
	}
	return entities, nil
}

func (f *Feed) conversation(ctx context.Context, row db.Conversation) ([]*hubv1.Entity, error) {
	q := f.store.Read()
	who, err := q.Contact(ctx, db.ContactParams{WorkspaceID: row.WorkspaceID, ID: row.ContactID})
	if err != nil {
		return nil, err
	}
	entities := []*hubv1.Entity{{Kind: &hubv1.Entity_Contact{Contact: contact(who)}}, ConversationEntity(row)}
	notes, err := q.NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: row.WorkspaceID, ConversationID: row.ID})
	if err != nil {
		return nil, err
	}
	for _, note := range notes {
		entity, err := NoteEntity(note)
		if err != nil {
			return nil, err
		}
		entities = append(entities, entity)
	}
	messages, err := f.messagesBefore(ctx, row.WorkspaceID, row.ID, row.LastNo+1, snapshotMessages)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(messages) {
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Message{Message: m}})
	}
	return entities, nil
}

// Limits of history pages.
const (
	defaultHistory = 100
	maxHistory     = 500
)

// Messages pages a conversation backwards, newest first. beforeNo 0 starts at the newest. ErrForbidden: the reader may not
// see the conversation.
func (f *Feed) Messages(ctx context.Context, reader access.Actor, conversationID string, beforeNo int64, limit int) (*hubv1.MessagePage, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	if !v.All() {
		sees, err := v.Conversation(ctx, conversationID)
		if err != nil {
			return nil, err
		}
		if !sees {
			return nil, ErrForbidden
		}
	}
	if beforeNo <= 0 {
		beforeNo = 1 << 62
	}
	if limit <= 0 {
		limit = defaultHistory
	}
	messages, err := f.messagesBefore(ctx, reader.WorkspaceID, conversationID, beforeNo, min(limit, maxHistory))
	if err != nil {
		return nil, err
	}
	last := len(messages) - 1
	return &hubv1.MessagePage{Messages: messages, Complete: last < 0 || messages[last].GetNo() <= 1}, nil
}

func (f *Feed) messagesBefore(ctx context.Context, workspaceID, conversationID string, beforeNo int64, n int) ([]*hubv1.Message, error) {
	rows, err := f.store.Read().MessagesBefore(ctx, db.MessagesBeforeParams{
		WorkspaceID: workspaceID, ConversationID: conversationID, BeforeNo: beforeNo, N: int64(n),
	})
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	messages := make([]*hubv1.Message, 0, len(rows))
	for _, row := range rows {
		m, err := f.entities.Message(ctx, row)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, nil
}

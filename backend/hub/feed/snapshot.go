package feed

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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

// Snapshot returns one page of what a desk starts with: configuration on the first page, then open conversations
// in the order of their ids, each with its contact, notes and latest messages.
func (f *Feed) Snapshot(ctx context.Context, workspaceID, token string) (*hubv1.SnapshotPage, error) {
	at, err := f.placeOf(ctx, workspaceID, token)
	if err != nil {
		return nil, err
	}
	page := &hubv1.SnapshotPage{Cursor: &hubv1.Cursor{Epoch: at.Epoch, Seq: at.Seq}, HubNowMs: f.now().UnixMilli()}
	if token == "" {
		if page.Entities, err = f.configuration(ctx, workspaceID); err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
	}
	open, err := f.store.Read().OpenConversations(ctx, db.OpenConversationsParams{
		WorkspaceID: workspaceID, After: at.After, N: snapshotConversations,
	})
	if err != nil {
		return nil, fmt.Errorf("read open conversations: %w", err)
	}
	for _, row := range open {
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

// placeOf reads the position before anything else, so that no change after it can be missed.
func (f *Feed) placeOf(ctx context.Context, workspaceID, token string) (place, error) {
	if token == "" {
		head, err := f.store.Read().Head(ctx, workspaceID)
		if err != nil {
			return place{}, fmt.Errorf("read head: %w", err)
		}
		return place{Epoch: head.Epoch, Seq: head.Seq}, nil
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

func (f *Feed) configuration(ctx context.Context, workspaceID string) ([]*hubv1.Entity, error) {
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
	for _, row := range queues {
		entities = append(entities, &hubv1.Entity{Kind: &hubv1.Entity_Queue{Queue: queue(row)}})
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
		entities = append(entities, noteEntity(note))
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

// Messages pages a conversation backwards, newest first. beforeNo 0 starts at the newest.
func (f *Feed) Messages(ctx context.Context, workspaceID, conversationID string, beforeNo int64, limit int) (*hubv1.MessagePage, error) {
	if beforeNo <= 0 {
		beforeNo = 1 << 62
	}
	if limit <= 0 {
		limit = defaultHistory
	}
	messages, err := f.messagesBefore(ctx, workspaceID, conversationID, beforeNo, min(limit, maxHistory))
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

package scope

import (
	"context"
	"fmt"
	"sync"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Memory remembers the rows that decide who sees what, each as it was when somebody first asked for it. Its methods may run
// at the same time: all who read one part of the feed can share it.
type Memory struct {
	q           *db.Queries
	workspaceID string

	mu            sync.Mutex                  // also held while a row is read, so that it is read once
	conversations map[string]*db.Conversation // nil: there is no such conversation
	past          map[string][]db.Conversation
	merged        map[string]string
}

// NewMemory returns a memory of a workspace's rows that remembers nothing yet.
func NewMemory(q *db.Queries, workspaceID string) *Memory {
	return &Memory{q: q, workspaceID: workspaceID, conversations: map[string]*db.Conversation{}, past: map[string][]db.Conversation{}, merged: map[string]string{}}
}

// Find reads a conversation; nil when there is none, whether an agent sees it or not.
func (m *Memory) Find(ctx context.Context, id string) (*db.Conversation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row, known := m.conversations[id]; known {
		return row, nil
	}
	row, err := m.q.Conversation(ctx, db.ConversationParams{WorkspaceID: m.workspaceID, ID: id})
	if store.NotFound(err) {
		m.conversations[id] = nil
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	m.conversations[id] = &row
	return &row, nil
}

// Know tells the memory of a conversation that has been read for another reason.
func (m *Memory) Know(row db.Conversation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conversations[row.ID] = &row
}

// Past is all conversations of a contact.
func (m *Memory) Past(ctx context.Context, contactID string) ([]db.Conversation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if rows, known := m.past[contactID]; known {
		return rows, nil
	}
	rows, err := m.q.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: m.workspaceID, ContactID: contactID})
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	m.past[contactID] = rows
	return rows, nil
}

// mergedInto is the contact that a contact was merged into; "" for none.
func (m *Memory) mergedInto(ctx context.Context, contactID string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if kept, known := m.merged[contactID]; known {
		return kept, nil
	}
	row, err := m.q.Contact(ctx, db.ContactParams{WorkspaceID: m.workspaceID, ID: contactID})
	if err != nil && !store.NotFound(err) {
		return "", fmt.Errorf("read contact: %w", err)
	}
	m.merged[contactID] = row.MergedInto
	return row.MergedInto, nil
}

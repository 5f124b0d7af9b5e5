// Package activities tells agents what happened around a contact. It keeps nothing of its own: what is told is in the rows of
// conversations, threads, notes and merges, and goes when they go.
package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"parley/backend/activity"
	"parley/backend/channel"
	"parley/backend/hub/access"
	"parley/backend/hub/feed"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

var (
	// ErrForbidden says that the agent may not see the contact, or that there is none.
	ErrForbidden = errors.New("the contact is not this agent's to see")
	// ErrInvalid says that there is no such group of activities.
	ErrInvalid = errors.New("activities are of conversations, hands or notes")
)

// eventsMost is how many event lines of one conversation are read for a page: more than a page shows.
const eventsMost = 4 * activity.MaxPage

// Lister answers for a store. Its methods may run at the same time.
type Lister struct {
	store  *store.Store
	scopes *scope.Scopes
	now    func() time.Time
}

// New returns a lister by the hub's clock.
func New(s *store.Store, now func() time.Time) *Lister {
	return &Lister{store: s, scopes: scope.New(s), now: now}
}

// List returns a page of what happened around a contact in the conversations that the reader may see.
func (l *Lister) List(ctx context.Context, reader access.Actor, r *hubv1.ListActivitiesRequest) (*hubv1.ActivityPage, error) {
	if !activity.Grouped(r.GetOnly()) {
		return nil, ErrInvalid
	}
	q := l.store.Read()
	sight, err := l.scopes.Sight(ctx, q, reader)
	if err != nil {
		return nil, err
	}
	if sees, err := sight.Contact(ctx, r.GetContactId()); err != nil || !sees {
		return nil, errors.Join(err, ErrForbidden)
	}
	rows, err := sight.Past(ctx, r.GetContactId())
	if err != nil {
		return nil, err
	}
	var all activity.List
	for _, row := range rows {
		if sees, err := sight.Row(ctx, row); err != nil {
			return nil, err
		} else if !sees {
			continue
		}
		if err := l.conversation(ctx, &all, row, r); err != nil {
			return nil, err
		}
	}
	if err := l.merges(ctx, &all, reader.WorkspaceID, r.GetContactId()); err != nil {
		return nil, err
	}
	return all.Page(r), nil
}

// merges adds who was merged into a contact, and which merges of theirs were undone.
func (l *Lister) merges(ctx context.Context, all *activity.List, workspaceID, contactID string) error {
	q := l.store.Read()
	merges, err := q.MergesInto(ctx, db.MergesIntoParams{WorkspaceID: workspaceID, KeptID: contactID})
	if err != nil {
		return fmt.Errorf("read merges: %w", err)
	}
	for _, m := range merges {
		all.Merge(m.MergedID, cmp.Or(m.Name, m.Number), m.AgentID, m.AtMs)
	}
	undone, err := q.UnmergesOf(ctx, db.UnmergesOfParams{WorkspaceID: workspaceID, ContactID: contactID})
	if err != nil {
		return fmt.Errorf("read undone merges: %w", err)
	}
	for _, u := range undone {
		other := cmp.Or(u.Name, u.Number)
		if u.KeptID == contactID {
			all.Merge(u.MergedID, other, u.MergedBy, u.MergedMs)
		}
		all.Unmerge(u.MergedID, other, u.UndoneBy, u.UndoneMs)
	}
	return nil
}

// conversation adds what became of a conversation.
func (l *Lister) conversation(ctx context.Context, all *activity.List, row db.Conversation, r *hubv1.ListActivitiesRequest) error {
	q, c := l.store.Read(), feed.ConversationEntity(row).GetConversation()
	all.Conversation(c, l.now().UnixMilli())
	till := int64(math.MaxInt64)
	if r.GetBeforeId() != "" {
		till = r.GetBeforeMs()
	}
	events, err := q.EventsOfConversation(ctx, db.EventsOfConversationParams{WorkspaceID: row.WorkspaceID, ConversationID: row.ID, TillMs: till, N: eventsMost})
	if err != nil {
		return fmt.Errorf("read event lines: %w", err)
	}
	for _, line := range events {
		var content channel.Content
		if err := json.Unmarshal([]byte(line.Content), &content); err != nil {
			return fmt.Errorf("read event line: %w", err)
		}
		all.Event(&hubv1.Message{
			Id: line.ID, SentMs: line.SentMs, AgentId: line.AgentID, Content: &hubv1.Content{Kind: line.Kind, Text: content.Text},
		}, c)
	}
	notes, err := q.NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: row.WorkspaceID, ConversationID: row.ID})
	if err != nil {
		return fmt.Errorf("read notes: %w", err)
	}
	for _, note := range notes {
		entity, err := feed.NoteEntity(note)
		if err != nil {
			return err
		}
		all.Note(entity.GetNote(), c)
	}
	return nil
}

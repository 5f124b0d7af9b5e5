// Package scope says what an agent may see and do something with.
//
//   - Supervisors and admins see everything.
//   - Agents work with the conversations of their queues, and with those that are theirs, wherever they came from.
//   - Of a contact whom they may see they also read what has been closed, in any queue.
//
// A queue without people is everybody's. What belongs to a conversation (messages, notes, files) is seen with it; a
// contact is seen with any conversation that the agent works with, and a merged contact with the one that was kept.
//
// Whoever may see all costs no question: the others are a matter of a page's conversations and contacts, each looked up
// once (Memory), be it for one reader or for all who are shown the same page.
package scope

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Scope is what an agent may see. One without foreign queues sees everything.
type Scope struct {
	role    string
	agentID string
	foreign []string // queues that are other people's, sorted
	print   string   // of all that; every wake of every watch asks for it
}

// All reports whether the agent sees everything.
func (s Scope) All() bool { return len(s.foreign) == 0 }

// Fingerprint tells scopes apart; "" when the agent sees everything. A position in the feed is only good for the scope
// that it was reached with.
func (s Scope) Fingerprint() string { return s.print }

func newScope(role, agentID string, foreign []string) Scope {
	s := Scope{role: role, agentID: agentID, foreign: slices.Sorted(slices.Values(foreign))}
	if !s.All() {
		sum := sha256.Sum256([]byte(agentID + "\n" + strings.Join(s.foreign, "\n")))
		s.print = hex.EncodeToString(sum[:6])
	}
	return s
}

// Works reports whether the agent may do something with a conversation.
func (s Scope) Works(c db.Conversation) bool {
	if c.AssigneeID != "" && c.AssigneeID == s.agentID {
		return true
	}
	_, foreign := slices.BinarySearch(s.foreign, c.QueueID)
	return !foreign
}

// Scopes knows the scopes of a hub's agents. Its methods may run at the same time.
type Scopes struct {
	store *store.Store

	mu    sync.Mutex
	known map[access.Actor]remembered // by workspace and agent
}

// remembered is a scope that holds until roles or queues change again.
type remembered struct {
	scope Scope
	count int64
}

// New returns the scopes of a store.
func New(s *store.Store) *Scopes {
	return &Scopes{store: s, known: map[access.Actor]remembered{}}
}

// At is an agent's scope. head was read before, in the same place as what is going to be shown.
func (s *Scopes) At(ctx context.Context, q *db.Queries, actor access.Actor, head db.HeadRow) (Scope, error) {
	key := access.Actor{WorkspaceID: actor.WorkspaceID, AgentID: actor.AgentID}
	s.mu.Lock()
	known, found := s.known[key]
	s.mu.Unlock()
	if found && known.count == head.Scopes {
		return known.scope, nil
	}
	scope, err := load(ctx, q, actor)
	if err != nil {
		return Scope{}, err
	}
	s.mu.Lock()
	s.known[key] = remembered{scope, head.Scopes}
	s.mu.Unlock()
	return scope, nil
}

func load(ctx context.Context, q *db.Queries, actor access.Actor) (Scope, error) {
	agent, err := q.Agent(ctx, db.AgentParams{WorkspaceID: actor.WorkspaceID, ID: actor.AgentID})
	if err != nil {
		return Scope{}, fmt.Errorf("read agent: %w", err)
	}
	if agent.Role != "agent" {
		return newScope(agent.Role, actor.AgentID, nil), nil
	}
	foreign, err := q.ForeignQueues(ctx, db.ForeignQueuesParams{WorkspaceID: actor.WorkspaceID, AgentID: actor.AgentID})
	if err != nil {
		return Scope{}, fmt.Errorf("read queues: %w", err)
	}
	return newScope(agent.Role, actor.AgentID, foreign), nil
}

// Sight is what an agent sees through q now.
func (s *Scopes) Sight(ctx context.Context, q *db.Queries, actor access.Actor) (*Sight, error) {
	head, err := q.Head(ctx, actor.WorkspaceID)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	scope, err := s.At(ctx, q, actor, head)
	if err != nil {
		return nil, err
	}
	return NewSight(scope, NewMemory(q, actor.WorkspaceID), actor), nil
}

// Sight answers what one agent sees, for one page or call. Not for several goroutines.
type Sight struct {
	Scope
	*Memory
	actor    access.Actor
	contacts map[string]bool
}

// NewSight returns what an agent sees within a scope, of the rows of a memory.
func NewSight(scope Scope, rows *Memory, actor access.Actor) *Sight {
	return &Sight{Scope: scope, Memory: rows, actor: actor, contacts: map[string]bool{}}
}

// Conversation reports whether the agent sees a conversation. There is none: no.
func (s *Sight) Conversation(ctx context.Context, id string) (bool, error) {
	row, err := s.Find(ctx, id)
	if err != nil || row == nil {
		return false, err
	}
	return s.Row(ctx, *row)
}

// Row reports whether the agent sees a conversation that has been read.
func (s *Sight) Row(ctx context.Context, c db.Conversation) (bool, error) {
	if s.All() {
		return true, nil
	}
	relation, err := s.Relation(ctx, c)
	return err == nil && s.May(access.ActionRead, relation), err
}

// May reports whether the agent may do something with what stands so to them.
func (s Scope) May(action access.Action, relation access.Relation) bool {
	return access.May(s.role, action, relation)
}

// Relation is how a conversation stands to the agent.
func (s *Sight) Relation(ctx context.Context, c db.Conversation) (access.Relation, error) {
	switch {
	case c.AssigneeID != "" && c.AssigneeID == s.agentID:
		return access.Own, nil
	case s.Works(c):
		return access.Queue, nil
	case conversation.Status(c.Status).Open():
		return access.Foreign, nil
	}
	if sees, err := s.Contact(ctx, c.ContactID); err != nil || !sees {
		return access.Foreign, err
	}
	return access.Past, nil
}

// Contact reports whether the agent sees a contact.
func (s *Sight) Contact(ctx context.Context, id string) (bool, error) {
	if s.All() {
		return true, nil
	}
	if sees, known := s.contacts[id]; known {
		return sees, nil
	}
	s.contacts[id] = false // against contacts that were merged in a circle
	rows, err := s.Past(ctx, id)
	if err != nil {
		return false, err
	}
	sees := slices.ContainsFunc(rows, s.Works)
	if !sees {
		kept, err := s.mergedInto(ctx, id)
		if err != nil {
			return false, err
		}
		if kept != "" {
			if sees, err = s.Contact(ctx, kept); err != nil {
				return false, err
			}
		}
	}
	s.contacts[id] = sees
	return sees, nil
}

// File reports whether the agent sees a file: one that they have uploaded, or one of a conversation that they see. There
// is none: no.
func (s *Sight) File(ctx context.Context, id string) (bool, error) {
	file, err := s.q.Media(ctx, db.MediaParams{WorkspaceID: s.actor.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read file: %w", err)
	}
	if s.All() || file.AgentID == s.actor.AgentID {
		return true, nil
	}
	ids, err := s.q.ConversationsOfFile(ctx, db.ConversationsOfFileParams{WorkspaceID: s.actor.WorkspaceID, MediaID: id})
	if err != nil {
		return false, fmt.Errorf("read conversations of file: %w", err)
	}
	for _, id := range ids {
		if sees, err := s.Conversation(ctx, id); err != nil || sees {
			return sees, err
		}
	}
	return false, nil
}

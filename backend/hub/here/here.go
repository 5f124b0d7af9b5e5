package here

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
)

var (
	// ErrForbidden says that the agent does not work with the conversation, or that there is none.
	ErrForbidden = errors.New("the conversation is not this agent's to work with")
	// ErrInvalid says that nobody does such a thing.
	ErrInvalid = errors.New("that is nothing that one does with a conversation")
)

const (
	// holds is for how long a word holds: two and a half of a desk's turns.
	holds = 25 * time.Second
	// expireEvery is how often it is looked who was not heard of.
	expireEvery = time.Second
	// newsEvery is how often a reader is told at most: keys that are pressed come as one piece of news.
	newsEvery = 250 * time.Millisecond
)

// Rooms knows who is where. Its methods may run at the same time.
type Rooms struct {
	store  *store.Store
	scopes *scope.Scopes
	hub    string // what this hub calls itself among the others
	now    func() time.Time

	mu    sync.Mutex
	rooms map[string]*room // by workspace
}

// New returns rooms in which nobody is. now says how much time passes, and need not be the hub's clock, which can be moved.
func New(s *store.Store, now func() time.Time) *Rooms {
	r := &Rooms{store: s, scopes: scope.New(s), hub: conversation.NewID(), now: now, rooms: map[string]*room{}}
	s.OnTold(r.hear)
	return r
}

// Serve forgets those who are not heard of any more, until ctx ends.
func (r *Rooms) Serve(ctx context.Context) error {
	ticker := time.NewTicker(expireEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			r.expire()
		}
	}
}

func (r *Rooms) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, room := range r.rooms {
		room.expire(r.now())
		if room.empty() {
			delete(r.rooms, id)
		}
	}
}

// Say notes what an agent does with the conversation that they have open; "" for none.
func (r *Rooms) Say(ctx context.Context, actor access.Actor, conversationID string, doing Doing) error {
	s := said{Hub: r.hub, WorkspaceID: actor.WorkspaceID, SessionID: actor.SessionID}
	if conversationID == "" {
		r.tell(s)
		return nil
	}
	if !slices.Contains(doings, doing) {
		return ErrInvalid
	}
	sight, err := r.scopes.Sight(ctx, r.store.Read(), actor)
	if err != nil {
		return err
	}
	row, err := sight.Find(ctx, conversationID)
	if err != nil {
		return err
	}
	if row == nil {
		r.tell(s)
		return ErrForbidden
	}
	relation, err := sight.Relation(ctx, *row)
	if err != nil {
		return err
	}
	if !sight.May(access.ActionHere, relation) {
		r.tell(s) // they may have worked with it until now
		return ErrForbidden
	}
	s.AgentID, s.ConversationID, s.Doing, s.Place = actor.AgentID, conversationID, doing, placeOf(*row)
	r.tell(s)
	return nil
}

// tell takes what was said here, and lets the other hubs know.
func (r *Rooms) tell(s said) {
	r.take(s)
	r.pass(s)
}

// pass lets the other hubs know what was said.
func (r *Rooms) pass(s said) {
	told, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("say who is here: %v", err)) // texts always become JSON
	}
	r.store.Tell(string(told))
}

// hear takes what was said to another hub. It comes from the database, which only hubs write to.
func (r *Rooms) hear(told string) {
	var s said
	if json.Unmarshal([]byte(told), &s) != nil || s.Hub == r.hub || s.WorkspaceID == "" {
		return // another version's, or one's own
	}
	r.take(s)
}

func (r *Rooms) take(s said) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.room(s.WorkspaceID).take(s, r.now())
}

// room is a workspace's. The lock is held.
func (r *Rooms) room(workspaceID string) *room {
	if r.rooms[workspaceID] == nil {
		r.rooms[workspaceID] = newRoom()
	}
	return r.rooms[workspaceID]
}

package here

import (
	"maps"
	"slices"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Doing is what an agent does with a conversation that they have open.
type Doing string

// What agents do, from the least to the most that colleagues should know of.
const (
	Viewing Doing = "viewing"
	Note    Doing = "note" // they write one
	Typing  Doing = "typing"
)

var doings = []Doing{Viewing, Note, Typing}

// said is what one device said, as hubs tell each other.
type said struct {
	Hub            string `json:"h"` // which one was told
	WorkspaceID    string `json:"w"`
	SessionID      string `json:"s"`
	AgentID        string `json:"a,omitempty"`
	ConversationID string `json:"c,omitempty"` // none: they have left
	Doing          Doing  `json:"d,omitempty"`
	Place          place  `json:"p,omitzero"`
}

// place is what decides whom it concerns who is in a conversation, as it was when somebody last said that they are.
type place struct {
	QueueID    string `json:"q"`
	AssigneeID string `json:"a"`
	Queued     bool   `json:"w"`
}

// row is as much of a conversation as scopes ask for.
func (p place) row() db.Conversation {
	return db.Conversation{QueueID: p.QueueID, AssigneeID: p.AssigneeID}
}

func placeOf(c db.Conversation) place {
	return place{QueueID: c.QueueID, AssigneeID: c.AssigneeID, Queued: c.Status == string(conversation.StatusQueued)}
}

// room is who is where in one workspace. Guarded by the lock of Rooms.
type room struct {
	sessions map[string]entry
	occupied map[string]*occupied // by conversation; those in which somebody is
	readers  map[*reader]bool
	seen     seen
}

// entry is what a session said last.
type entry struct {
	said
	until time.Time
}

// occupied is a conversation in which somebody is.
type occupied struct {
	place
	sessions map[string]bool
}

func newRoom() *room {
	return &room{sessions: map[string]entry{}, occupied: map[string]*occupied{}, readers: map[*reader]bool{}}
}

// take takes what a session said, and tells the readers when anything is new.
func (r *room) take(s said, now time.Time) {
	before, known := r.sessions[s.SessionID]
	if s.ConversationID == "" {
		// A hub that a desk has left must not take away what the desk said to another one since.
		if known && before.Hub == s.Hub {
			r.drop(s.SessionID)
		}
		return
	}
	if known && before.ConversationID != s.ConversationID {
		r.drop(s.SessionID)
		known = false
	}
	r.sessions[s.SessionID] = entry{s, now.Add(holds)}
	c := r.occupied[s.ConversationID]
	if c == nil {
		c = &occupied{sessions: map[string]bool{}}
		r.occupied[s.ConversationID] = c
	}
	moved := c.place != s.Place
	c.place, c.sessions[s.SessionID] = s.Place, true
	if moved || !known || before.Doing != s.Doing {
		r.changed(s.ConversationID)
	}
}

// drop forgets a session.
func (r *room) drop(sessionID string) {
	id := r.sessions[sessionID].ConversationID
	delete(r.sessions, sessionID)
	delete(r.occupied[id].sessions, sessionID)
	if len(r.occupied[id].sessions) == 0 {
		delete(r.occupied, id)
	}
	r.changed(id)
}

// expire forgets who has not been heard of.
func (r *room) expire(now time.Time) {
	for id, e := range r.sessions {
		if !now.Before(e.until) {
			r.drop(id)
		}
	}
}

func (r *room) empty() bool { return len(r.sessions) == 0 && len(r.readers) == 0 }

// changed lets those readers look at a conversation again whom it concerns, or did.
func (r *room) changed(conversationID string) {
	for reader := range r.readers {
		if reader.told[conversationID] || r.concerns(conversationID, reader.actor.AgentID) {
			reader.note(conversationID)
		}
	}
}

// concerns reports whether an agent should know who is in a conversation.
func (r *room) concerns(conversationID, agentID string) bool {
	c := r.occupied[conversationID]
	if c == nil {
		return false
	}
	if c.Queued || c.AssigneeID == agentID {
		return true
	}
	for session := range c.sessions {
		if r.sessions[session].AgentID == agentID {
			return true
		}
	}
	return false
}

// colleagues are those in a conversation but for one agent.
func (r *room) colleagues(conversationID, but string) (others []*hubv1.Colleague) {
	c := r.occupied[conversationID]
	if c == nil {
		return nil
	}
	most := map[string]Doing{}
	for session := range c.sessions {
		e := r.sessions[session]
		if e.AgentID != but && slices.Index(doings, e.Doing) >= slices.Index(doings, most[e.AgentID]) {
			most[e.AgentID] = e.Doing
		}
	}
	for _, agentID := range slices.Sorted(maps.Keys(most)) {
		others = append(others, &hubv1.Colleague{AgentId: agentID, Doing: string(most[agentID])})
	}
	return others
}

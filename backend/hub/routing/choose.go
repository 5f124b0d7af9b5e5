package routing

import (
	"cmp"
	"slices"
	"time"

	"parley/backend/conversation"
)

// Mode is how a queue's conversations find their agent.
type Mode string

// Modes.
const (
	Pick   Mode = "pick"   // agents take them; only who had the contact before is asked, where a touchpoint wants that
	Assign Mode = "assign" // the next agent gets it
	Offer  Mode = "offer"  // the next agent is asked
)

// Waiting is a conversation that nobody has and that is offered to nobody.
type Waiting struct {
	ID      string
	QueueID string
	SinceMs int64
	Weight  int64    // what it will take of an agent's capacity
	Last    string   // who had the contact before and is asked first; "" for nobody
	Refused []string // who is not to be asked
}

// Agent is somebody who is available.
type Agent struct {
	ID       string
	IdleMs   int64 // since when they were not given anything
	Load     int64 // points that they have
	Capacity int64
	Asked    bool // something is offered to them: one offer at a time
}

// Move gives a conversation to an agent, or offers it to them.
type Move struct {
	ConversationID, AgentID string
	Offer                   bool
}

// Rules say what is to be done with what waits in each queue, and who works there.
type Rules struct {
	Mode  func(queueID string) Mode // "" leaves it alone, as outside of business hours
	Works func(agentID, queueID string) bool
}

// Choose says which agent is the next for each conversation that waits, the longest waiting first. Of those who work in its
// queue and have room, it is who had the contact before, or else who has been idle for longest. It never gives an agent more
// points than they have room for, what is offered to them counted, nor two offers. What nobody can take is left out.
func Choose(waiting []Waiting, agents []Agent, rules Rules, now time.Time) []Move {
	queue := slices.Clone(waiting)
	slices.SortStableFunc(queue, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.SinceMs, b.SinceMs), cmp.Compare(a.ID, b.ID))
	})
	next := slices.Clone(agents)
	var moves []Move
	for _, w := range queue {
		mode := rules.Mode(w.QueueID)
		if mode == "" || mode == Pick && w.Last == "" {
			continue
		}
		best := -1
		for i, a := range next {
			if !conversation.Room(a.Load, w.Weight, a.Capacity) || mode != Assign && a.Asked || !rules.Works(a.ID, w.QueueID) || slices.Contains(w.Refused, a.ID) {
				continue
			}
			if a.ID == w.Last {
				best = i
				break
			}
			if mode != Pick && (best < 0 || before(a, next[best])) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		moves = append(moves, Move{ConversationID: w.ID, AgentID: next[best].ID, Offer: mode != Assign})
		next[best].Load += w.Weight
		next[best].IdleMs = now.UnixMilli() + int64(len(moves)) // behind those who were given something just before
		next[best].Asked = next[best].Asked || mode != Assign
	}
	return moves
}

// before reports whether a is the next rather than b.
func before(a, b Agent) bool {
	return cmp.Or(cmp.Compare(a.IdleMs, b.IdleMs), cmp.Compare(a.Load, b.Load), cmp.Compare(a.ID, b.ID)) < 0
}

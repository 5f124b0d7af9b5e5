package alerts

import "sync"

// logMost is how many decisions are kept for "why did this (not) ring?".
const logMost = 1000

// Log keeps the latest decisions. Its methods may be called from any goroutine; the zero Log is ready.
type Log struct {
	mu        sync.Mutex
	decisions []Decision
}

// Add keeps decisions.
func (l *Log) Add(decisions []Decision) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.decisions = append(l.decisions, decisions...)
	if over := len(l.decisions) - logMost; over > 0 {
		l.decisions = append([]Decision(nil), l.decisions[over:]...)
	}
}

// Of lists what was decided about a conversation, latest first.
func (l *Log) Of(conversationID string) []Decision {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []Decision
	for i := len(l.decisions) - 1; i >= 0; i-- {
		if l.decisions[i].Key == conversationID {
			found = append(found, l.decisions[i])
		}
	}
	return found
}

package app

import (
	"sync"

	"parley/app/dto"
)

// landing keeps where a notification wants the page to go until the page takes it: a click can come before the page
// is there, and while it is reloaded.
type landing struct {
	mu      sync.Mutex
	pending dto.Navigation
}

func (l *landing) put(to dto.Navigation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = to
}

func (l *landing) take() dto.Navigation {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.pending
	l.pending = dto.Navigation{}
	return taken
}

// navigate asks the page to go somewhere, now or as soon as it is there.
func (a *App) navigate(to dto.Navigation) {
	a.landing.put(to)
	a.stream.publish(dto.Event{Kind: dto.EventNavigate, ConversationID: to.ConversationID, MessageID: to.MessageID})
}

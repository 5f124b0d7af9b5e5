package app

import (
	"context"
	"sync"

	"parley/app/dto"
	"parley/backend/desk"
)

// Search looks through everything that the agent may see.
type Search struct {
	app *App

	mu                sync.Mutex
	newer, newerAtHub context.CancelFunc // end the searches before; nil before the first
}

// Find returns what a search finds on this computer. A newer one ends it as "cancelled".
func (s *Search) Find(wanted dto.Search) (dto.Found, error) {
	return answer(s.app, "search", func(ctx context.Context) (dto.Found, error) {
		ctx, cancel := s.replace(ctx, &s.newer)
		defer cancel()
		found, err := s.app.desk().Find(ctx, fromSearch(wanted))
		if ctx.Err() != nil {
			err = context.Canceled // a database may say so in words of its own
		}
		return toFound(found), err
	})
}

// AtHub returns what the hub finds that is not on this computer. next is that of the page before, "" for the first. A newer
// first page ends an older one as "cancelled".
func (s *Search) AtHub(wanted dto.Search, next string) (dto.FoundAtHub, error) {
	return answer(s.app, "search at the hub", func(ctx context.Context) (dto.FoundAtHub, error) {
		ctx, cancel := s.replace(ctx, &s.newerAtHub)
		defer cancel()
		found, err := s.app.desk().FindAtHub(ctx, fromSearch(wanted), next)
		if ctx.Err() != nil {
			err = context.Canceled
		}
		return dto.FoundAtHub{Found: toFound(found.Found), Next: found.Next, Offline: found.Offline}, err
	})
}

// Adopt brings a conversation that the hub has found onto this computer, so that it can be opened.
func (s *Search) Adopt(conversationID string) error {
	return do(s.app, "adopt conversation", func(ctx context.Context) error { return s.app.desk().Adopt(ctx, conversationID) })
}

func fromSearch(wanted dto.Search) desk.Search {
	return desk.Search{
		Text: wanted.Text, Channel: wanted.Channel, TouchpointID: wanted.TouchpointID, From: wanted.From,
		SinceMs: wanted.SinceMs, TillMs: wanted.TillMs, After: wanted.After,
	}
}

// replace ends the search before.
func (s *Search) replace(ctx context.Context, before *context.CancelFunc) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if *before != nil {
		(*before)()
	}
	*before = cancel
	return ctx, cancel
}

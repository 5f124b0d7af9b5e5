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

	mu    sync.Mutex
	newer context.CancelFunc // ends the search before; nil before the first
}

// Find returns what a search finds on this computer. A newer one ends it as "cancelled".
func (s *Search) Find(wanted dto.Search) (dto.Found, error) {
	return answer(s.app, "search", func(ctx context.Context) (dto.Found, error) {
		ctx, cancel := s.replace(ctx)
		defer cancel()
		found, err := s.app.desk.Find(ctx, desk.Search{
			Text: wanted.Text, Channel: wanted.Channel, TouchpointID: wanted.TouchpointID, From: wanted.From,
			SinceMs: wanted.SinceMs, TillMs: wanted.TillMs, After: wanted.After,
		})
		if ctx.Err() != nil {
			err = context.Canceled // a database may say so in words of its own
		}
		return toFound(found), err
	})
}

// replace ends the search before.
func (s *Search) replace(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newer != nil {
		s.newer()
	}
	s.newer = cancel
	return ctx, cancel
}

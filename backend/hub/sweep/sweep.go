// Package sweep forgets what the hub keeps for a while only.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

const (
	every = time.Hour

	// filesEvery is how often all files are looked at: what they wait for is counted in days.
	filesEvery = 24 * time.Hour

	// ParkedFor is how long a status waits for its message to be known by Meta's id. Meta repeats webhooks for seven
	// days (Meta: Webhooks, delivery), so nothing comes later than that.
	ParkedFor = 7 * 24 * time.Hour

	// EmptyDraftsFor is how long it is remembered that a draft was sent or emptied: as long as a computer may have been
	// offline with an older one.
	EmptyDraftsFor = 30 * 24 * time.Hour

	// DeletionsFor is how long the feed keeps deletions: a desk that was away for longer begins anew.
	DeletionsFor = 90 * 24 * time.Hour

	// HookAttemptsFor is how long the log of an outgoing webhook goes back.
	HookAttemptsFor = 7 * 24 * time.Hour
)

// Sweeper sweeps one database.
type Sweeper struct {
	Store *store.Store
	Files interface {
		Sweep(ctx context.Context) error
	} // swept once a day; nil sweeps none
	Replayer Replayer // works in again what was not understood, before it is forgotten; nil does not
	Now      func() time.Time
	Log      *slog.Logger

	filesSwept time.Time
}

// Serve sweeps at once and then every hour until ctx ends.
func (s *Sweeper) Serve(ctx context.Context) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("Not swept", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// Sweep forgets everything whose time is over.
func (s *Sweeper) Sweep(ctx context.Context) error {
	n, err := s.Store.DropOldParkedStatuses(ctx, s.Now().Add(-ParkedFor))
	if err != nil {
		return fmt.Errorf("forget parked statuses: %w", err)
	}
	if n > 0 {
		s.Log.Info("Forgot statuses whose message never came", "statuses", n)
	}
	if _, err := s.Store.DropEmptyDrafts(ctx, s.Now().Add(-EmptyDraftsFor)); err != nil {
		return fmt.Errorf("forget empty drafts: %w", err)
	}
	if _, err := s.Store.DropOldHookAttempts(ctx, s.Now().Add(-HookAttemptsFor)); err != nil {
		return fmt.Errorf("forget attempts of webhooks: %w", err)
	}
	if _, err := s.Store.DropOldPaces(ctx, s.Now().Add(-every)); err != nil {
		return fmt.Errorf("forget rates: %w", err)
	}
	workspaces, err := s.Store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("read workspaces: %w", err)
	}
	for _, w := range workspaces {
		if err := errors.Join(s.deletions(ctx, w), s.letters(ctx, w)); err != nil {
			return err
		}
	}
	if now := s.Now(); s.Files != nil && now.Sub(s.filesSwept) >= filesEvery {
		if err := s.Files.Sweep(ctx); err != nil {
			return err
		}
		s.filesSwept = now
	}
	return nil
}

func (s *Sweeper) deletions(ctx context.Context, w db.Workspace) error {
	n, err := s.Store.CompactFeed(ctx, w.ID, s.Now(), s.Now().Add(-DeletionsFor))
	if n > 0 {
		s.Log.Info("Forgot deletions that every desk knows of", "deletions", n)
	}
	return err
}

package admin

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/hook"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Hooks is what admins do with outgoing webhooks.
type Hooks struct{ Book *hook.Book }

// Hook is an outgoing webhook with how it does.
type Hook struct {
	db.Hook
	Waiting int64          // what it was not told yet
	Failed  db.HookAttempt // the last one that did; zero when none is known
}

// List lists them by name.
func (h *Hooks) List(ctx context.Context, workspaceID string) ([]Hook, error) {
	q := h.Book.Store.Read()
	rows, err := q.Hooks(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	waiting, err := q.HookNewsWaiting(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	hooks := make([]Hook, len(rows))
	for i, row := range rows {
		hooks[i].Hook = row
		for _, w := range waiting {
			if w.HookID == row.ID {
				hooks[i].Waiting = w.Waiting
			}
		}
		hooks[i].Failed, err = q.LastHookFailure(ctx, db.LastHookFailureParams{WorkspaceID: workspaceID, HookID: row.ID})
		if err != nil && !store.NotFound(err) {
			return nil, fmt.Errorf("list webhooks: %w", err)
		}
	}
	return hooks, nil
}

// Switch switches one on or off.
func (h *Hooks) Switch(ctx context.Context, by access.Actor, id string, on bool) error {
	row, err := h.Book.Store.Read().Hook(ctx, db.HookParams{WorkspaceID: by.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return ErrNoHook
	}
	if err != nil {
		return fmt.Errorf("switch webhook: %w", err)
	}
	if on {
		return h.Book.On(ctx, row, by)
	}
	return h.Book.Off(ctx, row, hook.ByHand, by)
}

package admin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/hook"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Hooks is what admins do with outgoing webhooks.
type Hooks struct {
	*hook.Teller
	// Alone is that the hub runs on the admin's own computer, whose programs they may have told.
	Alone bool
}

// rotation is how long a secret signs beside the one that takes its place.
const rotation = 24 * time.Hour

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

// Add makes one, and returns its id and its secret.
func (h *Hooks) Add(ctx context.Context, by access.Actor, s hook.Settings) (id, secret string, err error) {
	if s, err = h.settings(ctx, by, s); err != nil {
		return "", "", err
	}
	id, secret, err = h.Book.Add(ctx, by, s)
	return id, secret, hookProblem(err)
}

// Change gives one other settings. One that an operator lets have an address that is not public keeps that right for this address.
func (h *Hooks) Change(ctx context.Context, by access.Actor, id string, seen, s hook.Settings) (err error) {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return err
	}
	if s, err = h.settings(ctx, by, s); err != nil {
		return err
	}
	slices.Sort(seen.Queues)
	seen.Private = row.Private
	s.Private = s.Private || row.Private && s.Address == row.Address
	now := hook.SettingsOf(row)
	slices.Sort(now.Queues)
	if !now.Same(seen) {
		return ErrChanged
	}
	return hookProblem(h.Book.Change(ctx, by, id, hook.SettingsOf(row), s))
}

// settings are what an admin may say from a desktop. The address is public: what stands in a team hub's network is its
// operator's business.
func (h *Hooks) settings(ctx context.Context, by access.Actor, s hook.Settings) (hook.Settings, error) {
	s.Name, s.Address = strings.TrimSpace(s.Name), strings.TrimSpace(s.Address)
	s.Private = h.Alone && loopback(s.Address)
	slices.Sort(s.Queues)
	s.Queues = slices.Compact(s.Queues)
	if len(s.Queues) == 0 {
		return s, nil
	}
	queues, err := h.Book.Store.Read().Queues(ctx, by.WorkspaceID)
	if err != nil {
		return s, fmt.Errorf("read queues: %w", err)
	}
	for _, id := range s.Queues {
		if !slices.ContainsFunc(queues, func(q db.Queue) bool { return q.ID == id }) {
			return s, ErrNoQueue
		}
	}
	return s, nil
}

// loopback reports whether an address is one of the hub's own computer.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// hookProblem says in words that desks know what is wrong with a webhook.
func hookProblem(err error) error {
	for of, problem := range map[error]*Problem{
		hook.ErrName: ErrHookName, hook.ErrTaken: ErrHookTaken, hook.ErrAddress: ErrHookAddress, hook.ErrTells: ErrHookTells,
		hook.ErrNoHook: ErrNoHook, hook.ErrChanged: ErrChanged,
	} {
		if errors.Is(err, of) {
			return problem
		}
	}
	return err
}

func (h *Hooks) find(ctx context.Context, by access.Actor, id string) (db.Hook, error) {
	row, err := h.Book.Store.Read().Hook(ctx, db.HookParams{WorkspaceID: by.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return row, ErrNoHook
	}
	if err != nil {
		return row, fmt.Errorf("read webhook: %w", err)
	}
	return row, nil
}

// Rotate gives one another secret, and returns it.
func (h *Hooks) Rotate(ctx context.Context, by access.Actor, id string) (secret string, err error) {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return "", err
	}
	return h.Book.Rotate(ctx, by, row, rotation)
}

// Remove forgets one.
func (h *Hooks) Remove(ctx context.Context, by access.Actor, id string) error {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return err
	}
	return h.Book.Remove(ctx, by, row)
}

// TryNow has one that rests told again at once.
func (h *Hooks) TryNow(ctx context.Context, by access.Actor, id string) error {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return err
	}
	return h.Book.TryNow(ctx, row)
}

// Test tells one a test event, and returns what went wrong: "" when it took it.
func (h *Hooks) Test(ctx context.Context, by access.Actor, id string) (detail string, err error) {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return "", err
	}
	return h.Teller.Test(ctx, row)
}

// Switch switches one on or off.
func (h *Hooks) Switch(ctx context.Context, by access.Actor, id string, on bool) error {
	row, err := h.find(ctx, by, id)
	if err != nil {
		return err
	}
	if on {
		return h.Book.On(ctx, row, by)
	}
	return h.Book.Off(ctx, row, hook.ByHand, by)
}

package desk

import (
	"context"

	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Unsent is what exists on this computer only.
type Unsent struct {
	Messages int // that wait in the outbox
	Commands int // all else that waits there
	Drafts   int // that the hub does not have
}

// None reports whether nothing would be lost.
func (u Unsent) None() bool { return u == Unsent{} }

// Unsent counts what exists on this computer only.
func (d *Desk) Unsent(ctx context.Context) (u Unsent, err error) {
	rows, err := d.cache.Read().Outbox(ctx)
	if err != nil {
		return u, err
	}
	for _, row := range rows {
		switch {
		case row.State != cache.OutboxWaiting:
		case row.Kind == "send_message":
			u.Messages++
		default:
			u.Commands++
		}
	}
	drafts, err := d.cache.Read().UnpushedDrafts(ctx)
	if err != nil {
		return u, err
	}
	for _, draft := range drafts {
		if !draft.Empty() {
			u.Drafts++
		}
	}
	return u, nil
}

// SignOut ends the session of this computer at the hub. What is kept here is the caller's to remove.
func (d *Desk) SignOut(ctx context.Context) error { return d.hub.SignOut(ctx) }

// Sessions lists the computers on which the agent is signed in.
func (d *Desk) Sessions(ctx context.Context) ([]*hubv1.DeviceSession, error) {
	return d.hub.ListSessions(ctx)
}

// EndSession signs another computer of the agent's out.
func (d *Desk) EndSession(ctx context.Context, id string) error { return d.hub.EndSession(ctx, id) }

// ChangePassword replaces the agent's password. hubclient.ErrDenied: the present one is another, or the new one too short.
func (d *Desk) ChangePassword(ctx context.Context, present, next string) error {
	return d.hub.ChangePassword(ctx, present, next)
}

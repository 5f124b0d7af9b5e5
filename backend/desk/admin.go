package desk

import (
	"context"

	"parley/backend/desk/hubclient"
)

// Administer makes a call of the hub's AdminService, which only admins may. Nothing of it is kept on this computer.
// *hubclient.Problem: what was asked for cannot be done; hubclient.ErrDenied: the agent may not.
func Administer[Q, A any](ctx context.Context, d *Desk, act string, call hubclient.AdminCall[Q, A], request *Q) (*A, error) {
	return hubclient.Administer(ctx, d.hub, act, call, request)
}

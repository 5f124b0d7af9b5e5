package hubclient

import (
	"context"

	"connectrpc.com/connect"

	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// problemHeader is where a hub says why an admin's change is not made.
const problemHeader = "Parley-Problem"

// Problem is why the hub does not make an admin's change: a word of the contract, such as "last_admin".
type Problem struct{ Code, Text string }

func (p *Problem) Error() string { return p.Text }

// AdminCall is a call of AdminService, such as hubv1connect.AdminServiceClient.ListPeople.
type AdminCall[Q, A any] func(hubv1connect.AdminServiceClient, context.Context, *Q) (*A, error)

// Administer makes a call of AdminService. *Problem: what was asked for cannot be done; ErrDenied: the agent may not.
func Administer[Q, A any](ctx context.Context, c *Client, act string, call AdminCall[Q, A], request *Q) (answer *A, err error) {
	err = c.call(ctx, adminLimit, act, func(ctx context.Context) error {
		answer, err = call(c.admin, ctx, request)
		return err
	})
	return answer, err
}

// problemOf is the problem that an answer names; nil for none.
func problemOf(err *connect.Error) *Problem {
	code := err.Meta().Get(problemHeader)
	if code == "" {
		return nil
	}
	return &Problem{Code: code, Text: err.Message()}
}

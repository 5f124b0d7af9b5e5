package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"parley/backend/hub/access"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
)

type actorKey struct{}

// actorOf is who makes a call. Every call but signing in has been authenticated.
func actorOf(ctx context.Context) access.Actor {
	actor, _ := ctx.Value(actorKey{}).(access.Actor)
	return actor
}

// authenticator recognises the session of every call but those that need none.
type authenticator struct{ access *access.Access }

var open = map[string]bool{
	hubv1connect.SessionServiceHelloProcedure:            true,
	hubv1connect.SessionServiceSignInProcedure:           true,
	hubv1connect.SessionServiceExchangeCodeProcedure:     true,
	hubv1connect.SessionServiceFindInvitationProcedure:   true,
	hubv1connect.SessionServiceAcceptInvitationProcedure: true,
}

// sessionHeader says to a desk why its token is not good, as the contract has it.
const sessionHeader = "Parley-Session"

// whyNot is what sessionHeader says of an error; "" when it is not about a session.
func whyNot(err error) string {
	switch {
	case errors.Is(err, access.ErrRevoked):
		return "revoked"
	case errors.Is(err, access.ErrExpired):
		return "expired"
	case errors.Is(err, access.ErrNoSession):
		return "unknown"
	}
	return ""
}

func (a *authenticator) recognise(ctx context.Context, procedure string, header http.Header) (context.Context, error) {
	if open[procedure] {
		return ctx, nil
	}
	actor, err := a.access.Recognise(ctx, bearer(header))
	if err == nil {
		err = a.access.Admit(actor)
	}
	if err == nil && !actor.MayAtAll(access.ActionOf(procedure)) {
		err = access.ErrForbidden
	}
	if err != nil {
		return nil, rpcError(err)
	}
	return context.WithValue(ctx, actorKey{}, actor), nil
}

func bearer(header http.Header) string {
	token, ok := strings.CutPrefix(header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// WrapUnary authenticates calls.
func (a *authenticator) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, err := a.recognise(ctx, request.Spec().Procedure, request.Header())
		if err != nil {
			return nil, err
		}
		return next(ctx, request)
	}
}

// WrapStreamingClient leaves clients alone.
func (*authenticator) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// WrapStreamingHandler authenticates streams.
func (a *authenticator) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, stream connect.StreamingHandlerConn) error {
		ctx, err := a.recognise(ctx, stream.Spec().Procedure, stream.RequestHeader())
		if err != nil {
			return err
		}
		return next(context.WithValue(ctx, tokenKey{}, bearer(stream.RequestHeader())), stream)
	}
}

type tokenKey struct{}

// stillSignedIn asks whether the session of a stream was revoked meanwhile.
func (s *Server) stillSignedIn(ctx context.Context) func() error {
	token, _ := ctx.Value(tokenKey{}).(string)
	return func() error {
		_, err := s.Access.Recognise(ctx, token)
		return err
	}
}

// authenticate is for requests that are not calls.
func (s *Server) authenticate(w http.ResponseWriter, r *http.Request, action access.Action) (access.Actor, bool) {
	actor, err := s.Access.Recognise(r.Context(), bearer(r.Header))
	if err == nil && !actor.MayAtAll(action) {
		answer(w, http.StatusForbidden, "this role or key may not")
		return access.Actor{}, false
	}
	if err == nil && s.Access.Admit(actor) != nil {
		w.Header().Set("Retry-After", "1")
		answer(w, http.StatusTooManyRequests, "too many calls")
		return access.Actor{}, false
	}
	switch why := whyNot(err); {
	case err == nil:
		return actor, true
	case why != "":
		w.Header().Set(sessionHeader, why)
		answer(w, http.StatusUnauthorized, "sign in again")
	default:
		s.Log.Error("Session not checked", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
	}
	return access.Actor{}, false
}

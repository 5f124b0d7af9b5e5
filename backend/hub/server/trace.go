package server

import (
	"context"

	"parley/backend/conversation"
	"parley/backend/hub/trace"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"connectrpc.com/connect"
)

// traced makes a span of every call but streams, whose pages have spans of their own. otelconnect is not used: it sends
// the caller's address and the words of errors.
func traced(tracer *trace.Tracer) connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, request connect.AnyRequest) (answer connect.AnyResponse, err error) {
			ctx, span := tracer.Start(ctx, trace.Server, request.Spec().Procedure)
			defer func() { // also when the call panics
				if err != nil {
					span.Fail(connect.CodeOf(err).String())
				}
				span.End(nil)
			}()
			if command, ok := request.Any().(*hubv1.Command); ok && conversation.ValidID(command.GetId()) {
				span.ID("command", command.GetId())
				span.Note(trace.Command, command.GetId())
			}
			return next(ctx, request)
		}
	}
}

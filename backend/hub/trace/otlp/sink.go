package otlp

import (
	"context"

	"parley/backend/hub/trace"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	otel "go.opentelemetry.io/otel/trace"
)

// Sink makes spans of a provider's.
type Sink struct{ tracer otel.Tracer }

// NewSink returns a sink whose spans go to a provider.
func NewSink(provider otel.TracerProvider) Sink { return Sink{provider.Tracer("parley/backend/hub")} }

var kinds = map[trace.Side]otel.SpanKind{
	trace.Inside: otel.SpanKindInternal, trace.Server: otel.SpanKindServer, trace.Client: otel.SpanKindClient,
}

// Start begins a span under that of ctx.
func (s Sink) Start(ctx context.Context, side trace.Side, name string) (context.Context, trace.Recorded) {
	ctx, started := s.tracer.Start(ctx, name, otel.WithSpanKind(kinds[side]))
	return ctx, span{started}
}

type span struct{ otel.Span }

func (s span) Text(key, value string)     { s.SetAttributes(attribute.String(key, value)) }
func (s span) Number(key string, n int64) { s.SetAttributes(attribute.Int64(key, n)) }
func (s span) Reference() any             { return s.SpanContext() }
func (s span) Fail(class string)          { s.SetStatus(codes.Error, class) }
func (s span) End()                       { s.Span.End() }

func (s span) Link(reference any) {
	if to, ok := reference.(otel.SpanContext); ok {
		s.AddLink(otel.Link{SpanContext: to})
	}
}

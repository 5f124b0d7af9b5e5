package trace_test

import (
	"fmt"
	"testing"

	"parley/backend/hub/trace"
	"parley/backend/hub/trace/otlp"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// A hub that nobody follows pays nothing for it, on the way of every webhook.
func TestOffCostsNothing(t *testing.T) {
	var off *trace.Tracer
	ctx := t.Context()
	allocations := testing.AllocsPerRun(1000, func() {
		_, span := off.Start(ctx, trace.Server, "webhook")
		span.ID("webhook", "0199")
		span.Kind("channel", "whatsapp")
		span.Count("bytes", 700)
		span.Note(trace.Webhook, "0199")
		span.Link(trace.Webhook, "0199")
		span.LinkPositions("workspace", 0, 1_000_000_000)
		span.End(nil)
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

// What was noted long ago is forgotten, what was noted last is found, and memory stays bounded.
func TestNotes(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracer := trace.New(otlp.NewSink(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))))
	_, writer := tracer.Start(t.Context(), trace.Inside, "writer")
	for n := range 5000 {
		writer.Note(trace.Webhook, fmt.Sprint(n))
	}
	writer.NotePosition("one", 7)
	writer.End(nil)
	for _, try := range []struct {
		link  func(*trace.Span)
		links int
	}{
		{func(s *trace.Span) { s.Link(trace.Webhook, "4999") }, 1},
		{func(s *trace.Span) { s.Link(trace.Command, "4999") }, 0},
		{func(s *trace.Span) { s.Link(trace.Webhook, "0") }, 0},
		{func(s *trace.Span) { s.LinkPositions("one", 6, 7) }, 1},
		{func(s *trace.Span) { s.LinkPositions("one", 7, 9) }, 0},
		{func(s *trace.Span) { s.LinkPositions("other", 0, 9) }, 0},
	} {
		_, span := tracer.Start(t.Context(), trace.Inside, "reader")
		try.link(span)
		span.End(nil)
		ended := recorder.Ended()
		if got := len(ended[len(ended)-1].Links()); got != try.links {
			t.Errorf("%d links, want %d", got, try.links)
		}
	}
}

// Package trace follows work through a hub as OpenTelemetry spans: a webhook into the batch that worked it in and on to
// the pages that desks got of it; a command into the delivery of its message and Meta's answer.
//
// A nil *Tracer and a nil *Span do nothing and allocate nothing, so that a hub without a collector pays nothing. What
// sends spans away is package otlp, which only parley-hub contains: the desktop application, which has a hub to practise with,
// knows nothing of OpenTelemetry but these interfaces.
//
// Spans are read by people who may not read conversations. Attributes are ids of ours, kinds, counts and classes of errors,
// never texts, names, numbers, Meta's ids, addresses or bodies; the words of errors are left out, since they may quote those.
package trace

import (
	"context"
	"errors"
)

// Side says on which side of a boundary a span stands.
type Side int

// Sides.
const (
	Inside Side = iota
	Server      // answers somebody
	Client      // asks somebody
)

// Sink takes spans in.
type Sink interface {
	// Start begins a span under that of ctx.
	Start(ctx context.Context, side Side, name string) (context.Context, Recorded)
}

// Recorded is a span as its sink has it.
type Recorded interface {
	Text(key, value string)
	Number(key string, n int64)
	// Reference is what others of the same sink link to the span by.
	Reference() any
	Link(reference any)
	Fail(class string)
	End()
}

// Tracer starts spans. nil is off.
type Tracer struct {
	sink  Sink
	notes notes
}

// New returns a tracer whose spans go to a sink.
func New(sink Sink) *Tracer { return &Tracer{sink: sink} }

// Start begins a span under that of ctx. End it.
func (t *Tracer) Start(ctx context.Context, side Side, name string) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	ctx, recorded := t.sink.Start(ctx, side, name)
	return ctx, &Span{recorded: recorded, tracer: t}
}

// Span is work under way. nil is none.
type Span struct {
	recorded Recorded
	tracer   *Tracer
}

// ID says what of ours the span is about. It must not be an id of Meta's.
func (s *Span) ID(key, id string) {
	if s != nil {
		s.recorded.Text("parley."+key, id)
	}
}

// Kind says of which of a few fixed kinds something is.
func (s *Span) Kind(key, kind string) {
	if s != nil {
		s.recorded.Text("parley."+key, kind)
	}
}

// Count says how many.
func (s *Span) Count(key string, n int64) {
	if s != nil {
		s.recorded.Number("parley."+key, n)
	}
}

// Note remembers the span as the one that brought something, so that later work can be linked to it.
func (s *Span) Note(what What, id string) {
	if s != nil {
		s.tracer.notes.put(note{what: what, id: id}, s.recorded.Reference())
	}
}

// NotePosition remembers the span as the one that wrote a workspace's feed up to a position.
func (s *Span) NotePosition(workspaceID string, seq int64) {
	if s != nil {
		s.tracer.notes.put(note{position, workspaceID, seq}, s.recorded.Reference())
	}
}

// Link links to the span that brought something, if this hub remembers it.
func (s *Span) Link(what What, id string) {
	if s != nil {
		s.link(note{what: what, id: id})
	}
}

// mostPositions bounds what one page of the feed looks up.
const mostPositions = 512

// LinkPositions links to the spans that wrote a workspace's feed after one position up to another.
func (s *Span) LinkPositions(workspaceID string, after, upTo int64) {
	if s == nil {
		return
	}
	for seq := max(after, upTo-mostPositions) + 1; seq <= upTo; seq++ {
		s.link(note{position, workspaceID, seq})
	}
}

func (s *Span) link(n note) {
	if found, known := s.tracer.notes.get(n); known {
		s.recorded.Link(found)
	}
}

// Fail marks the span as failed, with the class of what happened.
func (s *Span) Fail(class string) {
	if s != nil {
		s.recorded.Fail(class)
	}
}

// End ends the span, as failed when err says so.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		s.Fail("canceled")
	case errors.Is(err, context.DeadlineExceeded):
		s.Fail("timeout")
	default:
		s.Fail("failed")
	}
	s.recorded.End()
}

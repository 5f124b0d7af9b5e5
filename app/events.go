package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/clock"
)

// eventName is the name under which the page hears events.
const eventName = "parley"

const (
	// eventPause is how long events are collected: two frames of a screen, so that a page of changes is one event.
	eventPause = 33 * time.Millisecond
	// eventGap is the least time between two hand-outs: what never stops coming leaves the page time for the agent's keys.
	eventGap = 100 * time.Millisecond
	// eventsKept is how many events a page that was reloaded, or missed some, can ask for.
	eventsKept = 512
)

// stream numbers events, keeps the latest ones, and hands them to the page in order. Its methods may be called from any
// goroutine, and do not block.
type stream struct {
	emit  func([]dto.Event)
	clock clock.Clock
	wakes chan struct{}

	mu      sync.Mutex
	seq     int64
	kept    []dto.Event // the latest, in order
	waiting []dto.Event // not numbered yet
}

func newStream(c clock.Clock, emit func([]dto.Event)) *stream {
	return &stream{emit: emit, clock: c, wakes: make(chan struct{}, 1)}
}

// publish adds an event, merged with one that waits and says the same of other ids.
func (s *stream) publish(event dto.Event) {
	s.mu.Lock()
	s.merge(event)
	s.mu.Unlock()
	select {
	case s.wakes <- struct{}{}:
	default:
	}
}

func (s *stream) merge(event dto.Event) {
	if event.IDs == nil {
		event.IDs = []string{}
	}
	switch event.Kind {
	case dto.EventNavigate, dto.EventRefused, dto.EventErased:
		s.waiting = append(s.waiting, event) // each counts
		return
	case dto.EventReset:
		// Everything is loaded again, so what waits adds nothing.
		s.waiting = slices.DeleteFunc(s.waiting, func(w dto.Event) bool {
			return w.Kind != dto.EventNavigate && w.Kind != dto.EventRefused && w.Kind != dto.EventErased
		})
	}
	for i := range s.waiting {
		waiting := &s.waiting[i]
		if waiting.Kind != event.Kind || waiting.ConversationID != event.ConversationID {
			continue
		}
		for _, id := range event.IDs {
			if !slices.Contains(waiting.IDs, id) {
				waiting.IDs = append(waiting.IDs, id)
			}
		}
		return
	}
	event.IDs = slices.Clone(event.IDs)
	s.waiting = append(s.waiting, event)
}

// serve hands events out until ctx ends.
func (s *stream) serve(ctx context.Context) {
	var handedOut time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wakes:
		}
		pause := max(eventPause, eventGap-s.clock.Now().Sub(handedOut))
		if clock.Sleep(ctx, s.clock, min(pause, eventGap)) != nil { // a clock that was set back is no reason to wait
			return
		}
		if events := s.number(); len(events) > 0 {
			handedOut = s.clock.Now()
			s.emit(events)
		}
	}
}

// number gives the waiting events their numbers.
func (s *stream) number() []dto.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	numbered := s.waiting
	s.waiting = nil
	for i := range numbered {
		s.seq++
		numbered[i].Seq = s.seq
	}
	s.kept = append(s.kept, numbered...)
	if over := len(s.kept) - eventsKept; over > 0 {
		s.kept = slices.Clone(s.kept[over:])
	}
	return numbered
}

// last is the number of the latest event. What is read after it was asked for includes that event.
func (s *stream) last() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq
}

// resume lists the events after a number, or says that too many were missed.
func (s *stream) resume(after int64) dto.Resumed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if after > s.seq || after < s.seq-int64(len(s.kept)) {
		return dto.Resumed{Reset: true, Events: []dto.Event{}}
	}
	missed := s.kept[len(s.kept)-int(s.seq-after):]
	return dto.Resumed{Events: append([]dto.Event{}, missed...)}
}

// deskEvent passes a desk's event on.
func (a *App) deskEvent(event desk.Event) {
	if event.Kind == desk.EventWorkspace || event.Kind == desk.EventConnection {
		a.tray.Wake()
	}
	a.stream.publish(dto.Event{
		Kind: string(event.Kind), ConversationID: event.ConversationID, IDs: event.IDs,
		MessageID: event.MessageID, Command: event.Command, Refusal: a.toRefusal(a.context(), event.Refusal),
		Unsent: event.Unsent,
	})
}

package sync

import (
	"context"
	"errors"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
)

// State is how the desk stands to the hub; doc.go has the picture.
type State string

// States.
const (
	Connecting State = "connecting"
	CatchingUp State = "catching_up"
	Live       State = "live"
	Offline    State = "offline"
	SignedOut  State = "signed_out"
)

// ErrorRevoked is the Connection.Error of a desk whose access somebody has ended.
const ErrorRevoked = "revoked"

// Connection is the state with its figures. Times are Unix milliseconds UTC by the hub's clock.
type Connection struct {
	State       State
	SinceMs     int64
	CompleteMs  int64  // when the cache was last known to hold everything; 0: never
	HubOffsetMs int64  // the hub's clock minus this computer's
	Error       string // "unreachable", "signed_out", "revoked", "internal"; "" when all is well
	// Of the last catch-up: how many conversations were compared with the hub's, what came, and how many of them lacked
	// something that the feed should have brought, and have it now.
	CheckedConversations int
	NewMessages          int
	Gaps                 int
	AwayMs               int64 // how long the cache had not been known to be complete
	ProvenMs             int64 // when it ended
}

// Connection is how the desk stands to the hub now.
func (s *Sync) Connection() Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connection
}

// HubNowMs is the time at the hub, which session windows follow, as far as it is known.
func (s *Sync) HubNowMs() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return clock.NowMs(s.clock) + s.connection.HubOffsetMs
}

// setState changes the state and its reason, and tells when one of them is new.
func (s *Sync) setState(state State, err error) {
	code := errorCode(err)
	s.mu.Lock()
	changed := s.connection.State != state || s.connection.Error != code
	if s.connection.State != state {
		s.connection.SinceMs = clock.NowMs(s.clock) + s.connection.HubOffsetMs
	}
	s.connection.State, s.connection.Error = state, code
	s.mu.Unlock()
	if changed && state == Live {
		select {
		case s.lively <- struct{}{}:
		default: // it has not begun since the last time
		}
	}
	if changed {
		s.connectionChanged()
	}
}

func errorCode(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, hubclient.ErrRevoked):
		return ErrorRevoked
	case errors.Is(err, hubclient.ErrSignedOut):
		return "signed_out"
	case errors.Is(err, hubclient.ErrUnreachable):
		return "unreachable"
	default:
		return "internal"
	}
}

// offsetTolerance is by how much the hub's clock may seem to move before it counts: the way of an answer takes
// time. The practice clock jumps by minutes and hours.
const offsetTolerance = 1000 // ms

// hubTime takes note of the hub's time, which was true at localMs of this computer.
func (s *Sync) hubTime(ctx context.Context, hubMs, localMs int64) {
	if hubMs == 0 {
		return
	}
	offset := hubMs - localMs
	s.mu.Lock()
	moved := offset - s.connection.HubOffsetMs
	if moved <= offsetTolerance && moved >= -offsetTolerance {
		s.mu.Unlock()
		return
	}
	s.connection.HubOffsetMs = offset
	s.mu.Unlock()
	s.keep(ctx, cache.MetaOffsetMs, offset)
	s.connectionChanged()
}

// keep remembers a figure for the next start. Losing it costs nothing but a figure.
func (s *Sync) keep(ctx context.Context, key string, value int64) {
	err := s.cache.Update(ctx, func(tx *cache.Tx) error { return tx.SetMetaInt(ctx, key, value) })
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "Figure was not kept", "key", key, "error", err)
	}
}

// complete records that the cache holds everything as of now.
func (s *Sync) complete() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.completeLocalMs = clock.NowMs(s.clock)
	s.connection.CompleteMs = s.completeLocalMs + s.connection.HubOffsetMs
}

// restore takes over what the last run knew.
func (s *Sync) restore(ctx context.Context) error {
	completeMs, err := s.cache.Read().MetaInt(ctx, cache.MetaCompleteMs)
	if err != nil {
		return err
	}
	offsetMs, err := s.cache.Read().MetaInt(ctx, cache.MetaOffsetMs)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if completeMs > 0 {
		s.completeLocalMs = completeMs - offsetMs
	}
	s.connection = Connection{
		State: Connecting, SinceMs: clock.NowMs(s.clock) + offsetMs, CompleteMs: completeMs, HubOffsetMs: offsetMs,
	}
	return nil
}

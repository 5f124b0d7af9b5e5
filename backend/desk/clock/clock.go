// Package clock is the time that the desk's waiting parts are given, so that tests can hold and move it.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and waits. Its methods may be called from any goroutine.
type Clock interface {
	// Now is this computer's time. Windows follow the hub's: see sync.Sync.HubNowMs.
	Now() time.Time
	// After sends once on the returned channel when d has passed. stop releases the wait.
	After(d time.Duration) (expired <-chan time.Time, stop func())
}

// System is the computer's own clock.
var System Clock = system{}

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) After(d time.Duration) (<-chan time.Time, func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}

// Sleep waits for d, or returns the cause of ctx's end.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	expired, stop := c.After(d)
	defer stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-expired:
		return nil
	}
}

// NowMs is c's time in Unix milliseconds UTC.
func NowMs(c Clock) int64 { return c.Now().UnixMilli() }

package practice

import (
	"sync"
	"time"
)

// Clock is the real time plus what it was moved. It never goes back.
type Clock struct {
	mu        sync.Mutex
	offset    time.Duration
	listeners []func()
}

// Now is the practice time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// NowMs is the practice time in Unix milliseconds.
func (c *Clock) NowMs() int64 { return c.Now().UnixMilli() }

// Advance moves the clock forward and tells whoever waits by it. Negative durations are ignored.
func (c *Clock) Advance(by time.Duration) {
	if by <= 0 {
		return
	}
	c.mu.Lock()
	c.offset += by
	listeners := append([]func(){}, c.listeners...)
	c.mu.Unlock()
	for _, listener := range listeners {
		listener()
	}
}

// OnChange has f called after each move of the clock, in the goroutine that moved it.
func (c *Clock) OnChange(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(c.listeners, f)
}

// Offset is how far the clock is ahead of the real time.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

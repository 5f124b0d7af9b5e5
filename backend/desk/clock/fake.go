package clock

import (
	"sync"
	"time"
)

// Fake is a clock that stands still until it is moved.
type Fake struct {
	mu    sync.Mutex
	now   time.Time
	waits map[*fakeWait]struct{}
}

type fakeWait struct {
	at      time.Time
	expired chan time.Time
}

// NewFake returns a clock that stands at now.
func NewFake(now time.Time) *Fake {
	return &Fake{now: now, waits: map[*fakeWait]struct{}{}}
}

// Now is the time at which the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// After expires when the clock has been moved by d in all.
func (f *Fake) After(d time.Duration) (<-chan time.Time, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wait := &fakeWait{at: f.now.Add(d), expired: make(chan time.Time, 1)}
	if d <= 0 {
		wait.expired <- f.now
		return wait.expired, func() {}
	}
	f.waits[wait] = struct{}{}
	return wait.expired, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.waits, wait)
	}
}

// Advance moves the clock and ends the waits that are due.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	for wait := range f.waits {
		if !wait.at.After(f.now) {
			wait.expired <- f.now
			delete(f.waits, wait)
		}
	}
}

// Waiting is how many waits have not ended.
func (f *Fake) Waiting() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.waits)
}

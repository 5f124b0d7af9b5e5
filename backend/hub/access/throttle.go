package access

import (
	"sync"
	"time"
)

// How often an account, and everybody at an address together, may fail within failureMemory, and for how long an account is
// locked then. An office has one address, and its people sign in at the same time: only what fails counts.
const (
	maxFailures    = 8
	maxOfAddress   = 100
	failureMemory  = 15 * time.Minute
	lockedFor      = 15 * time.Minute
	maxRemembered  = 10_000
	maxNameOfTry   = 320 // longest email address
	maxPasswordLen = 1024
)

// throttle counts failures of what no database knows: addresses, and accounts that do not exist, which are to look like any.
type throttle struct {
	mu       sync.Mutex
	failures map[string][]time.Time
}

// try counts an attempt as failed before it is made. wait is until when it may not be made, 0 when it may.
func (t *throttle) try(key string, most int) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failures == nil || len(t.failures) > maxRemembered {
		t.failures = map[string][]time.Time{}
	}
	recent := t.failures[key][:0]
	for _, at := range t.failures[key] {
		if time.Since(at) < failureMemory {
			recent = append(recent, at)
		}
	}
	if len(recent) >= most {
		t.failures[key] = recent
		return failureMemory - time.Since(recent[len(recent)-most])
	}
	t.failures[key] = append(recent, time.Now())
	return 0
}

// succeeded takes one attempt back.
func (t *throttle) succeeded(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.failures[key]); n > 0 {
		t.failures[key] = t.failures[key][:n-1]
	}
}

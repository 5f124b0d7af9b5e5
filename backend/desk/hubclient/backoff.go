package hubclient

import (
	"math/rand/v2"
	"time"
)

// Bounds of a back-off. The first wait is short, because most breaks are; the longest one is what a person who
// sees "reconnecting" still waits for.
const (
	backoffFirst = 250 * time.Millisecond
	backoffMost  = 20 * time.Second
)

// Backoff gives growing waits between attempts. The zero Backoff is ready. It is not safe for concurrent use.
type Backoff struct{ attempts int }

// Next is how long to wait before the next attempt: doubled each time, and between half and all of that by
// chance, so that desks which lost a hub together do not come back together.
func (b *Backoff) Next() time.Duration {
	wait := backoffMost
	if b.attempts < 7 {
		wait = min(backoffMost, backoffFirst<<b.attempts)
	}
	b.attempts++
	return wait/2 + time.Duration(rand.Int64N(int64(wait/2)+1))
}

// Reset begins anew after a success.
func (b *Backoff) Reset() { b.attempts = 0 }

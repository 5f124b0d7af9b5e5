package hubclient

import (
	"math/rand/v2"
	"time"
)

// Bounds of a back-off. The first wait is short, because most breaks are; the longest one is what a person who
// sees "reconnecting" still waits for.
const (
	backoffLeast = 50 * time.Millisecond
	backoffFirst = 500 * time.Millisecond
	backoffMost  = 20 * time.Second
)

// Backoff gives growing waits between attempts. The zero Backoff is ready. It is not safe for concurrent use.
type Backoff struct{ attempts int }

// Next is how long to wait before the next attempt: anything up to a bound that doubles each time. Desks that lost a hub
// together are spread over all of that time, so a thousand of them do not come back within a tenth of a second.
func (b *Backoff) Next() time.Duration {
	bound := backoffMost
	if b.attempts < 6 {
		bound = min(backoffMost, backoffFirst<<b.attempts)
	}
	b.attempts++
	return backoffLeast + time.Duration(rand.Int64N(int64(bound-backoffLeast)+1))
}

// Reset begins anew after a success.
func (b *Backoff) Reset() { b.attempts = 0 }

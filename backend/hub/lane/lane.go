// Package lane runs serial work that is retried: one lane is one key, worked on by one worker at a time, on any hub.
//
// A lane is a row. It is woken in the transaction that makes the work, claimed by a lease, and removed when it is
// empty, unless gen shows that more work came meanwhile (without that guard one in some thousands of wake-ups is
// lost). A worker that dies leaves a lease that ends; another worker goes on. So a handler must look at what is
// stored to know what has been done, and may be the second to do it.
package lane

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Lease is how long a worker owns a lane without renewing. It is longer than any one step of a handler.
const Lease = time.Minute

// Result is what a handler says when it gives a lane back.
type Result struct {
	// After is how long the lane rests. 0 and not Again: it is empty.
	After time.Duration
	// Again says that there is more to do; the count of attempts goes up when Failed.
	Again, Failed bool
}

// Done says that the lane is empty.
var Done = Result{}

// Retry says that a step failed and is worth another attempt. attempts is how many failed before.
func Retry(attempts int64) Result {
	return Result{After: Backoff(attempts), Again: true, Failed: true}
}

// Wait says that the lane has work that cannot be done before some time has passed.
func Wait(d time.Duration) Result { return Result{After: d, Again: true} }

// Backoff is how long to wait after a number of failed attempts: from 1 s, doubling, to 5 minutes, with a quarter of
// jitter so that lanes that failed together do not return together.
func Backoff(attempts int64) time.Duration {
	d := 5 * time.Minute
	if attempts < 9 {
		d = min(d, time.Second<<attempts)
	}
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// Handler does the work of one lane until it is empty or has to rest. Returning an error rests the lane like Retry.
type Handler func(ctx context.Context, l db.Lane) (Result, error)

// Runner works on the lanes of one kind. New makes one of its settings.
type Runner struct {
	Kind    string
	Workers int
	Handle  Handler
	Store   *store.Store
	Now     func() time.Time
	Log     *slog.Logger

	wake chan struct{}
}

// poll is how long a lost wake-up, a lease that ends or a rest that is over can go unnoticed.
const poll = 250 * time.Millisecond

// New returns a runner that is woken by the store's commits.
func New(r Runner) *Runner {
	runner := &r
	runner.wake = make(chan struct{}, 1)
	r.Store.OnCommit(func(string) { runner.Wake() })
	return runner
}

// Wake makes a worker look for due lanes now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Serve runs the workers until ctx ends. A worker finishes its step first, and gives its lane to whoever comes next.
func (r *Runner) Serve(ctx context.Context) error {
	var group sync.WaitGroup
	for range max(1, r.Workers) {
		group.Go(func() { r.work(ctx, conversation.NewID()) })
	}
	group.Wait()
	return ctx.Err()
}

func (r *Runner) work(ctx context.Context, worker string) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		busy := r.one(ctx, worker)
		if ctx.Err() != nil {
			return
		}
		if busy {
			r.Wake() // there may be more for the others
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-ticker.C:
		}
	}
}

// one claims and works on one due lane, and reports whether there was one.
func (r *Runner) one(ctx context.Context, worker string) bool {
	now := r.Now()
	if !r.due(ctx, now) {
		return false
	}
	l, err := r.Store.ClaimLane(ctx, r.Kind, worker, now.UnixMilli(), now.Add(Lease).UnixMilli())
	if store.NotFound(err) {
		return false
	}
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("Lane not claimed", "kind", r.Kind, "error", err)
		}
		return false
	}
	result, err := r.Handle(ctx, l)
	if ctx.Err() != nil {
		r.drop(ctx, l)
		return false
	}
	if err != nil {
		r.Log.Error("Lane failed", "kind", r.Kind, "key", l.Key, "attempts", l.Attempts, "error", err)
		result = Retry(l.Attempts)
	}
	if err := r.giveBack(ctx, l, result); err != nil && ctx.Err() == nil {
		r.Log.Error("Lane not given back", "kind", r.Kind, "key", l.Key, "error", err)
	}
	return true
}

// dropLimit is how long a hub that stops tries to give a lane back. What it cannot is free when the lease ends.
const dropLimit = 2 * time.Second

// drop frees the lane of a worker that stops, so that nothing waits for a lease to end when a hub is upgraded.
func (r *Runner) drop(ctx context.Context, l db.Lane) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropLimit)
	defer cancel()
	if err := r.giveBack(ctx, l, Result{Again: true}); err != nil {
		r.Log.Error("Lane not given back", "kind", r.Kind, "key", l.Key, "error", err)
	}
}

// due looks, without writing, whether there is a lane to claim: every commit wakes the workers, and most commits bring
// them nothing.
func (r *Runner) due(ctx context.Context, now time.Time) bool {
	next, err := r.Store.Read().NextDue(ctx, r.Kind)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("Lanes not looked at", "kind", r.Kind, "error", err)
		}
		return false
	}
	return next != 0 && next <= now.UnixMilli()
}

func (r *Runner) giveBack(ctx context.Context, l db.Lane, result Result) error {
	_, err := r.Store.InTx(ctx, l.WorkspaceID, func(tx *store.Tx) error {
		if !result.Again {
			removed, err := tx.RemoveLane(ctx, db.RemoveLaneParams{
				WorkspaceID: l.WorkspaceID, Kind: l.Kind, Key: l.Key, Worker: l.LeaseBy, Gen: l.Gen,
			})
			if err != nil || removed > 0 {
				return err
			}
		}
		attempts := int64(0)
		if result.Failed {
			attempts = l.Attempts + 1
		}
		_, err := tx.ReleaseLane(ctx, db.ReleaseLaneParams{
			WorkspaceID: l.WorkspaceID, Kind: l.Kind, Key: l.Key, Worker: l.LeaseBy,
			NextMs: r.Now().Add(result.After).UnixMilli(), Attempts: attempts,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("give back lane: %w", err)
	}
	return nil
}

// Renew keeps a lane for another Lease. False: it belongs to another worker now, and this one must stop.
func Renew(ctx context.Context, s *store.Store, l db.Lane, now time.Time) (bool, error) {
	kept := false
	_, err := s.InTx(ctx, l.WorkspaceID, func(tx *store.Tx) error {
		rows, err := tx.RenewLease(ctx, db.RenewLeaseParams{
			WorkspaceID: l.WorkspaceID, Kind: l.Kind, Key: l.Key, Worker: l.LeaseBy, LeaseMs: now.Add(Lease).UnixMilli(),
		})
		kept = rows > 0
		return err
	})
	return kept, err
}

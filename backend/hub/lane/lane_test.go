package lane_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/hubtest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const kind = "test"

func wake(t *testing.T, w *hubtest.Workspace, key string) {
	t.Helper()
	_, err := w.Store.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
		tx.Changed(store.TypeNote, key) // a commit that wakes runners
		return tx.Write(t.Context(), store.Rows{Lanes: []store.LaneKey{{Kind: kind, Key: key, NextMs: w.NowMs()}}})
	})
	if err != nil {
		t.Error(err)
	}
}

// serve runs handlers until the test ends.
func serve(t *testing.T, w *hubtest.Workspace, workers int, handle lane.Handler) {
	t.Helper()
	r := lane.New(lane.Runner{Kind: kind, Workers: workers, Handle: handle, Store: w.Store, Now: w.Now, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
	})
}

// receive waits for n values while the hub's clock goes on.
func receive[T any](t *testing.T, w *hubtest.Workspace, from <-chan T, n int) []T {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var got []T
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for len(got) < n {
		select {
		case v := <-from:
			got = append(got, v)
		case <-tick.C:
			w.Advance(100 * time.Millisecond)
		case <-deadline.C:
			t.Fatalf("only %d of %d came", len(got), n)
		}
	}
	return got
}

// Work is written down, then its lane is woken; a lane may be emptied at that very moment. None is ever left over.
func TestNoWakeUpIsLost(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 0)
		const keys, each = 5, 40
		var mu sync.Mutex
		work, working := map[string]int{}, map[string]bool{}
		done := make(chan string, keys*each)
		serve(t, w, 4, func(_ context.Context, l db.Lane) (lane.Result, error) {
			mu.Lock()
			if working[l.Key] {
				t.Errorf("two workers have the lane %s", l.Key)
			}
			working[l.Key] = true
			n := work[l.Key]
			work[l.Key] = 0
			mu.Unlock()
			for range n {
				done <- l.Key
			}
			mu.Lock()
			working[l.Key] = false
			mu.Unlock()
			return lane.Done, nil
		})
		var group sync.WaitGroup
		for k := range keys {
			group.Go(func() {
				for range each {
					key := fmt.Sprint(k)
					mu.Lock()
					work[key]++
					mu.Unlock()
					wake(t, w, key)
				}
			})
		}
		group.Wait()
		receive(t, w, done, keys*each)
	})
}

func TestServe(t *testing.T) {
	t.Parallel()
	t.Run("a_handler_that_fails_is_tried_again_later", func(t *testing.T) {
		w := hubtest.New(t, storetest.Open(t, "sqlite"), 0)
		attempts := make(chan int64, 10)
		serve(t, w, 1, func(_ context.Context, l db.Lane) (lane.Result, error) {
			attempts <- l.Attempts
			if l.Attempts < 2 {
				return lane.Result{}, errors.New("no")
			}
			return lane.Done, nil
		})
		wake(t, w, "k")
		for want := range int64(3) {
			if got := receive(t, w, attempts, 1)[0]; got != want {
				t.Errorf("attempt %d came as %d", want, got)
			}
		}
	})
	t.Run("a_lane_that_waits_counts_no_attempt", func(t *testing.T) {
		w := hubtest.New(t, storetest.Open(t, "sqlite"), 0)
		attempts := make(chan int64, 10)
		serve(t, w, 1, func(_ context.Context, l db.Lane) (lane.Result, error) {
			attempts <- l.Attempts
			return lane.Wait(time.Second), nil
		})
		wake(t, w, "k")
		for range 3 {
			if got := receive(t, w, attempts, 1)[0]; got != 0 {
				t.Errorf("it counted %d", got)
			}
		}
	})
	t.Run("a_lease_that_was_lost_cannot_be_renewed", func(t *testing.T) {
		w := hubtest.New(t, storetest.Open(t, "sqlite"), 0)
		wake(t, w, "k")
		first, err := w.Store.ClaimLane(t.Context(), kind, "first", w.NowMs(), w.NowMs()+lane.Lease.Milliseconds())
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := lane.Renew(t.Context(), w.Store, first, w.Now()); err != nil || !kept {
			t.Errorf("%v, %v", kept, err)
		}
		w.Advance(lane.Lease)
		if _, err := w.Store.ClaimLane(t.Context(), kind, "second", w.NowMs(), w.NowMs()+lane.Lease.Milliseconds()); err != nil {
			t.Fatal(err)
		}
		if kept, err := lane.Renew(t.Context(), w.Store, first, w.Now()); err != nil || kept {
			t.Errorf("%v, %v", kept, err)
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for attempts, most := range map[int64]time.Duration{0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second, 8: 256 * time.Second, 9: 5 * time.Minute, 1000: 5 * time.Minute} {
		for range 100 {
			if d := lane.Backoff(attempts); d > most || d < most*3/4 {
				t.Fatalf("after %d attempts: %v", attempts, d)
			}
		}
	}
}

// A hub that stops gives its lanes to the others at once: nobody waits for a lease to end.
func TestStopDropsLeases(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 0)
		began := make(chan struct{})
		r := lane.New(lane.Runner{
			Kind: "send", Workers: 1, Store: s, Now: w.Now, Log: slog.New(slog.DiscardHandler),
			Handle: func(ctx context.Context, _ db.Lane) (lane.Result, error) {
				close(began)
				<-ctx.Done()
				return lane.Result{}, ctx.Err()
			},
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = r.Serve(ctx) }()
		_, err := s.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
			return tx.WakeLane(t.Context(), db.WakeLaneParams{WorkspaceID: w.ID, Kind: "send", Key: "a", NextMs: w.NowMs()})
		})
		if err != nil {
			t.Fatal(err)
		}
		<-began
		stop()
		<-ended
		l, err := s.ClaimLane(t.Context(), "send", "another hub", w.NowMs(), w.NowMs()+1)
		if err != nil || l.Key != "a" || l.Attempts != 0 {
			t.Errorf("the lane is not free: %+v, %v", l, err)
		}
	})
}

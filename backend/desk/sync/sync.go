package sync

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Hub is what sync needs of the hub; hubclient.Client is one.
type Hub interface {
	Me(ctx context.Context) (*hubv1.MeResponse, error)
	Snapshot(ctx context.Context, pageToken string) (*hubv1.SnapshotPage, error)
	Pull(ctx context.Context, after *hubv1.Cursor, limit int32) (*hubv1.ChangePage, error)
	Watch(ctx context.Context, after *hubv1.Cursor, frame func(*hubv1.Frame) error) error
	ListMessages(ctx context.Context, conversationID string, beforeNo int64, limit int32) (*hubv1.MessagePage, error)
	FetchConversations(ctx context.Context, ids []string) ([]*hubv1.Entity, error)
	CheckOpen(ctx context.Context, afterID string) (*hubv1.CheckOpenPage, error)
}

// Options are the parts of a Sync; all are needed. The two functions are called from the goroutine that made the
// change, one call at a time per goroutine, and must not block.
type Options struct {
	Hub               Hub
	Cache             *cache.Cache
	Clock             clock.Clock
	Log               *slog.Logger
	Changed           func(Applied) // after the commit
	KeptSinceMs       func(context.Context) (int64, error)
	HereChanged       func(*hubv1.Here) // who has conversations open; it holds while the state is Live
	ConnectionChanged func(Connection)  // state, error, offset or the figures of a catch-up are new
}

// Sync keeps one cache equal to one hub. Its methods may be called from any goroutine.
type Sync struct {
	hub          Hub
	cache        *cache.Cache
	clock        clock.Clock
	log          *slog.Logger
	changed      func(Applied)
	onHere       func(*hubv1.Here)
	onConnection func(Connection)
	keptSinceMs  func(context.Context) (int64, error) // since when history is kept here, by the hub's clock
	nudges       chan struct{}
	appeared     []string // conversations that the feed brought anew, since it was last at the head; Serve's alone
	pruned       bool     // no messages are here that have to go; Serve's alone

	lively chan struct{}   // the desk has come to the hub
	filled map[string]bool // threads that are here as far as they are kept; ServeHistory's alone

	mu              sync.Mutex
	connection      Connection
	completeLocalMs int64 // when the cache was last known to be complete, by this computer's clock; 0: never
	waiters         []chan error
}

// New returns a Sync that knows what the last run knew. Serve does the work.
func New(ctx context.Context, o Options) (*Sync, error) {
	s := &Sync{
		hub: o.Hub, cache: o.Cache, clock: o.Clock, log: o.Log, changed: o.Changed, onHere: o.HereChanged, onConnection: o.ConnectionChanged,
		keptSinceMs: o.KeptSinceMs,
		nudges:      make(chan struct{}, 1), lively: make(chan struct{}, 1), filled: map[string]bool{},
	}
	return s, s.restore(ctx)
}

// goAway says that the hub asked to be left alone for a while.
type goAway struct{ wait time.Duration }

func (g *goAway) Error() string { return "the hub asked to come back later" }

// goAwayMost bounds a hub's wish.
const goAwayMost = 5 * time.Minute

// Serve keeps the cache current until ctx ends. It returns nil then; other ends do not happen.
func (s *Sync) Serve(ctx context.Context) error {
	var backoff hubclient.Backoff
	for {
		err := s.session(ctx, &backoff)
		if ctx.Err() != nil {
			s.answer(s.takeWaiters(), context.Cause(ctx))
			return nil
		}
		var failed []chan error
		if err != nil {
			failed = s.takeWaiters() // who asks from now on gets the next attempt's answer, not this one's
		}
		wait := backoff.Next()
		var away *goAway
		switch {
		case errors.As(err, &away):
			wait = away.wait
			s.setState(Connecting, nil)
		case err == nil:
			s.setState(Connecting, nil)
		case errors.Is(err, hubclient.ErrReset):
			s.log.WarnContext(ctx, "Position was lost, a snapshot follows", "error", err)
			if err := s.forgetPosition(ctx); err != nil {
				s.log.ErrorContext(ctx, "Reset did not begin", "error", err)
			}
			s.setState(Connecting, nil)
		case errors.Is(err, hubclient.ErrSignedOut):
			s.setState(SignedOut, err)
		default:
			s.log.InfoContext(ctx, "Hub session ended", "error", err)
			s.setState(Offline, err)
		}
		s.answer(failed, err)
		s.pause(ctx, wait)
	}
}

// pause waits, less long when somebody asks for news.
func (s *Sync) pause(ctx context.Context, wait time.Duration) {
	expired, stop := s.clock.After(wait)
	defer stop()
	select {
	case <-ctx.Done():
	case <-expired:
	case <-s.nudges:
	}
}

// session goes from nothing to a watch, and ends with it.
func (s *Sync) session(ctx context.Context, backoff *hubclient.Backoff) error {
	begun := clock.NowMs(s.clock)
	me, err := s.hub.Me(ctx)
	if err != nil {
		return err
	}
	now := clock.NowMs(s.clock)
	s.hubTime(ctx, me.HubNowMs, begun+(now-begun)/2)
	if err := s.identify(ctx, me); err != nil {
		return err
	}
	s.setState(CatchingUp, nil)
	cursor, err := s.cache.Read().Cursor(ctx)
	if err != nil {
		return err
	}
	taken := 0
	if cursor == nil {
		if taken, err = s.snapshot(ctx); err != nil {
			return err
		}
	}
	if err := s.catchUp(ctx, taken); err != nil {
		return err
	}
	backoff.Reset()
	return s.watch(ctx)
}

// identify records who is signed in. The cache of another workspace is of no use.
func (s *Sync) identify(ctx context.Context, me *hubv1.MeResponse) error {
	return s.cache.Update(ctx, func(tx *cache.Tx) error {
		known, err := tx.Meta(ctx, cache.MetaWorkspace)
		if err != nil {
			return err
		}
		if known != me.GetWorkspace().GetId() {
			if known != "" {
				if err := tx.BeginReset(ctx); err != nil {
					return err
				}
			}
			if err := tx.SetMeta(ctx, cache.MetaWorkspace, me.GetWorkspace().GetId()); err != nil {
				return err
			}
		}
		return tx.SetMeta(ctx, cache.MetaAgent, me.GetAgent().GetId())
	})
}

func (s *Sync) forgetPosition(ctx context.Context) error {
	return s.cache.Update(ctx, func(tx *cache.Tx) error { return tx.BeginReset(ctx) })
}

// CatchUp brings the cache to the hub's head now, whatever the state, and returns when it is complete, or why it
// cannot be.
func (s *Sync) CatchUp(ctx context.Context) error {
	answer := make(chan error, 1)
	s.mu.Lock()
	s.waiters = append(s.waiters, answer)
	s.mu.Unlock()
	s.Nudge()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("catch up: %w", ctx.Err())
	}
}

// Nudge asks for news without waiting for them: the hub is said to have some, or the network is back.
func (s *Sync) Nudge() {
	select {
	case s.nudges <- struct{}{}:
	default: // one is on its way already
	}
}

func (s *Sync) takeWaiters() []chan error {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.waiters
	s.waiters = nil
	return taken
}

func (s *Sync) answer(waiters []chan error, err error) {
	for _, waiter := range waiters {
		waiter <- err
	}
}

func (s *Sync) connectionChanged() { s.onConnection(s.Connection()) }

// jitter is a random part of d, so that desks do not act together.
func jitter(d time.Duration) time.Duration { return time.Duration(rand.Int64N(int64(d) + 1)) }

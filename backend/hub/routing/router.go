package routing

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
	_ "time/tzdata" // business hours, also where a system has no time zones

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

const (
	// every is how often the clock is looked at: offers lapse, hours begin, and other hubs commit.
	every = time.Second
	// pause is how long news is collected before it is looked at.
	pause = 50 * time.Millisecond
	// most is how many conversations one transaction moves: agents who write wait for it.
	most = 100
	// refusedFor is how long somebody is not asked again for what they did not want or left unanswered.
	refusedFor = 10 * time.Minute
	// presentFor is how long after the last call an agent's desk is thought to be there. Hubs note its calls every 5 minutes.
	presentFor = 6 * time.Minute
	// answerWithin is how old a contact's message may be to be answered automatically: later it would only confuse.
	answerWithin = time.Hour
)

// Router routes the conversations of all workspaces of a hub.
type Router struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	wakes chan struct{}
	send  func(ctx context.Context, tx *store.Tx, c db.Conversation, nowMs int64) error

	mu   sync.Mutex
	last map[string]string // who had the contact of a conversation before; it does not change while that waits
}

// New returns a router that is woken by the store's commits. now is the hub's clock; send has the messages of a conversation
// delivered once the transaction is over.
func New(s *store.Store, now func() time.Time, log *slog.Logger, send func(context.Context, *store.Tx, db.Conversation, int64) error) *Router {
	r := &Router{store: s, now: now, log: log, send: send, wakes: make(chan struct{}, 1), last: map[string]string{}}
	s.OnCommit(func(string) { r.Wake() })
	return r
}

// Wake makes the router look now.
func (r *Router) Wake() {
	select {
	case r.wakes <- struct{}{}:
	default:
	}
}

// Serve routes until ctx ends.
func (r *Router) Serve(ctx context.Context) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := r.all(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("Conversations not routed", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.wakes:
		case <-ticker.C:
		}
	}
}

func (r *Router) all(ctx context.Context) error {
	workspaces, err := r.store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("read workspaces: %w", err)
	}
	for _, w := range workspaces {
		for {
			moved, err := r.Route(ctx, w)
			if err != nil {
				return err
			}
			if moved < most {
				break
			}
		}
	}
	return nil
}

// Route does what there is to do in a workspace now, at most so much that the next can be done soon, and says how much that was.
func (r *Router) Route(ctx context.Context, w db.Workspace) (done int, err error) {
	nowMs := r.now().UnixMilli()
	look := func(q *db.Queries) (plan, error) { return r.look(ctx, q, w, nowMs) }
	if p, err := look(r.store.Read()); err != nil || p.size() == 0 {
		return 0, err
	}
	_, err = r.store.InTx(ctx, w.ID, func(tx *store.Tx) error {
		if err := tx.TakeRouteTurn(ctx, db.TakeRouteTurnParams{WorkspaceID: w.ID, NowMs: nowMs}); err != nil {
			return err
		}
		p, err := look(tx.Queries)
		if err != nil {
			return err
		}
		done = p.size()
		return p.carryOut(ctx, tx, r.send)
	})
	if err != nil {
		return 0, fmt.Errorf("route: %w", err)
	}
	return done, nil
}

package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Hubs tell each other which workspaces moved, through PostgreSQL's NOTIFY. It is a hint and nothing more: whoever hears
// nothing still polls. Told after the commit and not within it, and together for all commits of a moment: a commit with a
// NOTIFY inside waits for those of all others (7,700 transactions a second became 2,500).

const (
	newsChannel = "parley_news"
	// newsEvery is how long commits are collected before the other hubs are told.
	newsEvery = 10 * time.Millisecond
	// newsAgain is how long a hub that lost its connection waits before it listens again.
	newsAgain = 500 * time.Millisecond
)

// OnNews calls nudge when a workspace has changed: after each commit of this hub, and of others when they tell of it. nudge
// must return at once.
func (s *Store) OnNews(nudge func(workspaceID string)) {
	s.OnCommit(nudge)
	if s.bus != nil {
		s.bus.listen(nudge)
	}
}

// bus carries news between hubs.
type bus struct {
	config *pgx.ConnConfig
	tell   func(ctx context.Context, workspaceID string) error
	ctx    context.Context
	stop   context.CancelFunc
	group  sync.WaitGroup
	start  sync.Once

	mu     sync.Mutex
	moved  map[string]bool // workspaces that the others are to be told of
	signal chan struct{}
	nudges []func(string)
}

func newBus(config *pgx.ConnConfig, tell func(context.Context, string) error) *bus {
	b := &bus{config: config, tell: tell, moved: map[string]bool{}, signal: make(chan struct{}, 1)}
	b.ctx, b.stop = context.WithCancel(context.Background())
	return b
}

// listen begins with whoever first wants to know: a command that only writes has no use for another connection.
func (b *bus) listen(nudge func(string)) {
	b.mu.Lock()
	b.nudges = append(b.nudges, nudge)
	b.mu.Unlock()
	b.start.Do(func() { b.group.Go(b.hear) })
}

// noteCommit lets the others know of a commit, soon.
func (b *bus) noteCommit(workspaceID string) {
	b.mu.Lock()
	b.moved[workspaceID] = true
	b.mu.Unlock()
	select {
	case b.signal <- struct{}{}:
	default: // they are about to be told
	}
}

// speak tells the others until the store is closed. What cannot be told they find by polling.
func (b *bus) speak() {
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-b.signal:
		}
		select {
		case <-b.ctx.Done():
			return
		case <-time.After(newsEvery):
		}
		b.mu.Lock()
		moved := b.moved
		b.moved = map[string]bool{}
		b.mu.Unlock()
		for id := range moved {
			_ = b.tell(b.ctx, id)
		}
	}
}

// hear passes on what others tell until the store is closed.
func (b *bus) hear() {
	for b.ctx.Err() == nil {
		if err := b.hearOnce(); err != nil {
			select {
			case <-b.ctx.Done():
			case <-time.After(newsAgain):
			}
		}
	}
}

func (b *bus) hearOnce() error {
	conn, err := pgx.ConnectConfig(b.ctx, b.config.Copy())
	if err != nil {
		return fmt.Errorf("listen for news: %w", err)
	}
	defer conn.Close(context.WithoutCancel(b.ctx))
	if _, err := conn.Exec(b.ctx, "LISTEN "+newsChannel); err != nil {
		return fmt.Errorf("listen for news: %w", err)
	}
	for {
		news, err := conn.WaitForNotification(b.ctx)
		if err != nil {
			return fmt.Errorf("listen for news: %w", err)
		}
		b.mu.Lock()
		nudges := b.nudges
		b.mu.Unlock()
		for _, nudge := range nudges {
			nudge(news.Payload)
		}
	}
}

func (b *bus) close() {
	b.stop()
	b.group.Wait()
}

package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Hubs tell each other which workspaces moved, through PostgreSQL's NOTIFY. It is a hint and nothing more: whoever hears
// nothing still polls. Told after the commit and not within it, and together for all commits of a moment: a commit with a
// NOTIFY inside waits for those of all others (7,700 transactions a second became 2,500).

const (
	newsChannel = "parley_news"
	// toldChannel carries what hubs say to each other that is in no table (Tell).
	toldChannel = "parley_told"
	// toldMost bounds what waits to be told: more is said again in seconds anyhow.
	toldMost = 2000
	// noteMost is how much fits into one NOTIFY, in bytes; PostgreSQL takes less than 8,000.
	noteMost = 7900
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

// Tell says something to the other hubs of this database that is not worth a row: it may be lost, and none of them answers.
// It must not have line breaks, nor more than a few hundred bytes. Without other hubs nobody hears it.
func (s *Store) Tell(what string) {
	if s.bus != nil {
		s.bus.say(what)
	}
}

// OnTold calls hear with each thing that a hub of this database told, this one too. hear must return at once.
func (s *Store) OnTold(hear func(what string)) {
	if s.bus != nil {
		s.bus.onTold(hear)
	}
}

// bus carries news between hubs.
type bus struct {
	config *pgx.ConnConfig
	tell   func(ctx context.Context, channel, what string) error
	ctx    context.Context
	stop   context.CancelFunc
	group  sync.WaitGroup
	start  sync.Once

	mu     sync.Mutex
	moved  map[string]bool // workspaces that the others are to be told of
	said   []string        // what else they are to be told
	signal chan struct{}
	nudges []func(string)
	ears   []func(string)
}

func newBus(config *pgx.ConnConfig, tell func(ctx context.Context, channel, what string) error) *bus {
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

func (b *bus) onTold(hear func(string)) {
	b.mu.Lock()
	b.ears = append(b.ears, hear)
	b.mu.Unlock()
	b.start.Do(func() { b.group.Go(b.hear) })
}

// say lets the others know of something, soon. What is too much is not said.
func (b *bus) say(what string) {
	b.mu.Lock()
	if len(b.said) < toldMost {
		b.said = append(b.said, what)
	}
	b.mu.Unlock()
	b.wake()
}

// noteCommit lets the others know of a commit, soon.
func (b *bus) noteCommit(workspaceID string) {
	b.mu.Lock()
	b.moved[workspaceID] = true
	b.mu.Unlock()
	b.wake()
}

func (b *bus) wake() {
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
		moved, said := b.moved, b.said
		b.moved, b.said = map[string]bool{}, nil
		b.mu.Unlock()
		for id := range moved {
			_ = b.tell(b.ctx, newsChannel, id)
		}
		for _, note := range notes(said) {
			_ = b.tell(b.ctx, toldChannel, note)
		}
	}
}

// notes puts what was said together, one a line, into as few notes as it fits in.
func notes(said []string) (all []string) {
	for _, what := range said {
		if last := len(all) - 1; last >= 0 && len(all[last])+1+len(what) <= noteMost {
			all[last] += "\n" + what
		} else {
			all = append(all, what)
		}
	}
	return all
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
	for _, channel := range []string{newsChannel, toldChannel} {
		if _, err := conn.Exec(b.ctx, "LISTEN "+channel); err != nil {
			return fmt.Errorf("listen for news: %w", err)
		}
	}
	for {
		news, err := conn.WaitForNotification(b.ctx)
		if err != nil {
			return fmt.Errorf("listen for news: %w", err)
		}
		b.pass(news)
	}
}

// pass gives one piece of news to those who asked for it.
func (b *bus) pass(news *pgconn.Notification) {
	b.mu.Lock()
	nudges, ears := b.nudges, b.ears
	b.mu.Unlock()
	if news.Channel == newsChannel {
		for _, nudge := range nudges {
			nudge(news.Payload)
		}
		return
	}
	for what := range strings.SplitSeq(news.Payload, "\n") {
		for _, hear := range ears {
			hear(what)
		}
	}
}

func (b *bus) close() {
	b.stop()
	b.group.Wait()
}

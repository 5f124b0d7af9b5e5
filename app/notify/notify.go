// Package notify shows notifications through the operating system and hears of clicks on them. What is shown, and
// whether, is decided elsewhere (backend/desk/alerts).
//
// Each system has its own way: D-Bus on Linux, Wails' runtime on Windows and macOS; where that fails, beeep, which
// cannot report clicks. Showing can block for as long as the system likes, so it is done by one worker that nobody
// waits for.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// Notification is what one conversation has to tell. Another one with the same key replaces it.
type Notification struct {
	Key            string
	Title          string
	Body           string
	ConversationID string // where a click leads; "" only raises the window
	MessageID      string
	Quiet          bool // only replaces what is still shown, without a sound
	Urgent         bool // stays until the person does something about it, where the system can do that
}

// Notifier is one way to show notifications. Methods are called by one goroutine.
type Notifier interface {
	Show(ctx context.Context, n Notification) error
	// Withdraw removes what is shown under key; nothing when there is none.
	Withdraw(ctx context.Context, key string) error
	Close() error
}

// queueMost bounds how many keys wait. More than that at once is a summary's task.
const queueMost = 64

// order is what the worker has to do about one key.
type order struct {
	notification Notification
	withdraw     bool
}

// Worker hands notifications to the system one by one. Show and Withdraw never block; the latest order for a key wins.
type Worker struct {
	log   *slog.Logger
	start func() (Notifier, error)
	wakes chan struct{}

	mu     sync.Mutex
	keys   []string // in the order in which they came
	orders map[string]order
}

// NewWorker returns a worker that starts the system's notifier with its first order, so that a start without any
// costs nothing. start may be called again when it fails.
func NewWorker(log *slog.Logger, start func() (Notifier, error)) *Worker {
	return &Worker{log: log, start: start, wakes: make(chan struct{}, 1), orders: map[string]order{}}
}

// Show shows a notification soon.
func (w *Worker) Show(n Notification) {
	n.Title, n.Body = plain(n.Title), plain(n.Body)
	w.put(n.Key, order{notification: n})
}

// Withdraw removes a notification soon.
func (w *Worker) Withdraw(key string) { w.put(key, order{withdraw: true}) }

func (w *Worker) put(key string, o order) {
	w.mu.Lock()
	waiting, waits := w.orders[key]
	if waits && !waiting.withdraw && !waiting.notification.Quiet {
		o.notification.Quiet = false // what it replaces was not shown yet
	}
	if !waits {
		if len(w.keys) == queueMost {
			delete(w.orders, w.keys[0]) // the oldest is the least urgent
			w.keys = w.keys[1:]
		}
		w.keys = append(w.keys, key)
	}
	w.orders[key] = o
	w.mu.Unlock()
	select {
	case w.wakes <- struct{}{}:
	default:
	}
}

func (w *Worker) take() (string, order, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.keys) == 0 {
		return "", order{}, false
	}
	key := w.keys[0]
	w.keys = w.keys[1:]
	o := w.orders[key]
	delete(w.orders, key)
	return key, o, true
}

// Serve carries orders out until ctx ends.
func (w *Worker) Serve(ctx context.Context) {
	var system Notifier
	var told string // the failure that was logged last: a computer without notifications fails each time
	defer func() {
		if system != nil {
			if err := system.Close(); err != nil {
				w.log.Warn("Notifier did not close", "error", err)
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wakes:
		}
		for ctx.Err() == nil {
			key, o, any := w.take()
			if !any {
				break
			}
			var startErr error
			if system == nil {
				system, startErr = w.start()
			}
			err := errors.Join(startErr, carryOut(ctx, system, key, o))
			if err != nil && err.Error() != told {
				w.log.Warn("System notifications do not work", "error", err)
				told = err.Error()
			}
		}
	}
}

// carryOut uses the system's way, and beeep when there is none or it fails.
func carryOut(ctx context.Context, system Notifier, key string, o order) error {
	if o.withdraw {
		if system == nil {
			return nil
		}
		return system.Withdraw(ctx, key)
	}
	err := errNoNotifier
	if system != nil {
		err = system.Show(ctx, o.notification)
	}
	if err == nil || o.notification.Quiet {
		return err // beeep cannot replace
	}
	if fallbackErr := (beeepNotifier{}).Show(ctx, o.notification); fallbackErr != nil {
		return errors.Join(err, fallbackErr)
	}
	return nil
}

var errNoNotifier = errors.New("no notifier")

package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/backend/desk/clock"
)

const (
	// queueMost bounds how many keys wait. More than that at once is a summary's task.
	queueMost = 64
	// showLimit is how long a service may take for one notification.
	showLimit = 5 * time.Second
	// deafFor is how long a service that did not answer is left alone.
	deafFor = time.Minute
)

// Options are the parts of a Worker. Functions are called from its goroutine and must not block; nil ones are not called.
type Options struct {
	Log *slog.Logger
	// Start connects to the system's notifications. It is called with the first order, so that a start without any costs
	// nothing, and again after it has failed.
	Start func() (Notifier, error)
	// Delivered is told how a notification went that carries out a decision.
	Delivered func(id int64, how Delivery)
	// HealthChanged is told when notifications begin or cease to be shown.
	HealthChanged func()
	// Clock is clock.System when nil.
	Clock clock.Clock
}

// order is what the worker has to do about one key.
type order struct {
	notification Notification
	withdraw     bool
	asked        chan<- Health // who waits for the outcome; nil for nobody
}

// Worker hands notifications to the system one by one. Show and Withdraw never block; the latest order for a key wins.
type Worker struct {
	Options
	fallback Notifier
	wakes    chan struct{}

	mu         sync.Mutex
	keys       []string // in the order in which they came
	orders     map[string]order
	compatible bool // beeep only
	health     Health

	// Of the goroutine that serves.
	system    Notifier
	deafUntil time.Time
	told      string // the failure that was logged last: a computer without notifications fails each time
}

// NewWorker returns a worker. Serve does the work.
func NewWorker(o Options) *Worker {
	if o.Clock == nil {
		o.Clock = clock.System
	}
	return &Worker{Options: o, fallback: beeepNotifier{}, wakes: make(chan struct{}, 1), orders: map[string]order{}}
}

// Show shows a notification soon.
func (w *Worker) Show(n Notification) { w.put(n.Key, order{notification: clean(n)}) }

// Withdraw removes a notification soon.
func (w *Worker) Withdraw(key string) { w.put(key, order{withdraw: true}) }

// Try shows a notification and returns how that went, when it is known.
func (w *Worker) Try(ctx context.Context, n Notification) (Health, error) {
	asked := make(chan Health, 1)
	w.put(n.Key, order{notification: clean(n), asked: asked})
	select {
	case health := <-asked:
		return health, nil
	case <-ctx.Done():
		return w.Health(), ctx.Err()
	}
}

// SetCompatible says whether beeep alone is to show notifications.
func (w *Worker) SetCompatible(compatible bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.compatible = compatible
}

// Health is how it went last; empty before the first notification.
func (w *Worker) Health() Health {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.health
}

func clean(n Notification) Notification {
	n.Title, n.Body = plain(n.Title), plain(n.Body)
	return n
}

func (w *Worker) put(key string, o order) {
	w.mu.Lock()
	waiting, waits := w.orders[key]
	if waits && !waiting.withdraw && !waiting.notification.Quiet {
		o.notification.Quiet = false // what it replaces was not shown yet
	}
	if waits && waiting.asked != nil && o.asked == nil {
		o.asked = waiting.asked
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
	defer func() {
		if w.system != nil {
			if err := w.system.Close(); err != nil {
				w.Log.Warn("Notifier did not close", "error", err)
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
			if o.withdraw {
				w.note(w.withdraw(ctx, key))
				continue
			}
			w.show(ctx, o)
		}
	}
}

func (w *Worker) withdraw(ctx context.Context, key string) error {
	if w.system == nil {
		return nil
	}
	return w.limited(ctx, func() error { return w.system.Withdraw(ctx, key) })
}

// show carries a notification out and tells how it went.
func (w *Worker) show(ctx context.Context, o order) {
	begun := w.Clock.Now()
	health, how, err := w.deliver(ctx, o.notification)
	w.note(err)
	health.TookMs = w.Clock.Now().Sub(begun).Milliseconds()
	if err != nil {
		health.Detail = err.Error()
	}
	if how != DeliveryGone && ctx.Err() == nil {
		w.setHealth(health)
	}
	if o.asked != nil {
		o.asked <- health
	}
	if o.notification.ID != 0 && w.Delivered != nil {
		w.Delivered(o.notification.ID, how)
	}
}

// deliver uses the system's way, and beeep when there is none or it fails. What does not answer is not asked a second
// time through beeep: that has the same service behind it.
func (w *Worker) deliver(ctx context.Context, n Notification) (Health, Delivery, error) {
	w.mu.Lock()
	compatible := w.compatible
	w.mu.Unlock()
	var systemErr error
	if !compatible {
		systemErr = w.bySystem(ctx, n)
		switch {
		case systemErr == nil:
			about := w.system.About()
			return Health{About: about}, Delivery(about.Way), nil
		case errors.Is(systemErr, ErrGone):
			return Health{}, DeliveryGone, nil
		case errors.Is(systemErr, errSlow):
			return Health{Trouble: TroubleSlow}, DeliverySlow, systemErr
		}
	}
	if n.Quiet {
		return Health{}, DeliveryGone, nil // beeep cannot replace
	}
	about := w.fallback.About()
	err := w.limited(ctx, func() error { return w.fallback.Show(ctx, n) })
	switch {
	case errors.Is(err, errSlow):
		return Health{Trouble: TroubleSlow}, DeliverySlow, errors.Join(systemErr, err)
	case err != nil:
		return Health{Trouble: TroubleMissing}, DeliveryFailed, errors.Join(systemErr, err)
	case systemErr != nil:
		return Health{About: about, Trouble: TroubleFallback}, Delivery(about.Way), systemErr
	default:
		return Health{About: about}, Delivery(about.Way), nil
	}
}

// bySystem shows a notification the system's way. A connection that was made before may have broken, so that is made
// again once.
func (w *Worker) bySystem(ctx context.Context, n Notification) error {
	if w.Clock.Now().Before(w.deafUntil) {
		return errSlow
	}
	fresh := w.system == nil
	if fresh {
		if err := w.connect(ctx); err != nil {
			return err
		}
	}
	system := w.system
	err := w.limited(ctx, func() error { return system.Show(ctx, n) })
	if err == nil || errors.Is(err, ErrGone) || ctx.Err() != nil {
		return err
	}
	w.system = nil
	go func() { _ = system.Close() }() // also ends what it waits for
	if fresh || errors.Is(err, errSlow) {
		return err
	}
	return w.bySystem(ctx, n)
}

func (w *Worker) connect(ctx context.Context) error {
	if w.Start == nil {
		return errNoNotifier
	}
	started := make(chan Notifier, 1)
	err := w.limited(ctx, func() error {
		system, err := w.Start()
		if err == nil {
			started <- system
		}
		return err
	})
	if err != nil {
		go func() { // it may come yet
			select {
			case late := <-started:
				_ = late.Close()
			case <-time.After(deafFor):
			case <-ctx.Done():
			}
		}()
		return err
	}
	w.system = <-started
	return nil
}

// limited waits for act as long as a service may take, and leaves the service alone for a while when that was too short.
func (w *Worker) limited(ctx context.Context, act func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if value := recover(); value != nil {
				done <- fmt.Errorf("notifier panicked: %v", value)
			}
		}()
		done <- act()
	}()
	begun := w.Clock.Now()
	err := w.waited(ctx, done)
	if errors.Is(err, errSlow) && w.Clock.Now().Sub(begun) > 2*showLimit {
		err = w.waited(ctx, done) // the program itself stood still: the service had no time to answer
	}
	if errors.Is(err, errSlow) {
		w.deafUntil = w.Clock.Now().Add(deafFor)
	}
	return err
}

// waited waits for an answer for as long as a service may take.
func (w *Worker) waited(ctx context.Context, done <-chan error) error {
	expired, stop := w.Clock.After(showLimit)
	defer stop()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-expired:
		return errSlow
	}
}

func (w *Worker) setHealth(health Health) {
	w.mu.Lock()
	changed := w.health.Trouble != health.Trouble || w.health.Way != health.Way
	w.health = health
	w.mu.Unlock()
	if changed && w.HealthChanged != nil {
		w.HealthChanged()
	}
}

// note logs a failure unless it is the one that was logged last.
func (w *Worker) note(err error) {
	if err != nil && err.Error() != w.told {
		w.Log.Warn("System notifications do not work as they should", "error", err)
		w.told = err.Error()
	}
}

package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"parley/backend/desk"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"

	"golang.org/x/sync/errgroup"
)

const (
	arrivalRate        = 200 // messages a second, one at a time at even distances
	arrivalWarmUp      = 2 * arrivalRate
	arrivalMessages    = 15 * arrivalRate
	arrivalContacts    = 300 // each has its conversation by the end of the warm-up
	arrivalConnections = 32
	arrivalLimit       = 20 * time.Second // for what is still under way at the end
)

// arrivalBench measures signed webhooks until an agent's desk, connected over HTTP, can read the message, on both engines.
func arrivalBench(ctx context.Context, folder string) ([]Figure, error) {
	var figures []Figure
	for _, engine := range engines() {
		where := store.Config{SQLiteFile: filepath.Join(folder, "hub.db")}
		if engine == "postgres" {
			address, stop, err := storetest.Start()
			if err != nil {
				return nil, err
			}
			defer stop()
			where = store.Config{PostgresURL: address}
		}
		posted, read, err := arrivalOn(ctx, filepath.Join(folder, engine), where)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine, err)
		}
		figures = append(figures, atMost("Webhook to row in the desk, p99, "+engine, millis(percentile(read, 99)), "ms", 250, fmt.Sprintf(
			"durable 200 of the same webhooks: p99 %.1f ms; %d/s; medians %.1f and %.1f ms",
			millis(percentile(posted, 99)), arrivalRate, millis(percentile(read, 50)), millis(percentile(posted, 50)))))
	}
	return figures, nil
}

// arrivalOn returns how long after it was due each webhook was answered, and its message could be read.
func arrivalOn(ctx context.Context, folder string, where store.Config) (posted, read []time.Duration, err error) {
	h, err := openHub(ctx, folder, where)
	if err != nil {
		return nil, nil, err
	}
	defer h.Close()
	address, stop, err := serve(ctx, h.Handler(), h.Serve)
	if err != nil {
		return nil, nil, err
	}
	defer stop()
	agent, err := h.Store.Read().AgentByEmail(ctx, "bench@example.com")
	if err != nil {
		return nil, nil, err
	}
	token, err := h.Access.Open(ctx, agent, "Bench", "bench")
	if err != nil {
		return nil, nil, err
	}
	a := newArrivals(arrivalWarmUp+arrivalMessages, arrivalRate)
	d, leave, err := join(ctx, desk.Options{
		Folder: filepath.Join(folder, "desk"), HTTPClient: &http.Client{}, BaseURL: "http://" + address,
		SignIn: func(context.Context) (string, error) { return token, nil }, Log: slog.New(slog.DiscardHandler), Event: a.told,
	})
	if err != nil {
		return nil, nil, err
	}
	err = a.run(ctx, d, address, 0, arrivalWarmUp)
	if err == nil {
		err = settle(ctx, where)
	}
	if err == nil {
		err = a.run(ctx, d, address, arrivalWarmUp, len(a.due))
	}
	if err := errors.Join(err, leave()); err != nil {
		return nil, nil, err
	}
	for n := arrivalWarmUp; n < len(a.due); n++ {
		posted, read = append(posted, a.posted[n].Sub(a.due[n])), append(read, a.read[n].Sub(a.due[n]))
	}
	return posted, read, nil
}

// settle gives PostgreSQL the statistics that autovacuum makes in a hub's first minute. Without them it may find a row by
// its workspace instead of its id, and keeps that plan while the tables grow.
func settle(ctx context.Context, where store.Config) error {
	if where.PostgresURL == "" {
		return nil
	}
	db, err := sql.Open("pgx", where.PostgresURL)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// arrivals are the moments of each webhook, by its number. Each slice has one writer.
type arrivals struct {
	rate              int // webhooks a second, at even distances
	first             int // added to the number of each, so that ids are new
	due, posted, read []time.Time
	news              chan []string // ids of messages of which the desk has told
}

func newArrivals(n, rate int) *arrivals {
	return &arrivals{
		rate: rate, due: make([]time.Time, n), posted: make([]time.Time, n), read: make([]time.Time, n),
		news: make(chan []string, 2*n), // room for an event a message, and one for each change of it
	}
}

// told is the desk's event callback, which must not block.
func (a *arrivals) told(event desk.Event) {
	if event.Kind != desk.EventMessages {
		return
	}
	select {
	case a.news <- event.IDs:
	default: // its messages will be missed, and the benchmark says so
	}
}

// run sends the webhooks numbered from up to below to, each at its time, and returns when the desk has had their messages.
func (a *arrivals) run(ctx context.Context, d *desk.Desk, address string, from, to int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(to-from)*time.Second/arrivalRate+arrivalLimit)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.send(ctx, address, from, to) })
	group.Go(func() error { return a.watch(ctx, d, from, to) })
	return group.Wait()
}

// send sends the webhooks numbered from up to below to, each at its time.
func (a *arrivals) send(ctx context.Context, address string, from, to int) error {
	group, ctx := errgroup.WithContext(ctx)
	next := make(chan int, to-from)
	for range arrivalConnections {
		group.Go(func() error { return a.post(address, next) })
	}
	group.Go(func() error {
		defer close(next)
		return a.pace(ctx, from, to, next)
	})
	return group.Wait()
}

// pace tells when a webhook is due. Those that find no free connection wait, and their waiting counts.
func (a *arrivals) pace(ctx context.Context, from, to int, next chan<- int) error {
	began := time.Now()
	for n := from; n < to; n++ {
		a.due[n] = began.Add(time.Duration(n-from) * time.Second / time.Duration(a.rate))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(a.due[n])):
			next <- n
		}
	}
	return nil
}

// post writes webhooks on one connection.
func (a *arrivals) post(address string, next <-chan int) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	reader := bufio.NewReaderSize(conn, 1024)
	for n := range next {
		if _, err := conn.Write(webhook(a.first+n, n%arrivalContacts, a.due[n], address)); err != nil {
			return err
		}
		status, err := answer(reader)
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			return fmt.Errorf("answered %d", status)
		}
		a.posted[n] = time.Now()
	}
	return nil
}

// watch asks the desk for what it has told of, as its window does, and notes when it was there.
func (a *arrivals) watch(ctx context.Context, d *desk.Desk, from, to int) error {
	numbers := make(map[string]int, to-from) // by Meta's id
	for n := from; n < to; n++ {
		numbers[fmt.Sprintf("wamid.bench.%d", n)] = n
	}
	for left := to - from; left > 0; {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d messages have not come to the desk: %w", left, context.Cause(ctx))
		case ids := <-a.news:
			messages, err := d.Messages(ctx, ids)
			if err != nil {
				return err
			}
			now := time.Now()
			for _, m := range messages {
				if n, known := numbers[m.ProviderId]; known && a.read[n].IsZero() {
					a.read[n] = now
					left--
				}
			}
		}
	}
	return nil
}

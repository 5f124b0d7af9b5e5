package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	fanoutQueue    = 50              // people of one queue; every change is one queue's
	fanoutAll      = 20              // every so many a person sees all queues
	fanoutRate     = 80              // messages a second, what a number may do at first (Meta: Throughput)
	fanoutWarmUp   = 4 * time.Second // everybody has written by then
	fanoutContacts = 12              // who write to one number
)

// fanoutSizes are how many connections to measure. BENCH_FANOUT=200,1000,5000 names others.
func fanoutSizes() (sizes []int, err error) {
	text := os.Getenv("BENCH_FANOUT")
	if text == "" {
		return []int{200, 1000}, nil
	}
	for one := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(one))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("BENCH_FANOUT=%s: it looks like 200,1000", text)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

// fanoutFor is how long each is measured. BENCH_FANOUT_SECONDS says otherwise.
func fanoutFor() time.Duration {
	if seconds, err := strconv.Atoi(os.Getenv("BENCH_FANOUT_SECONDS")); err == nil {
		return time.Duration(seconds) * time.Second
	}
	return 12 * time.Second
}

// person is one connection: it is told of one queue, or of all.
type person struct {
	no, queue int
	all       bool
}

// people spreads n persons over queues.
func people(n int) (all []person, queues int) {
	queues = max(1, n/fanoutQueue)
	for no := range n {
		all = append(all, person{no, no % queues, no%fanoutAll == 0})
	}
	return all, queues
}

// fanout is a way to tell many of what changes. Its server runs in a process of its own, so that nobody else is counted.
type fanout interface {
	// start starts the server for some people and queues; what it needs lies in folder.
	start(ctx context.Context, folder string, all []person, queues int) (*child, error)
	// connect connects a person, returns once changes come, and calls got from one goroutine until ctx ends.
	connect(ctx context.Context, p person, got func(arrival)) error
	// publish says something in a queue.
	publish(ctx context.Context, queue, n int) error
}

// arrival is what came at once.
type arrival struct {
	changes, bytes int
	sent           []time.Time // of those that say when they were said
}

// counted is what a way of telling has cost.
type counted struct {
	microseconds float64 // of processor, for each change that was delivered
	alone        float64 // of processor with one connection, by the same changes
	kilobytes    float64 // of memory for each connection
	p50, p99     time.Duration
	changes      int // delivered
	bytes        int // of one, on average
	perSaying    float64
}

// fanoutBench compares what our feed costs with what NATS core and a bare WebSocket fan-out cost, which keep nothing, know
// nobody's rights and lose what a slow reader does not take.
func fanoutBench(ctx context.Context, folder string) ([]Figure, error) {
	sizes, err := fanoutSizes()
	if err != nil {
		return nil, err
	}
	var figures []Figure
	for _, n := range sizes {
		ours, err := countFanout(ctx, filepath.Join(folder, fmt.Sprint("feed", n)), &feedFanout{}, n, fanoutRate)
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		// The others carry one message for each of our changes, of as many bytes.
		rate := int(math.Round(fanoutRate * ours.perSaying))
		nats, err := countFanout(ctx, folder, &natsFanout{size: ours.bytes}, n, rate)
		if err != nil {
			return nil, fmt.Errorf("NATS: %w", err)
		}
		bare, err := countFanout(ctx, folder, &socketFanout{size: ours.bytes}, n, rate)
		if err != nil {
			return nil, fmt.Errorf("WebSocket: %w", err)
		}
		figures = append(figures,
			atMost(fmt.Sprintf("Feed: processor for a delivered change, %d desks", n), ours.microseconds, "µs", 20, fmt.Sprintf(
				"NATS core %.1f µs, bare WebSocket %.1f µs; %d changes of %d bytes delivered, %d/s; taking them in, keeping and reading them once is %.1f µs more",
				nats.microseconds, bare.microseconds, ours.changes, ours.bytes, int(float64(ours.changes)/fanoutFor().Seconds()), ours.alone)),
			atMost(fmt.Sprintf("Feed: memory of a connection, %d desks", n), ours.kilobytes, "KB", 100, fmt.Sprintf(
				"NATS core %.1f KB, bare WebSocket %.1f KB", nats.kilobytes, bare.kilobytes)),
			atMost(fmt.Sprintf("Feed: said to delivered, p99, %d desks", n), millis(ours.p99), "ms", 250, fmt.Sprintf(
				"median %.1f ms, with a durable webhook and frames of at most 20 a second; NATS core p50 %.1f, p99 %.1f ms; bare WebSocket p50 %.1f, p99 %.1f ms",
				millis(ours.p50), millis(nats.p50), millis(nats.p99), millis(bare.p50), millis(bare.p99))))
	}
	return figures, nil
}

// countFanout lets a server tell n people at a rate.
func countFanout(ctx context.Context, folder string, way fanout, n, rate int) (counted, error) {
	all, queues := people(n)
	server, err := way.start(ctx, folder, all, queues)
	if err != nil {
		return counted{}, err
	}
	defer server.end()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	said := 0
	say := func(lasts time.Duration) (time.Duration, error) { // what it cost
		before, err := server.spent()
		if err != nil {
			return 0, err
		}
		for began, first := time.Now(), said; time.Since(began) < lasts; said++ {
			due := began.Add(time.Duration(said-first) * time.Second / time.Duration(rate))
			time.Sleep(time.Until(due))
			if err := way.publish(ctx, said%queues, said); err != nil {
				return 0, err
			}
		}
		time.Sleep(time.Second / 2) // for what is under way
		after, err := server.spent()
		return after - before, err
	}
	t := &tally{}
	if err := way.connect(ctx, all[0], t.add); err != nil {
		return counted{}, err
	}
	if _, err := say(fanoutWarmUp); err != nil {
		return counted{}, err
	}
	alone, err := say(fanoutFor())
	if err != nil {
		return counted{}, err
	}
	before, err := server.resting()
	if err != nil {
		return counted{}, err
	}
	for _, p := range all[1:] {
		if err := way.connect(ctx, p, t.add); err != nil {
			return counted{}, fmt.Errorf("connection %d: %w", p.no, err)
		}
	}
	if _, err := say(fanoutWarmUp); err != nil {
		return counted{}, err
	}
	after, err := server.resting()
	if err != nil {
		return counted{}, err
	}
	t.clear()
	first := said
	spent, err := say(fanoutFor())
	if err != nil {
		return counted{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changes == 0 || len(t.took) == 0 {
		return counted{}, fmt.Errorf("nothing of %d was delivered", said-first)
	}
	return counted{
		microseconds: float64((spent - alone).Microseconds()) / float64(t.changes), alone: float64(alone.Microseconds()) / float64(t.changes),
		kilobytes: float64(after-before) / float64(max(1, n-1)) / 1024,
		p50:       percentile(t.took, 50), p99: percentile(t.took, 99),
		changes: t.changes, bytes: t.bytes / t.changes, perSaying: float64(t.changes) / float64(len(t.took)),
	}, nil
}

// tally counts what arrives anywhere.
type tally struct {
	mu             sync.Mutex
	changes, bytes int
	took           []time.Duration
}

func (t *tally) add(a arrival) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes, t.bytes = t.changes+a.changes, t.bytes+a.bytes
	for _, sent := range a.sent {
		t.took = append(t.took, now.Sub(sent))
	}
}

func (t *tally) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes, t.bytes, t.took = 0, 0, nil
}

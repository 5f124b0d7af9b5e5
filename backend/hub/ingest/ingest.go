// Package ingest takes in Meta's webhooks.
//
//  1. The raw body is checked against the app secrets of the channel's touchpoints. A body that nobody signed is
//     refused and leaves nothing.
//  2. The body is kept as it came, together with those that arrived meanwhile (group commit), and answered. Before
//     the answer nothing was promised: Meta sends it again. After it, the webhook is durable. So a burst waits for
//     one insert each and not for what it means.
//  3. Right after that the channel's package parses it, and one transaction works in what a batch of webhooks says
//     and forgets them: duplicates are left out, contacts and conversations found or made, windows and counters
//     moved, and the feed last. What nobody understands becomes dead letters.
//  4. A webhook whose hub died in between is worked in by the next one to look.
package ingest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	"parley/backend/hub/trace"

	"golang.org/x/sync/errgroup"
)

// ErrSignature says that no touchpoint's app signed the body.
var ErrSignature = errors.New("signature does not fit")

// errStopped says that the hub is shutting down; Meta sends the webhook again.
var errStopped = errors.New("hub is stopping")

// Ingester takes in webhooks. Serve must be running for Accept to return.
type Ingester struct {
	Tracer *trace.Tracer // nil is none; set before Serve

	store     *store.Store
	directory *touchpoint.Directory
	now       func() time.Time
	log       *slog.Logger
	metrics   *Metrics

	hubID   string // this process, in the webhooks that it keeps
	jobs    chan *job
	stopped chan struct{}
	kept    chan struct{} // something may be there to work in

	working sync.Mutex // guards what follows
	known   *acquaintances
	refused map[string]int // how often a webhook could not be worked in, by id
}

// New returns an ingester. now is the hub's clock.
func New(s *store.Store, d *touchpoint.Directory, now func() time.Time, log *slog.Logger, metrics *Metrics) *Ingester {
	return &Ingester{
		store: s, directory: d, now: now, log: log.With("part", "ingest"), metrics: metrics,
		hubID: conversation.NewID(), jobs: make(chan *job, maxKept), stopped: make(chan struct{}), kept: make(chan struct{}, 1),
		known: newAcquaintances(), refused: map[string]int{},
	}
}

// job is one webhook on its way to being kept.
type job struct {
	row  db.Webhook
	done chan error
}

// Accept returns nil once the webhook is durable. ErrSignature: it was refused. Any other error: nothing is
// promised and Meta should send it again.
func (i *Ingester) Accept(ctx context.Context, ch conversation.Channel, body []byte, signature string) (err error) {
	began := time.Now()
	signer := i.signer(ch, body, signature)
	if signer == nil {
		i.metrics.refused.WithLabelValues(string(ch)).Inc()
		return ErrSignature
	}
	ctx, span := i.Tracer.Start(ctx, trace.Server, "webhook")
	defer func() { span.End(err) }()
	job := &job{done: make(chan error, 1), row: db.Webhook{
		HubID: i.hubID, ID: conversation.NewID(), WorkspaceID: signer.WorkspaceID, TouchpointID: signer.ID,
		Channel: string(ch), Body: body, ReceivedMs: i.now().UnixMilli(),
	}}
	span.ID("webhook", job.row.ID)
	span.ID("touchpoint", signer.ID)
	span.Kind("channel", string(ch))
	span.Count("bytes", int64(len(body)))
	span.Note(trace.Webhook, job.row.ID)
	select {
	case i.jobs <- job:
	case <-i.stopped:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-job.done:
		if err == nil {
			i.metrics.duration.Observe(time.Since(began).Seconds())
		}
		return err
	case <-i.stopped:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// signer finds a touchpoint whose app signed the body, nil when there is none.
func (i *Ingester) signer(ch conversation.Channel, body []byte, signature string) *touchpoint.Touchpoint {
	for secret, t := range i.directory.Signers(ch) {
		if graph.Verify(signature, body, secret) {
			return t
		}
	}
	return nil
}

// Serve keeps webhooks and works them in until ctx ends. Webhooks that wait to be kept then are given back unanswered.
func (i *Ingester) Serve(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return i.keepAll(ctx) })
	group.Go(func() error { return i.workAll(ctx) })
	return group.Wait()
}

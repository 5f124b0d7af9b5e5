// Package ingest takes in Meta's webhooks.
//
//  1. The raw body is checked against the app secrets of the channel's touchpoints. A body that nobody signed is
//     refused and leaves nothing.
//  2. The channel's package parses it. What it does not understand becomes dead letters.
//  3. Everything is written in one transaction, together with the webhooks that arrived meanwhile (group commit):
//     duplicates are left out, contacts and conversations found or made, windows and counters moved, and the feed
//     last.
//  4. Only then is the webhook answered. Before the answer nothing was promised: Meta sends it again. After it,
//     all of it is durable.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// ErrSignature says that no touchpoint's app signed the body.
var ErrSignature = errors.New("signature does not fit")

// errStopped says that the hub is shutting down; Meta sends the webhook again.
var errStopped = errors.New("hub is stopping")

// Ingester takes in webhooks. Serve must be running for Accept to return.
type Ingester struct {
	store     *store.Store
	directory *touchpoint.Directory
	now       func() time.Time
	log       *slog.Logger
	metrics   *Metrics
	jobs      chan *job
	stopped   chan struct{}
	known     *acquaintances
}

// New returns an ingester. now is the hub's clock.
func New(s *store.Store, d *touchpoint.Directory, now func() time.Time, log *slog.Logger, metrics *Metrics) *Ingester {
	return &Ingester{
		store: s, directory: d, now: now, log: log.With("part", "ingest"), metrics: metrics,
		jobs: make(chan *job, maxBatch), stopped: make(chan struct{}), known: newAcquaintances(),
	}
}

// job is one webhook on its way to the database. items are the parts of it, by workspace.
type job struct {
	items map[string][]item
	done  chan error
}

// item is one event, or one dead letter.
type item struct {
	touchpoint *touchpoint.Touchpoint
	event      channel.Event
	dead       *db.DeadLetter
}

// Accept returns nil once everything in the webhook is durable. ErrSignature: it was refused. Any other error:
// nothing is promised and Meta should send it again.
func (i *Ingester) Accept(ctx context.Context, ch conversation.Channel, body []byte, signature string) error {
	began := time.Now()
	secret, workspaceID, ok := i.signer(ch, body, signature)
	if !ok {
		i.metrics.refused.WithLabelValues(string(ch)).Inc()
		return ErrSignature
	}
	job := &job{items: i.read(ctx, ch, body, secret, workspaceID), done: make(chan error, 1)}
	if len(job.items) == 0 {
		return nil
	}
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

// signer finds the app secret that signed the body, and a workspace that has it.
func (i *Ingester) signer(ch conversation.Channel, body []byte, signature string) (channel.Secret, string, bool) {
	for secret, workspaceID := range i.directory.Signers(ch) {
		if graph.Verify(signature, body, secret) {
			return secret, workspaceID, true
		}
	}
	return "", "", false
}

// read parses a signed body and sorts its parts by workspace. Parts that cannot be used become dead letters of the
// workspace whose app signed them.
func (i *Ingester) read(ctx context.Context, ch conversation.Channel, body []byte, secret channel.Secret, signer string) map[string][]item {
	items := map[string][]item{}
	dead := func(accountID, reason string, raw []byte) {
		i.metrics.deadLetters.WithLabelValues(string(ch)).Inc()
		items[signer] = append(items[signer], item{dead: &db.DeadLetter{
			WorkspaceID: signer, ID: conversation.NewID(), Channel: string(ch), AccountID: conversation.CleanText(accountID),
			Reason: conversation.CleanText(reason), Body: conversation.CleanText(string(raw)), ReceivedMs: i.now().UnixMilli(),
		}})
	}
	batch, err := i.directory.Adapter(ch).Parse(body)
	if err != nil {
		dead("", err.Error(), body)
		return items
	}
	for _, r := range batch.Rejected {
		dead(r.AccountID, r.Reason, r.Raw)
	}
	for _, event := range batch.Events {
		if event.Fault != nil { // about a number, a Page or a whole business account
			dead(event.AccountID, fmt.Sprintf("account fault %d (%s)", event.Fault.Failure.Code, event.Fault.Failure.Class), event.Raw)
			continue
		}
		t, known := i.directory.ByAccount(ctx, ch, event.AccountID)
		switch {
		case !known:
			dead(event.AccountID, "no touchpoint has this account", event.Raw)
		case t.Account.AppSecret != secret:
			dead(event.AccountID, "signed by an app that does not own this account", event.Raw)
		default:
			items[t.WorkspaceID] = append(items[t.WorkspaceID], item{touchpoint: t, event: event})
		}
	}
	return items
}

// maxBatch is how many webhooks are written in one transaction at most.
const maxBatch = 256

// Serve writes batches until ctx ends. Webhooks that wait then are given back unanswered.
func (i *Ingester) Serve(ctx context.Context) error {
	defer close(i.stopped)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case first := <-i.jobs:
			i.commit(ctx, i.gather(first))
		}
	}
}

// gather takes whatever has arrived while the last batch was being written.
func (i *Ingester) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case next := <-i.jobs:
			jobs = append(jobs, next)
		default:
			return jobs
		}
	}
	return jobs
}

// commit writes jobs together. When that fails for another reason than the database itself, one of them is at
// fault, and they are written one by one so that it does not cost the others.
func (i *Ingester) commit(ctx context.Context, jobs []*job) {
	i.metrics.batch.Observe(float64(len(jobs)))
	err := i.write(ctx, jobs)
	if err == nil || len(jobs) == 1 || ctx.Err() != nil {
		for _, j := range jobs {
			if err != nil {
				i.log.Error("Webhook not written", "error", err)
			}
			j.done <- err
		}
		return
	}
	i.log.Warn("Batch not written, trying one by one", "webhooks", len(jobs), "error", err)
	for _, j := range jobs {
		err := i.write(ctx, []*job{j})
		if err != nil {
			i.log.Error("Webhook not written", "error", err)
		}
		j.done <- err
	}
}

func (i *Ingester) write(ctx context.Context, jobs []*job) error {
	ctx = context.WithoutCancel(ctx) // a batch that has begun is written; what waits is given back
	byWorkspace := map[string][]item{}
	for _, j := range jobs {
		for workspaceID, items := range j.items {
			byWorkspace[workspaceID] = append(byWorkspace[workspaceID], items...)
		}
	}
	for workspaceID, items := range byWorkspace {
		var b *batch
		_, err := i.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
			b = newBatch(tx, i.now().UnixMilli(), i.known)
			if err := b.load(ctx, items); err != nil {
				return err
			}
			for _, it := range items {
				if err := b.apply(ctx, it); err != nil {
					return err
				}
			}
			return b.write(ctx)
		})
		if err != nil {
			return fmt.Errorf("write webhooks: %w", err)
		}
		i.known.meet(b)
	}
	return nil
}

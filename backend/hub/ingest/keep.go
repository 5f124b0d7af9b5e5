package ingest

import (
	"context"

	"parley/backend/hub/store/db"
)

// maxKept is how many webhooks are kept in one transaction at most.
const maxKept = 256

// keepAll makes webhooks durable until ctx ends.
func (i *Ingester) keepAll(ctx context.Context) error {
	defer close(i.stopped)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case first := <-i.jobs:
			i.keep(ctx, i.gather(first))
		}
	}
}

// gather takes whatever has arrived while the last webhooks were being kept.
func (i *Ingester) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxKept {
		select {
		case next := <-i.jobs:
			jobs = append(jobs, next)
		default:
			return jobs
		}
	}
	return jobs
}

func (i *Ingester) keep(ctx context.Context, jobs []*job) {
	i.metrics.batch.Observe(float64(len(jobs)))
	rows := make([]db.Webhook, len(jobs))
	for n, j := range jobs {
		rows[n] = j.row
	}
	err := i.store.KeepWebhooks(context.WithoutCancel(ctx), rows) // what has begun is kept; what waits is given back
	if err != nil {
		i.log.Error("Webhooks not kept", "webhooks", len(jobs), "error", err)
	}
	for _, j := range jobs {
		j.done <- err
	}
	select {
	case i.kept <- struct{}{}:
	default:
	}
}

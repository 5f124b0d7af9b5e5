package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/sync"
)

// joinLimit is how long a desk may take to catch up with a hub that has nothing.
const joinLimit = 20 * time.Second

// join opens a desk, has it work, and returns when it has caught up with its hub. leave ends it.
func join(ctx context.Context, options desk.Options) (d *desk.Desk, leave func() error, err error) {
	news := make(chan struct{}, 1)
	tell := options.Event
	options.Event = func(event desk.Event) {
		if tell != nil {
			tell(event)
		}
		select {
		case news <- struct{}{}:
		default:
		}
	}
	if d, err = desk.Open(ctx, options); err != nil {
		return nil, nil, err
	}
	working, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- d.Serve(working) }()
	leave = func() error {
		stop()
		return errors.Join(<-served, d.Close())
	}
	late := time.After(joinLimit)
	for {
		c, err := d.Connection(ctx)
		switch {
		case err != nil:
			return nil, nil, errors.Join(err, leave())
		case c.State == sync.Live:
			return d, leave, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, nil, errors.Join(ctx.Err(), leave())
		case <-late:
			return nil, nil, errors.Join(fmt.Errorf("the desk is %s after %v", c.State, joinLimit), leave())
		}
	}
}

// percentile of durations, which it sorts.
func percentile(all []time.Duration, p int) time.Duration {
	slices.Sort(all)
	return all[min(len(all)*p/100, len(all)-1)]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

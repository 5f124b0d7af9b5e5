package desk

import (
	"context"
	"errors"
	stdsync "sync"
	"sync/atomic"
)

// downloadsAtOnce bounds how many files are fetched at the same time.
const downloadsAtOnce = 4

// fetches makes several requests for one file share one download.
type fetches struct {
	mu      stdsync.Mutex
	flights map[string]*flight
	slots   chan struct{}
	running stdsync.WaitGroup
}

// flight is a download under way. It counts what is written to it.
type flight struct {
	done      chan struct{}
	err       error
	cancel    context.CancelFunc
	calledOff atomic.Bool

	got, size atomic.Int64
}

// begin says how much is here already, and how much it will be; -1 when that is not known.
func (f *flight) begin(got, size int64) {
	f.got.Store(got)
	f.size.Store(size)
}

// Write counts bytes.
func (f *flight) Write(p []byte) (int, error) {
	f.got.Add(int64(len(p)))
	return len(p), nil
}

func (f *fetches) init() {
	f.flights = map[string]*flight{}
	f.slots = make(chan struct{}, downloadsAtOnce)
}

func (f *fetches) wait() { f.running.Wait() }

// once runs fetch for key unless it runs already, and waits for it. A request that goes away ends the download that it
// began; those who shared it ask again, unless it was called off.
func (f *fetches) once(ctx context.Context, key string, fetch func(context.Context, *flight) error) error {
	for {
		f.mu.Lock()
		under, shared := f.flights[key]
		if !shared {
			under = &flight{done: make(chan struct{})}
			var flying context.Context
			flying, under.cancel = context.WithCancel(ctx)
			f.flights[key] = under
			f.running.Add(1)
			f.mu.Unlock()
			f.fly(flying, key, under, fetch)
			return under.err
		}
		f.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-under.done:
		}
		if !errors.Is(under.err, context.Canceled) || under.calledOff.Load() {
			return under.err
		}
	}
}

func (f *fetches) fly(ctx context.Context, key string, under *flight, fetch func(context.Context, *flight) error) {
	defer f.running.Done()
	defer under.cancel()
	select {
	case f.slots <- struct{}{}:
		under.err = fetch(ctx, under)
		<-f.slots
	case <-ctx.Done():
		under.err = ctx.Err()
	}
	if under.err != nil && ctx.Err() != nil {
		under.err = errors.Join(ctx.Err(), under.err)
	}
	f.mu.Lock()
	delete(f.flights, key)
	f.mu.Unlock()
	close(under.done)
}

// Progress is how far a file has come on its way here.
type Progress struct {
	Running     bool
	Done, Total int64 // Total is -1 when it is not known
}

// Progress says how far a media file has come on its way here, or an attachment on its way to the hub.
func (d *Desk) Progress(id string) Progress {
	if done, total, running := d.outbox.Uploading(id); running {
		return Progress{Running: true, Done: done, Total: total}
	}
	d.fetches.mu.Lock()
	defer d.fetches.mu.Unlock()
	under, running := d.fetches.flights[id]
	if !running {
		return Progress{}
	}
	return Progress{Running: true, Done: under.got.Load(), Total: under.size.Load()}
}

// CallOff stops a download, or the upload of a message's file. What has come is kept: asking for the file again goes on
// from there. What was to be sent is a draft again.
func (d *Desk) CallOff(id string) {
	if d.outbox.CallOff(id) {
		return
	}
	d.fetches.mu.Lock()
	defer d.fetches.mu.Unlock()
	if under, running := d.fetches.flights[id]; running {
		under.calledOff.Store(true)
		under.cancel()
	}
}

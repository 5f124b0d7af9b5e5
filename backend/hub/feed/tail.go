package feed

import (
	"context"
	"fmt"
	"time"

	"parley/backend/hub/store/db"
)

// tail is the newest part of a workspace's feed, read once for all watches of this hub: what a change costs does not grow
// with how many desks are told of it. It lives as long as somebody watches.
type tail struct {
	feed        *Feed
	workspaceID string
	readers     map[*progress]struct{} // its watches; guarded by the feed's lock
	woken       chan struct{}
	jumped      chan struct{} // the clock has
	stop        context.CancelFunc
	stopped     chan struct{}

	// now is guarded by the feed's lock. What it points to does not change any more.
	now    moment
	places places // serve's alone
}

// moment is what a tail knows at one time.
type moment struct {
	head  db.HeadRow
	parts []*part // everything after from
	from  int64
	at    time.Time     // when the hub was nudged, or looked by itself
	jumps int           // how often the clock has jumped
	err   error         // the database has been out of reach for too long
	next  chan struct{} // closed when there is another moment
}

// part is a run of changes that were read together; never empty.
type part struct{ changes []loaded }

// end is the position of its last change.
func (p *part) end() int64 { return p.changes[len(p.changes)-1].Seq }

const (
	// tailLength is how many changes a tail keeps. A watch that is further behind reads from the database.
	tailLength = 4096
	// A lost wake-up costs a poll. A shared database is written by hubs whose notes may not come through.
	pollAlone  = time.Second
	pollShared = 250 * time.Millisecond
	// readEvery is the least between one look that found something and the next. Whatever is published wakes every watch, also
	// those whom it does not concern, which are nearly all where there are many queues.
	readEvery = 20 * time.Millisecond
	// outageMost is for how long watches are held while the database does not answer: most of its restarts are over by
	// then, and a thousand desks need not come again. Afterwards they look for a hub that reaches it.
	outageMost = 5 * time.Second
)

// follow returns the tail of a workspace. leave it.
func (f *Feed) follow(workspaceID string, reader *progress) *tail {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tails[workspaceID]
	if t == nil {
		ctx, stop := context.WithCancel(context.Background())
		t = &tail{
			feed: f, workspaceID: workspaceID, woken: make(chan struct{}, 1), jumped: make(chan struct{}, 1), stop: stop,
			stopped: make(chan struct{}), now: moment{next: make(chan struct{})},
			readers: map[*progress]struct{}{},
		}
		f.tails[workspaceID] = t
		go t.serve(ctx)
	}
	t.readers[reader] = struct{}{}
	return t
}

// leave ends a tail with its last watch.
func (f *Feed) leave(t *tail, reader *progress) {
	f.mu.Lock()
	delete(t.readers, reader)
	last := len(t.readers) == 0
	if last {
		delete(f.tails, t.workspaceID)
	}
	f.mu.Unlock()
	if last {
		t.stop()
		<-t.stopped
	}
}

// Wake tells the watches of a workspace to look for changes. "" wakes all, to tell them what time it is.
func (f *Feed) Wake(workspaceID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, t := range f.tails {
		signal := t.woken
		if workspaceID == "" {
			signal = t.jumped
		} else if id != workspaceID {
			continue
		}
		select {
		case signal <- struct{}{}:
		default: // it has not looked since the last one
		}
	}
}

// Watchers is how many watches are open.
func (f *Feed) Watchers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, t := range f.tails {
		n += len(t.readers)
	}
	return n
}

func (t *tail) moment() moment {
	t.feed.mu.Lock()
	defer t.feed.mu.Unlock()
	return t.now
}

// publish makes a moment the present one.
func (t *tail) publish(m moment) {
	m.next = make(chan struct{})
	t.feed.mu.Lock()
	before := t.now.next
	t.now = m
	t.feed.mu.Unlock()
	close(before)
}

// serve reads on until ctx ends.
func (t *tail) serve(ctx context.Context) {
	defer close(t.stopped)
	every := pollAlone
	if t.feed.store.Shared() {
		every = pollShared
	}
	poll := time.NewTicker(every)
	defer poll.Stop()
	read := time.Now() // when the database last answered
	for nudged := read; ; nudged = time.Now() {
		began := time.Now()
		m, changed, err := t.read(ctx, t.moment())
		m.at = nudged
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			read = time.Now()
			if changed {
				t.publish(m)
			}
			if changed && m.head.Seq > m.end() {
				continue // there is more
			}
		case time.Since(read) > outageMost && t.moment().err == nil:
			m = t.moment()
			m.err = err
			t.publish(m)
		}
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		case <-t.woken:
		case <-t.jumped:
			m := t.moment()
			m.jumps++
			t.publish(m)
		}
		if changed && pause(ctx, readEvery-time.Since(began)) != nil {
			return
		}
	}
}

// end is the position that a moment reaches.
func (m moment) end() int64 {
	if len(m.parts) == 0 {
		return m.from
	}
	return m.parts[len(m.parts)-1].end()
}

// read returns what came after a moment.
func (t *tail) read(ctx context.Context, m moment) (after moment, changed bool, err error) {
	q := t.feed.store.Read()
	head, err := q.Head(ctx, t.workspaceID)
	if err != nil {
		return m, false, fmt.Errorf("read head: %w", err)
	}
	if m.head.Epoch != head.Epoch { // the first time, or the database was restored
		if head.Seq, err = t.places.begin(ctx, q, t.workspaceID, head.Epoch); err != nil {
			return m, false, err
		}
		return moment{head: head, from: head.Seq, jumps: m.jumps}, true, nil
	}
	changed = head != m.head || m.err != nil
	m.head, m.err = head, nil
	if head.Seq == m.end() {
		return m, changed, nil
	}
	rows, err := q.ListChanges(ctx, db.ListChangesParams{WorkspaceID: t.workspaceID, After: m.end(), N: DefaultPage})
	if err != nil || len(rows) == 0 {
		return m, changed, err
	}
	all, err := t.feed.load(ctx, t.workspaceID, head.Seq, rows)
	if err != nil {
		return m, false, err
	}
	p := &part{changes: all}
	for i := range p.changes {
		p.changes[i].stayed = t.places.stayed(p.changes[i].entity.GetConversation())
	}
	m.append(p)
	m.head.Seq = max(m.head.Seq, m.end())
	return m, true, nil
}

// append adds a part, and lets go of what is too long ago.
func (m *moment) append(p *part) {
	parts, kept := append(m.parts[:len(m.parts):len(m.parts)], p), 0
	for i := len(parts) - 1; i >= 0; i-- {
		if kept += len(parts[i].changes); kept > tailLength && i < len(parts)-1 {
			m.from = parts[i].end()
			parts = parts[i+1:]
			break
		}
	}
	m.parts = parts
}

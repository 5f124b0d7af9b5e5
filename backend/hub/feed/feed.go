package feed

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// ErrReset says that a cursor cannot be continued from: another epoch, or a position that the hub has not reached.
var ErrReset = errors.New("cursor is not of this feed")

// Limits of pages.
const (
	DefaultPage = 500
	MaxPage     = 2000
)

// Feed serves desks. Its methods may run at the same time.
type Feed struct {
	store    *store.Store
	entities *Entities
	now      func() time.Time
	poll     time.Duration

	mu       sync.Mutex
	watchers map[string]map[chan struct{}]bool // by workspace
}

// Poll intervals: how long a lost wake-up can delay a watch. A shared database is written by hubs that do not wake
// this one.
const (
	pollAlone  = time.Second
	pollShared = 100 * time.Millisecond
)

// New returns a feed that is woken by the store's commits.
func New(s *store.Store, entities *Entities, now func() time.Time) *Feed {
	f := &Feed{store: s, entities: entities, now: now, poll: pollAlone, watchers: map[string]map[chan struct{}]bool{}}
	if s.Shared() {
		f.poll = pollShared
	}
	s.OnCommit(f.Wake)
	return f
}

// Wake tells the watches of a workspace to look for changes, and what time it is. "" wakes all.
func (f *Feed) Wake(workspaceID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, set := range f.watchers {
		if workspaceID != "" && id != workspaceID {
			continue
		}
		for wake := range set {
			select {
			case wake <- struct{}{}:
			default: // it has not looked since the last one
			}
		}
	}
}

func (f *Feed) subscribe(workspaceID string) (wake chan struct{}, unsubscribe func()) {
	wake = make(chan struct{}, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watchers[workspaceID] == nil {
		f.watchers[workspaceID] = map[chan struct{}]bool{}
	}
	f.watchers[workspaceID][wake] = true
	return wake, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.watchers[workspaceID], wake)
	}
}

// Watchers is how many watches are open.
func (f *Feed) Watchers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, set := range f.watchers {
		n += len(set)
	}
	return n
}

// Pull returns changes after a cursor.
func (f *Feed) Pull(ctx context.Context, workspaceID string, after *hubv1.Cursor, limit int) (*hubv1.ChangePage, error) {
	head, err := f.store.Read().Head(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	if after.GetEpoch() != head.Epoch || after.GetSeq() > head.Seq {
		return nil, ErrReset
	}
	page := &hubv1.ChangePage{
		Cursor:  &hubv1.Cursor{Epoch: head.Epoch, Seq: after.GetSeq()},
		HeadSeq: head.Seq, HubNowMs: f.now().UnixMilli(),
	}
	if limit <= 0 {
		limit = DefaultPage
	}
	rows, err := f.store.Read().ListChanges(ctx, db.ListChangesParams{
		WorkspaceID: workspaceID, After: after.GetSeq(), N: int64(min(limit, MaxPage)),
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	for _, row := range rows {
		change, err := f.change(ctx, row)
		if err != nil {
			return nil, err
		}
		page.Changes = append(page.Changes, change)
		page.Cursor.Seq = row.Seq
	}
	page.HeadSeq = max(page.HeadSeq, page.Cursor.Seq)
	return page, nil
}

func (f *Feed) change(ctx context.Context, row db.Change) (*hubv1.Change, error) {
	change := &hubv1.Change{Seq: row.Seq, Type: row.EntityType, Id: row.EntityID, Deleted: row.Deleted}
	if row.Deleted {
		return change, nil
	}
	entity, err := f.entities.Entity(ctx, row.WorkspaceID, row.EntityType, row.EntityID)
	if store.NotFound(err) { // deleted since; that change comes, too
		change.Deleted = true
		return change, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", row.EntityType, row.EntityID, err)
	}
	change.Entity = entity
	return change, nil
}

// Pace of a watch.
const (
	frameEvery     = 50 * time.Millisecond
	heartbeatEvery = 15 * time.Second
)

// Watch sends changes after a cursor until ctx ends or send fails. still is asked at every heartbeat whether the
// reader may go on.
func (f *Feed) Watch(ctx context.Context, workspaceID string, after *hubv1.Cursor, send func(*hubv1.Frame) error, still func() error) error {
	wake, unsubscribe := f.subscribe(workspaceID)
	defer unsubscribe()
	poll := time.NewTicker(f.poll)
	defer poll.Stop()
	cursor, beat, woken := after, time.Time{}, true
	for {
		page, err := f.Pull(ctx, workspaceID, cursor, DefaultPage)
		if err != nil {
			return err
		}
		var frame *hubv1.Frame
		switch {
		case len(page.GetChanges()) > 0:
			frame = &hubv1.Frame{Kind: &hubv1.Frame_Changes{Changes: page}}
		case woken, time.Since(beat) >= heartbeatEvery:
			if err := still(); err != nil {
				return err
			}
			frame = &hubv1.Frame{Kind: &hubv1.Frame_Heartbeat{
				Heartbeat: &hubv1.Heartbeat{HubNowMs: page.GetHubNowMs(), HeadSeq: page.GetHeadSeq()},
			}}
		}
		if frame != nil {
			if err := send(frame); err != nil {
				return err
			}
			beat, cursor = time.Now(), page.GetCursor()
			if err := pause(ctx, frameEvery); err != nil {
				return err
			}
		}
		if cursor.GetSeq() < page.GetHeadSeq() {
			woken = false
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			woken = true
		case <-poll.C:
			woken = false
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

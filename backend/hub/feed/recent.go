package feed

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// loaded is a change with the state of what has changed at some time since, and the rows that decide who sees it, of when it
// was asked for. Whatever changed later has a later position.
type loaded struct {
	db.Change
	entity owned
	shown  *hubv1.Change // to whoever may see it; one for all of them, so nobody writes to it
	rows   *scope.Memory
	stayed bool // a conversation that is where it was at its change before: nobody lost sight of it
}

// recent remembers the newest changes of a workspace as they were loaded. After an outage all desks of a hub pull the same
// ones within a second; each is read once for all of them.
type recent struct {
	loading chan struct{} // held by whoever reads

	mu     sync.Mutex
	bySeq  map[int64]loaded // without rows
	rows   *scope.Memory
	rowsAt time.Time
}

// rowsFor is how long what decides who sees a change is not read again: an answer may be so much behind on its way, too.
const rowsFor = 200 * time.Millisecond

// recentMost is how far behind the head a change is remembered.
const recentMost = 4096

// load returns changes with what has changed. What decides who sees them is read after what they say: nobody is shown what
// was said after they lost sight of it.
func (f *Feed) load(ctx context.Context, workspaceID string, headSeq int64, rows []db.Change) ([]loaded, error) {
	r := f.recentOf(workspaceID)
	all, known := r.recall(rows)
	if !known {
		var err error
		if all, err = f.read(ctx, r, headSeq, rows); err != nil {
			return nil, err
		}
	}
	memory := r.present(func() *scope.Memory { return scope.NewMemory(f.store.Read(), workspaceID) })
	for i := range all {
		all[i].rows = memory
	}
	return all, nil
}

// read reads what is not remembered. One reads at a time: the others will find it then.
func (f *Feed) read(ctx context.Context, r *recent, headSeq int64, rows []db.Change) ([]loaded, error) {
	select {
	case r.loading <- struct{}{}:
		defer func() { <-r.loading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	all, known := r.recall(rows)
	if known {
		return all, nil
	}
	for i, row := range rows {
		if all[i].EntityID != "" {
			continue
		}
		what, err := f.loadOne(ctx, row)
		if err != nil {
			return nil, err
		}
		all[i] = what
	}
	r.remember(headSeq, all)
	return all, nil
}

func (f *Feed) loadOne(ctx context.Context, row db.Change) (loaded, error) {
	if row.Deleted {
		return newLoaded(row, owned{}), nil
	}
	entity, err := f.entities.owned(ctx, row.WorkspaceID, row.EntityType, row.EntityID)
	if store.NotFound(err) { // deleted since; that change comes, too
		row.Deleted = true
		return newLoaded(row, owned{}), nil
	}
	if err != nil {
		return loaded{}, fmt.Errorf("read %s %s: %w", row.EntityType, row.EntityID, err)
	}
	return newLoaded(row, entity), nil
}

func newLoaded(row db.Change, entity owned) loaded {
	return loaded{Change: row, entity: entity, shown: &hubv1.Change{
		Seq: row.Seq, Type: row.EntityType, Id: row.EntityID, Deleted: row.Deleted, Entity: entity.Entity,
	}}
}

func (f *Feed) recentOf(workspaceID string) *recent {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.recents[workspaceID] == nil {
		f.recents[workspaceID] = &recent{loading: make(chan struct{}, 1), bySeq: map[int64]loaded{}}
	}
	return f.recents[workspaceID]
}

// present returns the rows that decide who sees what, as they are now or were a moment ago.
func (r *recent) present(read func() *scope.Memory) *scope.Memory {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rows == nil || time.Since(r.rowsAt) >= rowsFor {
		r.rows, r.rowsAt = read(), time.Now()
	}
	return r.rows
}

// recall returns what is remembered, and whether that is all. Positions are not used twice, but after a restore: then another
// entity stands at one.
func (r *recent) recall(rows []db.Change) (all []loaded, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, known = make([]loaded, len(rows)), true
	for i, row := range rows {
		what, found := r.bySeq[row.Seq]
		if !found || what.EntityID != row.EntityID || what.EntityType != row.EntityType {
			known = false
			continue
		}
		all[i] = what
	}
	return all, known
}

// frequent are the types that change all day. Configuration is rare, and some of it looks different once a hub has taken
// notice of it itself.
var frequent = map[string]bool{
	store.TypeConversation: true, store.TypeMessage: true, store.TypeContact: true, store.TypeNote: true, store.TypeDraft: true,
}

// remember keeps what is near the head, and forgets what is not any more.
func (r *recent) remember(headSeq int64, all []loaded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = nil // they are older than this
	for _, what := range all {
		if what.Seq > headSeq-recentMost && frequent[what.EntityType] {
			r.bySeq[what.Seq] = what
		}
	}
	if len(r.bySeq) <= 2*recentMost {
		return
	}
	for seq := range r.bySeq {
		if seq <= headSeq-recentMost {
			delete(r.bySeq, seq)
		}
	}
}

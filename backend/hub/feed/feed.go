package feed

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// ErrReset says that a cursor cannot be continued from: another epoch, a position that the hub has not reached, or one that
// was reached with other rights.
var ErrReset = errors.New("cursor is not of this feed")

// ErrForbidden says that the reader may not see a conversation, or that there is none.
var ErrForbidden = errors.New("the conversation is not this agent's to see")

// Limits of pages.
const (
	DefaultPage = 500
	MaxPage     = 2000
)

// Feed serves desks. Its methods may run at the same time.
type Feed struct {
	store    *store.Store
	entities *Entities
	scopes   *scope.Scopes
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
	f := &Feed{store: s, entities: entities, scopes: scope.New(s), now: now, poll: pollAlone, watchers: map[string]map[chan struct{}]bool{}}
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

// view is what a reader sees of a workspace's feed, from one look at its position.
type view struct {
	*scope.Sight
	reader access.Actor
	head   db.HeadRow
	epoch  string // as the reader knows it
}

// look reads the position before anything else, so that no change after it can be missed.
func (f *Feed) look(ctx context.Context, reader access.Actor) (view, error) {
	q := f.store.Read()
	head, err := q.Head(ctx, reader.WorkspaceID)
	if err != nil {
		return view{}, fmt.Errorf("read head: %w", err)
	}
	may, err := f.scopes.At(ctx, q, reader, head)
	if err != nil {
		return view{}, err
	}
	epoch := head.Epoch
	if !may.All() {
		epoch += "." + may.Fingerprint()
	}
	return view{scope.NewSight(may, q, reader), reader, head, epoch}, nil
}

// Pull returns the changes after a cursor that a reader may see. Those that they may not see move the cursor all the same.
func (f *Feed) Pull(ctx context.Context, reader access.Actor, after *hubv1.Cursor, limit int) (*hubv1.ChangePage, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	return f.pull(ctx, v, after, limit)
}

func (f *Feed) pull(ctx context.Context, v view, after *hubv1.Cursor, limit int) (*hubv1.ChangePage, error) {
	if after.GetEpoch() != v.epoch || after.GetSeq() > v.head.Seq {
		return nil, ErrReset
	}
	page := &hubv1.ChangePage{
		Cursor:  &hubv1.Cursor{Epoch: v.epoch, Seq: after.GetSeq()},
		HeadSeq: v.head.Seq, HubNowMs: f.now().UnixMilli(),
	}
	if limit <= 0 {
		limit = DefaultPage
	}
	rows, err := f.store.Read().ListChanges(ctx, db.ListChangesParams{
		WorkspaceID: v.reader.WorkspaceID, After: after.GetSeq(), N: int64(min(limit, MaxPage)),
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	for _, row := range rows {
		changes, err := f.changes(ctx, v, row)
		if err != nil {
			return nil, err
		}
		page.Changes = append(page.Changes, changes...)
		page.Cursor.Seq = row.Seq
	}
	page.HeadSeq = max(page.HeadSeq, page.Cursor.Seq)
	return page, nil
}

// changes are what a reader gets of a change: one, none, or what leaves their sight with it.
func (f *Feed) changes(ctx context.Context, v view, row db.Change) ([]*hubv1.Change, error) {
	change := &hubv1.Change{Seq: row.Seq, Type: row.EntityType, Id: row.EntityID, Deleted: row.Deleted}
	if row.Deleted {
		return []*hubv1.Change{change}, nil
	}
	entity, err := f.entities.owned(ctx, row.WorkspaceID, row.EntityType, row.EntityID)
	if store.NotFound(err) { // deleted since; that change comes, too
		change.Deleted = true
		return []*hubv1.Change{change}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", row.EntityType, row.EntityID, err)
	}
	sees, err := v.sees(ctx, entity)
	switch {
	case err != nil:
		return nil, err
	case sees:
		change.Entity = entity.Entity
		return []*hubv1.Change{change}, nil
	case row.EntityType == store.TypeConversation:
		return f.hidden(ctx, v, change, entity.GetConversation().GetContactId())
	default:
		return nil, nil // it goes with its conversation
	}
}

// hidden says that the reader may not see a conversation, which they may have; and what they saw of its contact's past
// goes with it.
func (f *Feed) hidden(ctx context.Context, v view, change *hubv1.Change, contactID string) ([]*hubv1.Change, error) {
	change.Deleted, change.Hidden = true, true
	hidden := []*hubv1.Change{change}
	if sees, err := v.Contact(ctx, contactID); sees || err != nil {
		return hidden, err
	}
	past, err := f.store.Read().ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: v.reader.WorkspaceID, ContactID: contactID})
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	for _, c := range past {
		if c.ID != change.Id && !conversation.Status(c.Status).Open() {
			hidden = append(hidden, &hubv1.Change{Seq: change.Seq, Type: change.Type, Id: c.ID, Deleted: true, Hidden: true})
		}
	}
	return hidden, nil
}

// sees reports whether the reader sees an entity.
func (v view) sees(ctx context.Context, e owned) (bool, error) {
	if draft := e.GetDraft(); draft != nil {
		return e.agentID == v.reader.AgentID, nil
	}
	if reply := e.GetQuickReply(); reply != nil {
		return reply.OwnerId == "" || reply.OwnerId == v.reader.AgentID, nil
	}
	if v.All() {
		return true, nil
	}
	switch kind := e.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		return v.Conversation(ctx, kind.Conversation.GetId())
	case *hubv1.Entity_Message:
		return v.Conversation(ctx, kind.Message.GetConversationId())
	case *hubv1.Entity_Note:
		return v.Conversation(ctx, kind.Note.GetConversationId())
	case *hubv1.Entity_Contact:
		return v.Contact(ctx, kind.Contact.GetId())
	default:
		return true, nil // configuration
	}
}

// Pace of a watch.
const (
	frameEvery     = 50 * time.Millisecond
	heartbeatEvery = 15 * time.Second
)

// Watch sends changes after a cursor until ctx ends or send fails. still is asked at every heartbeat whether the
// reader may go on.
//
// Changes that the reader may not see wake nobody: the cursor moves on here, and the reader hears of it with the next
// frame, at the latest with the next heartbeat, which is then a page without changes.
func (f *Feed) Watch(ctx context.Context, reader access.Actor, after *hubv1.Cursor, send func(*hubv1.Frame) error, still func() error) error {
	wake, unsubscribe := f.subscribe(reader.WorkspaceID)
	defer unsubscribe()
	poll := time.NewTicker(f.poll)
	defer poll.Stop()
	cursor, told, beat, woken := after, after.GetSeq(), time.Time{}, true
	scopes := int64(-1)
	for {
		v, err := f.look(ctx, reader)
		if err != nil {
			return err
		}
		if v.head.Scopes != scopes { // rights have changed, or sessions have ended: perhaps this one
			if err := still(); err != nil {
				return err
			}
			scopes = v.head.Scopes
		}
		page, err := f.pull(ctx, v, cursor, DefaultPage)
		if err != nil {
			return err
		}
		quiet := page.GetCursor().GetSeq() == cursor.GetSeq() // the wake-up was about the time
		cursor = page.GetCursor()
		var frame *hubv1.Frame
		switch {
		case len(page.GetChanges()) > 0:
			frame = &hubv1.Frame{Kind: &hubv1.Frame_Changes{Changes: page}}
		case woken && quiet, time.Since(beat) >= heartbeatEvery:
			if err := still(); err != nil {
				return err
			}
			frame = &hubv1.Frame{Kind: &hubv1.Frame_Heartbeat{
				Heartbeat: &hubv1.Heartbeat{HubNowMs: page.GetHubNowMs(), HeadSeq: page.GetHeadSeq()},
			}}
			if told < cursor.GetSeq() {
				frame = &hubv1.Frame{Kind: &hubv1.Frame_Changes{Changes: page}}
			}
		}
		if frame != nil {
			if err := send(frame); err != nil {
				return err
			}
			beat, told = time.Now(), cursor.GetSeq()
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

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
	"parley/backend/hub/trace"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// ErrReset says that a cursor cannot be continued from: another epoch, a position that the hub has not reached, one that was
// reached with other rights, or one from before deletions that were forgotten since.
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
	Tracer *trace.Tracer // nil is none; set before the first watch

	store    *store.Store
	entities *Entities
	scopes   *scope.Scopes
	now      func() time.Time
	metrics  *metrics

	mu      sync.Mutex
	tails   map[string]*tail // by workspace
	recents map[string]*recent
}

// New returns a feed that is woken by the commits of all hubs.
func New(s *store.Store, entities *Entities, now func() time.Time) *Feed {
	f := &Feed{store: s, entities: entities, scopes: scope.New(s), now: now, metrics: newMetrics(), tails: map[string]*tail{}, recents: map[string]*recent{}}
	s.OnNews(f.Wake)
	return f
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
	return f.at(ctx, reader, head)
}

// at is what a reader sees from a position that was read before.
func (f *Feed) at(ctx context.Context, reader access.Actor, head db.HeadRow) (view, error) {
	q := f.store.Read()
	may, err := f.scopes.At(ctx, q, reader, head)
	if err != nil {
		return view{}, err
	}
	epoch := head.Epoch
	if !may.All() {
		epoch += "." + may.Fingerprint()
	}
	return view{scope.NewSight(may, scope.NewMemory(q, reader.WorkspaceID), reader), reader, head, epoch}, nil
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
	if !v.continues(after) {
		return nil, f.reset(v, after)
	}
	page := f.emptyPage(v, after.GetSeq())
	if limit <= 0 {
		limit = DefaultPage
	}
	rows, err := f.store.Read().ListChanges(ctx, db.ListChangesParams{
		WorkspaceID: v.reader.WorkspaceID, After: after.GetSeq(), N: int64(min(limit, MaxPage)),
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	all, err := f.load(ctx, v.reader.WorkspaceID, v.head.Seq, rows)
	if err != nil {
		return nil, err
	}
	for _, what := range all {
		if err := v.add(ctx, page, what); err != nil {
			return nil, err
		}
	}
	page.HeadSeq = max(page.HeadSeq, page.Cursor.Seq)
	return page, nil
}

// continues reports whether a reader can go on from a cursor.
func (v view) continues(after *hubv1.Cursor) bool {
	return after.GetEpoch() == v.epoch && after.GetSeq() <= v.head.Seq && after.GetSeq() >= v.head.Horizon
}

// emptyPage is a page that goes on from a position.
func (f *Feed) emptyPage(v view, seq int64) *hubv1.ChangePage {
	return &hubv1.ChangePage{Cursor: &hubv1.Cursor{Epoch: v.epoch, Seq: seq}, HeadSeq: v.head.Seq, HubNowMs: f.now().UnixMilli()}
}

// add adds what the reader gets of a change to a page: the change, nothing, or what leaves their sight with it.
func (v *view) add(ctx context.Context, page *hubv1.ChangePage, what loaded) error {
	page.Cursor.Seq = what.Seq
	if v.Memory != what.rows {
		v.Sight = scope.NewSight(v.Scope, what.rows, v.reader)
	}
	if what.Deleted {
		page.Changes = append(page.Changes, what.shown)
		return nil
	}
	sees, err := v.sees(ctx, what.entity)
	switch {
	case err != nil:
		return err
	case sees:
		page.Changes = append(page.Changes, what.shown)
	case what.EntityType == store.TypeConversation && !what.stayed:
		change := &hubv1.Change{Seq: what.Seq, Type: what.EntityType, Id: what.EntityID}
		hidden, err := v.hidden(ctx, change, what.entity.GetConversation().GetContactId())
		if err != nil {
			return err
		}
		page.Changes = append(page.Changes, hidden...)
	}
	return nil // what else is not seen goes with its conversation
}

// hidden says that the reader may not see a conversation, which they may have; and what they saw of its contact's past
// goes with it.
func (v view) hidden(ctx context.Context, change *hubv1.Change, contactID string) ([]*hubv1.Change, error) {
	change.Deleted, change.Hidden = true, true
	hidden := []*hubv1.Change{change}
	if sees, err := v.Contact(ctx, contactID); sees || err != nil {
		return hidden, err
	}
	past, err := v.Past(ctx, contactID)
	if err != nil {
		return nil, err
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

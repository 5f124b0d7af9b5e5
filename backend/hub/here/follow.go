package here

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/scope"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// reader is a watch that is told who is where.
type reader struct {
	actor access.Actor
	woken chan struct{}
	noted map[string]bool // conversations to look at again; guarded by the lock of Rooms
	told  map[string]bool // those of which it knows that somebody is there; guarded alike
}

// note lets the reader look at a conversation. The lock of Rooms is held.
func (r *reader) note(conversationID string) {
	r.noted[conversationID] = true
	select {
	case r.woken <- struct{}{}:
	default: // it is about to look
	}
}

// Follow tells an agent who is in the conversations that concern them, until ctx ends or send fails. With it ends what was
// said from the same session: a desk that is gone has left.
func (r *Rooms) Follow(ctx context.Context, actor access.Actor, send func(*hubv1.Here) error) error {
	me := r.enter(actor)
	defer r.leave(me)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-me.woken:
		}
		may, err := r.scope(ctx, actor)
		if err != nil {
			return err
		}
		if news := r.look(me, may); news != nil {
			if err := send(news); err != nil {
				return err
			}
		}
		if err := pause(ctx, newsEvery); err != nil {
			return err
		}
	}
}

// enter makes a reader who will look at everything.
func (r *Rooms) enter(actor access.Actor) *reader {
	me := &reader{actor: actor, woken: make(chan struct{}, 1), noted: map[string]bool{}, told: map[string]bool{}}
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.room(actor.WorkspaceID)
	room.readers[me] = true
	for id := range room.occupied {
		if room.concerns(id, actor.AgentID) {
			me.note(id)
		}
	}
	return me
}

func (r *Rooms) leave(me *reader) {
	r.mu.Lock()
	room := r.room(me.actor.WorkspaceID)
	delete(room.readers, me)
	last := true
	for other := range room.readers {
		last = last && other.actor.SessionID != me.actor.SessionID
	}
	entered, known := room.sessions[me.actor.SessionID]
	gone := said{Hub: r.hub, WorkspaceID: me.actor.WorkspaceID, SessionID: me.actor.SessionID}
	if last && known && entered.Hub == r.hub {
		room.take(gone, r.now())
		defer r.pass(gone)
	}
	r.mu.Unlock()
}

// look returns what is new for a reader; nil for nothing.
func (r *Rooms) look(me *reader, may scope.Scope) *hubv1.Here {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.room(me.actor.WorkspaceID)
	news := &hubv1.Here{}
	for _, id := range slices.Sorted(maps.Keys(me.noted)) {
		var colleagues []*hubv1.Colleague
		if room.concerns(id, me.actor.AgentID) && may.Works(room.occupied[id].row()) {
			colleagues = room.colleagues(id, me.actor.AgentID)
		}
		if len(colleagues) == 0 && !me.told[id] {
			continue
		}
		me.told[id] = true
		if len(colleagues) == 0 {
			delete(me.told, id)
		}
		news.Conversations = append(news.Conversations, &hubv1.InConversation{ConversationId: id, Colleagues: colleagues})
	}
	clear(me.noted)
	if news.Conversations == nil {
		return nil
	}
	return news
}

// seen is where a workspace stood a moment ago. Its many readers share it.
type seen struct {
	head db.HeadRow
	at   time.Time
}

// scope is what an agent may see: changed rights count within newsEvery.
func (r *Rooms) scope(ctx context.Context, actor access.Actor) (scope.Scope, error) {
	q := r.store.Read()
	r.mu.Lock()
	now := r.room(actor.WorkspaceID).seen
	r.mu.Unlock()
	if now.at.IsZero() || r.now().Sub(now.at) >= newsEvery {
		head, err := q.Head(ctx, actor.WorkspaceID)
		if err != nil {
			return scope.Scope{}, fmt.Errorf("read head: %w", err)
		}
		now = seen{head, r.now()}
		r.mu.Lock()
		r.room(actor.WorkspaceID).seen = now
		r.mu.Unlock()
	}
	return r.scopes.At(ctx, q, actor, now.head)
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

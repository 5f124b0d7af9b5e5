package feed_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Who loses sight of a conversation is told once, and hears no more of what colleagues do with it.
func TestWatchTellsOnceOfWhatLeft(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		ana, rui := r.Agents[0], r.Agents[1]
		other := r.Queue(t, "Complaints", rui)
		c := r.Conversation(t, nil)
		r.execute(t, ana, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: c.ID}}})
		start, hidden := r.snapshot(t).cursor, r.hiddenFrom(t, ana, other)
		r.execute(t, ana, &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: &hubv1.Transfer{ConversationId: c.ID, ToQueueId: other}}})
		if told := hidden(); len(told) != 1 {
			t.Errorf("ana was told %d times that the conversation left", len(told))
		}
		for range 5 {
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { tx.Changed(store.TypeConversation, c.ID); return nil }); err != nil {
				t.Fatal(err)
			}
			if told := hidden(); len(told) != 0 {
				t.Errorf("ana was told %d times of a conversation that is not hers", len(told))
			}
		}
		// Whoever comes back from further behind is told, because they may have it.
		page, err := r.feed.Pull(t.Context(), ana, start, 100)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, change := range page.GetChanges() {
			if change.GetHidden() && change.GetId() == c.ID {
				left++
			}
		}
		if left != 1 {
			t.Errorf("a pull tells %d times that the conversation left", left)
		}
	})
}

// A desk that comes back, from a hub that is further on than this one has read, goes on from where it stands.
func TestPageAheadOfTheTail(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		r.Conversation(t, nil)
		here := r.snapshot(t).cursor
		c := r.Conversation(t, nil)
		page, err := r.feed.PageBehind(t.Context(), r.Agents[0], here, here.GetSeq()-1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(page.GetChanges(), func(change *hubv1.Change) bool { return change.GetId() == c.LastMessageID }) {
			t.Errorf("it is not told of what came: %v", page)
		}
	})
}

// A hub that has just started does not tell everybody of every conversation that moves: it knows who could see what before.
func TestNewTailIsQuiet(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		ana, rui, eva := r.Agents[0], r.Agents[1], r.Agents[2]
		other := r.Queue(t, "Complaints", rui)
		var foreign []string
		for range 10 {
			foreign = append(foreign, r.InQueue(t, other).ID)
		}
		mine := r.Conversation(t, nil)
		r.execute(t, ana, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: mine.ID}}})
		past := r.Conversation(t, func(c *db.Conversation) {
			c.Status, c.AssigneeID, c.ClosedMs = string(conversation.StatusClosed), eva.AgentID, r.NowMs()
		})
		hidden := r.hiddenFrom(t, ana, other)
		touch := func(ids ...string) {
			t.Helper()
			_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				rows, err := tx.LockConversations(t.Context(), ids)
				for i := range rows {
					rows[i].Version++
					tx.Changed(store.TypeConversation, rows[i].ID)
				}
				return errors.Join(err, tx.Write(t.Context(), store.Rows{TouchConversations: rows}))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		touch(foreign...)
		if got := hidden(); len(got) != 0 {
			t.Errorf("ana was told of %d conversations that she could never see", len(got))
		}
		fresh := r.InQueue(t, other).ID
		if got := hidden(); len(got) != 0 { // read as it was made
			t.Errorf("ana was told %v of a new conversation that is not for her", got)
		}
		touch(fresh)
		if got := hidden(); len(got) != 0 {
			t.Errorf("ana was told %v of a message that is not for her", got)
		}
		r.execute(t, ana, &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: &hubv1.Transfer{ConversationId: mine.ID, ToQueueId: other}}})
		if got := hidden(); !slices.Equal(got, []string{mine.ID}) {
			t.Errorf("ana was told of %v, hers was taken away: %s", got, mine.ID)
		}
		// What was closed when the hub started may have been seen as somebody's past: that it is elsewhere now must be told.
		_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
			rows, err := tx.LockConversations(t.Context(), []string{past.ID})
			for i := range rows {
				rows[i].QueueID, rows[i].Version = other, rows[i].Version+1
				tx.Changed(store.TypeConversation, rows[i].ID)
			}
			return errors.Join(err, tx.Write(t.Context(), store.Rows{PutConversations: rows}))
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := hidden(); !slices.Equal(got, []string{past.ID}) {
			t.Errorf("ana was told of %v, what she saw closed has left: %s", got, past.ID)
		}
	})
}

// hiddenFrom begins a watch, the first of its hub, and returns what says of which conversations it was told since that they left.
// Of conversations in the foreign queue the reader must be told nothing.
func (r *room) hiddenFrom(t *testing.T, reader access.Actor, foreign string) func() []string {
	t.Helper()
	frames, ended := make(chan *hubv1.Frame, 100), make(chan error, 1)
	start := r.snapshot(t).cursor
	go func() {
		ended <- r.feed.Watch(t.Context(), reader, start, func(f *hubv1.Frame) error { frames <- f; return nil }, func() error { return nil })
	}()
	hidden := func() (ids []string) {
		t.Helper()
		// A marker that everybody sees: what came before it has been told.
		if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { tx.Changed(store.TypeAgent, reader.AgentID); return nil }); err != nil {
			t.Fatal(err)
		}
		for {
			select {
			case f := <-frames:
				for _, change := range f.GetChanges().GetChanges() {
					if change.GetHidden() {
						ids = append(ids, change.GetId())
					} else if change.GetType() == store.TypeAgent {
						return ids
					} else if change.GetEntity().GetConversation().GetQueueId() == foreign {
						t.Errorf("the reader sees %v", change)
					}
				}
			case err := <-ended:
				t.Fatalf("the watch ended: %v", err)
			case <-time.After(20 * time.Second):
				t.Fatal("no frame came")
			}
		}
	}
	hidden() // the tail follows from here on
	return hidden
}

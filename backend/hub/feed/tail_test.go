package feed_test

import (
	"slices"
	"testing"
	"time"

	"parley/backend/hub/store"
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
		start := r.snapshot(t).cursor
		frames, ended := make(chan *hubv1.Frame, 100), make(chan error, 1)
		go func() {
			ended <- r.feed.Watch(t.Context(), ana, start, func(f *hubv1.Frame) error { frames <- f; return nil }, func() error { return nil })
		}()
		marker := func() { // something that everybody sees
			t.Helper()
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { tx.Changed(store.TypeAgent, rui.AgentID); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		hiddenUntilMarker := func() (n int) {
			t.Helper()
			for {
				select {
				case f := <-frames:
					for _, change := range f.GetChanges().GetChanges() {
						if change.GetHidden() {
							n++
						} else if change.GetType() == store.TypeAgent {
							return n
						} else if change.GetEntity().GetConversation().GetQueueId() == other {
							t.Errorf("ana sees %v", change)
						}
					}
				case err := <-ended:
					t.Fatalf("the watch ended: %v", err)
				case <-time.After(20 * time.Second):
					t.Fatal("no frame came")
				}
			}
		}
		marker()
		if n := hiddenUntilMarker(); n != 0 { // it follows from here on
			t.Errorf("ana was told %d times of what has not left", n)
		}
		r.execute(t, ana, &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: &hubv1.Transfer{ConversationId: c.ID, ToQueueId: other}}})
		marker()
		if n := hiddenUntilMarker(); n != 1 {
			t.Errorf("ana was told %d times that the conversation left", n)
		}
		for range 5 {
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { tx.Changed(store.TypeConversation, c.ID); return nil }); err != nil {
				t.Fatal(err)
			}
			marker()
			if n := hiddenUntilMarker(); n != 0 {
				t.Errorf("ana was told %d times of a conversation that is not hers", n)
			}
		}
		// Whoever comes back from further behind is told, because they may have it.
		page, err := r.feed.Pull(t.Context(), ana, start, 100)
		if err != nil {
			t.Fatal(err)
		}
		hidden := 0
		for _, change := range page.GetChanges() {
			if change.GetHidden() && change.GetId() == c.ID {
				hidden++
			}
		}
		if hidden != 1 {
			t.Errorf("a pull tells %d times that the conversation left", hidden)
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

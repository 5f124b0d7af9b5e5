package admin_test

import (
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// What goes through a number is told as it is: the last message each way, what waits, what failed today, what nobody understood.
func TestTraffic(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m := newTeam(t, s, 0)
		channels := &admin.Channels{Store: s, Directory: m.Directory, Now: m.Now}
		ended := func(state string) func(*db.Conversation) {
			return func(c *db.Conversation) { c.LastDirection, c.LastState = "out", state }
		}
		m.Conversation(t, ended("failed")) // of yesterday, and before
		m.Advance(25 * time.Hour)
		first := m.NowMs()
		m.Conversation(t, ended("failed"))
		m.Conversation(t, ended("delivered"))
		m.Advance(time.Hour)
		open := m.Conversation(t, ended("in_hub"))
		_, err := s.InTx(t.Context(), m.ID, func(tx *store.Tx) error {
			return tx.Write(t.Context(), store.Rows{
				Messages: []db.Message{{
					WorkspaceID: m.ID, ID: conversation.NewID(), ConversationID: open.ID, TouchpointID: open.TouchpointID, ContactID: open.ContactID, No: 2,
					Direction: "out", Kind: "text", SentMs: m.NowMs(), CreatedMs: m.NowMs(), Content: "{}", State: "in_hub", Attempt: 1, Version: 1,
				}},
				DeadLetters: []db.DeadLetter{{WorkspaceID: m.ID, ID: conversation.NewID(), Channel: "messenger", Reason: "?", Body: "{}"}},
			})
		})
		must(t, err)
		traffic, err := channels.Traffic(t.Context(), m.ID)
		must(t, err)
		want := map[string]admin.Traffic{
			m.WhatsApp.ID: {
				TouchpointID: m.WhatsApp.ID, InboundMs: m.NowMs(), SentMs: first, Waiting: 1, OldestMs: m.NowMs(), Failed: 1,
			},
			m.Messenger.ID: {TouchpointID: m.Messenger.ID, DeadLetters: 1},
		}
		for _, got := range traffic {
			if got != want[got.TouchpointID] {
				t.Errorf("%+v, not %+v", got, want[got.TouchpointID])
			}
		}
		if len(traffic) != 2 {
			t.Errorf("%d touchpoints", len(traffic))
		}
		if _, err := channels.Check(t.Context(), m.ID, "nothing"); err == nil {
			t.Error("a touchpoint that there is not was checked")
		}
	})
}

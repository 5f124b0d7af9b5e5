package delivery_test

import (
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// Meta restricts Pages that put the human-agent mark on what needs none, or on what no person wrote.
func TestHumanAgentMark(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		meta := &fakeMeta{window: channel.WindowRule{Length: 7 * 24 * time.Hour, Standard: 24 * time.Hour}}
		w := hubtest.New(t, s, 1, meta)
		o := &office{w, meta, newSender(w), inbox.New(w.Store, w.Directory, w.Now)}
		marked := func() bool {
			t.Helper()
			before := len(meta.texts())
			o.step(t)
			if len(meta.texts()) != before+1 {
				t.Fatal("nothing was sent")
			}
			return meta.sent[before].HumanAgent
		}
		c := o.open(t)
		o.Advance(24*time.Hour - time.Second)
		o.write(t, c, "within a day")
		if marked() {
			t.Error("within a day")
		}
		o.Advance(2 * time.Second)
		o.write(t, c, "a person, after a day")
		if !marked() {
			t.Error("not on what a person wrote after a day")
		}
		_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
			id := conversation.NewID()
			err := tx.InsertMessage(t.Context(), db.InsertMessageParams{
				WorkspaceID: o.ID, ID: id, ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: 99,
				Direction: "out", Kind: "text", SentMs: o.NowMs(), CreatedMs: o.NowMs(), Content: `{"kind":"text","text":"by itself"}`,
				State: string(conversation.DeliveryInHub), Version: 1, Attempt: 1,
			})
			if err != nil {
				return err
			}
			return delivery.Wake(t.Context(), tx, c, o.NowMs())
		})
		if err != nil {
			t.Fatal(err)
		}
		if marked() {
			t.Error("on what nobody wrote")
		}
	})
}

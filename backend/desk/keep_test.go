package desk_test

import (
	"context"
	"testing"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestKeeping(t *testing.T) {
	const dayMs = 86_400_000

	t.Run("what is too old is forgotten, and what the agent has typed is not", func(t *testing.T) {
		b := begin(t)
		old, drafted, young := b.mine("Ana"), b.mine("Rui"), b.mine("Eva")
		b.types(drafted, "I wanted to say")
		for _, id := range []string{old, drafted} {
			c := b.hub.Conversation(id)
			c.Status = "closed"
			b.hub.Put(c)
		}
		b.until("closed", func() bool { return len(b.lists().Mine) == 1 })
		b.atHub(drafted, "I wanted to say")
		b.stop()
		b.hub.Advance(100 * 24 * time.Hour)
		b.hub.Write(young, "Still there?")
		again := sit(t, b.hub, b.folder)
		again.live()
		again.stop()
		third := sit(t, b.hub, b.folder) // which knows the hub's time from its start
		third.until("forgotten", func() bool { return len(must(third.Conversations(t.Context(), []string{old}))) == 0 })
		if lists := third.lists(); len(lists.Drafted) != 1 || lists.Drafted[0].Draft != "I wanted to say" || len(lists.Mine) != 1 {
			t.Fatalf("%+v", lists)
		}
	})

	t.Run("a workspace says how long", func(t *testing.T) {
		b := begin(t)
		b.hub.Put(&hubv1.Workspace{Id: desktest.WorkspaceID, Name: "Ondaverde", AccessDays: 30})
		id := b.mine("Ana")
		b.stop()
		for days, ended := range map[int]bool{29: false, 31: true} {
			c, _, err := cache.Open(t.Context(), b.folder)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now().UnixMilli()
			err = c.Update(t.Context(), func(tx *cache.Tx) error {
				return tx.SetMetaInt(context.Background(), cache.MetaCompleteMs, now-int64(days)*dayMs)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			b.hub.SetDown(true)
			offline := sit(t, b.hub, b.folder)
			offline.until("offline", func() bool { return !offline.reachable() })
			if c := offline.connection(); c.AccessEnded != ended {
				t.Fatalf("after %d days: %+v", days, c)
			}
			if err := offline.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "kept"}); err != nil {
				t.Fatal(err)
			}
			b.hub.SetDown(false)
			offline.until("access", func() bool { return !offline.connection().AccessEnded })
			offline.live()
			offline.stop()
		}
	})
}

package sweep_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/sweep"
)

const day = 24 * time.Hour

// replays notes which webhooks are worked in again.
type replays struct{ webhooks []string }

func (r *replays) Replay(_ context.Context, _, webhookID string, _ func(*store.Tx) error) (int64, bool, error) {
	r.webhooks = append(r.webhooks, webhookID)
	return 1, true, nil
}

// What was not understood is kept for as long as admins say, tried once more, and then forgotten. What a hub of before had kept
// for ever is not forgotten before admins had as long to look at it.
func TestLetters(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 1, hubtest.Channels()...)
		again := &replays{}
		sweeper := &sweep.Sweeper{Store: s, Now: w.Now, Log: slog.New(slog.DiscardHandler), Replayer: again}
		arrives := func(name string, age time.Duration, whole bool) {
			t.Helper()
			letter := db.DeadLetter{WorkspaceID: w.ID, ID: conversation.NewID(), Channel: "whatsapp", Reason: name, Body: "{}", ReceivedMs: w.Now().Add(-age).UnixMilli()}
			_, err := s.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
				if whole {
					letter.WebhookID = name
					if err := tx.KeepDeadWebhook(t.Context(), db.KeepDeadWebhookParams{WorkspaceID: w.ID, ID: name, Channel: "whatsapp", Body: []byte("{}"), ReceivedMs: letter.ReceivedMs}); err != nil {
						return err
					}
				}
				return tx.Write(t.Context(), store.Rows{DeadLetters: []db.DeadLetter{letter}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		after := func(wait time.Duration, want ...string) {
			t.Helper()
			w.Advance(wait)
			if err := sweeper.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			rows, err := s.Read().DeadLettersBefore(t.Context(), db.DeadLettersBeforeParams{WorkspaceID: w.ID, N: 100})
			if err != nil {
				t.Fatal(err)
			}
			var left []string
			for _, row := range rows {
				left = append(left, row.Reason)
			}
			if slices.Sort(left); !slices.Equal(left, want) {
				t.Errorf("%v are left, not %v", left, want)
			}
		}
		arrives("ancient", 300*day, true)
		arrives("older than wholes", 400*day, false)
		after(0, "ancient", "older than wholes") // it begins to count
		after(89*day, "ancient", "older than wholes")
		arrives("young", 0, true)
		after(day+time.Hour, "young")
		if !slices.Equal(again.webhooks, []string{"ancient"}) {
			t.Errorf("%v were tried once more", again.webhooks)
		}
		if kept, err := s.Read().DeadWebhooks(t.Context(), db.DeadWebhooksParams{WorkspaceID: w.ID, N: 10}); err != nil || len(kept) != 1 || kept[0].ID != "young" {
			t.Errorf("of webhooks %v are kept, %v", kept, err)
		}
		if _, err := admin.SetKeeping(t.Context(), s, access.Actor{WorkspaceID: w.ID}, admin.Keeping{Letters: 2}); err != nil {
			t.Fatal(err)
		}
		after(0, "young")
		after(day)
	})
}

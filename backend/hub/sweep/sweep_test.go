package sweep_test

import (
	"log/slog"
	"testing"
	"time"

	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/sweep"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A status may come a week before Meta's answer to the send; what is older only fills the table.
func TestSweep(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 1, hubtest.Channels()...)
		park := func(id string, age time.Duration) {
			_, err := s.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
				return tx.Write(t.Context(), store.Rows{Parked: []db.ParkedStatus{{
					WorkspaceID: w.ID, TouchpointID: w.WhatsApp.ID, ProviderID: id, State: "delivered", CreatedMs: w.Now().Add(-age).UnixMilli(),
				}}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		park("old", sweep.ParkedFor+time.Second)
		park("young", sweep.ParkedFor-time.Second)
		if err := (&sweep.Sweeper{Store: s, Now: w.Now, Log: slog.New(slog.DiscardHandler)}).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]int{"old": 0, "young": 1} {
			rows, err := s.Read().ParkedStatuses(t.Context(), db.ParkedStatusesParams{WorkspaceID: w.ID, TouchpointID: w.WhatsApp.ID, ProviderID: id})
			if err != nil || len(rows) != want {
				t.Errorf("%s: %d rows, %v", id, len(rows), err)
			}
		}
	})
}

package admin_test

import (
	"testing"

	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
)

// How long desks keep what was said is changed by an admin, within bounds, and each change is written down.
func TestKeeping(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		row, err := admin.SetKeeping(ctx, s, m.eva, 0, 0)
		if err != nil || row.HistoryDays != 90 || row.AccessDays != 7 {
			t.Fatalf("begins with %d and %d days, %v", row.HistoryDays, row.AccessDays, err)
		}
		for _, days := range [][2]int64{{-1, 0}, {0, -1}, {36_501, 7}, {90, 40_000}} {
			_, err := admin.SetKeeping(ctx, s, m.eva, days[0], days[1])
			m.refuses(admin.ErrDays, err)
		}
		if row, err = admin.SetKeeping(ctx, s, m.eva, 30, 0); err != nil || row.HistoryDays != 30 || row.AccessDays != 7 {
			t.Errorf("has %d and %d days, %v", row.HistoryDays, row.AccessDays, err)
		}
		if _, err = admin.SetKeeping(ctx, s, m.eva, 30, 7); err != nil {
			t.Error(err)
		}
		if done := m.done(m.ID); len(done) != 1 || done[0] != "keeping_changed history 90 to 30 days, access 7 to 7 days" {
			t.Errorf("the audit says %q", done)
		}
	})
}

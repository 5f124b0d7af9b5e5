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
		row, err := admin.SetKeeping(ctx, s, m.eva, admin.Keeping{})
		if err != nil || row.HistoryDays != 90 || row.AccessDays != 7 || row.LetterDays != 90 {
			t.Fatalf("begins with %d, %d and %d days, %v", row.HistoryDays, row.AccessDays, row.LetterDays, err)
		}
		for _, days := range []admin.Keeping{{History: -1}, {Access: -1}, {Letters: -1}, {History: 36_501, Access: 7}, {History: 90, Access: 40_000}, {Letters: 40_000}} {
			_, err := admin.SetKeeping(ctx, s, m.eva, days)
			m.refuses(admin.ErrDays, err)
		}
		if row, err = admin.SetKeeping(ctx, s, m.eva, admin.Keeping{History: 30, Letters: 14}); err != nil || row.HistoryDays != 30 || row.AccessDays != 7 || row.LetterDays != 14 {
			t.Errorf("has %d, %d and %d days, %v", row.HistoryDays, row.AccessDays, row.LetterDays, err)
		}
		if _, err = admin.SetKeeping(ctx, s, m.eva, admin.Keeping{History: 30, Access: 7}); err != nil {
			t.Error(err)
		}
		if done := m.done(m.ID); len(done) != 1 || done[0] != "keeping_changed history 90 to 30 days, access 7 to 7 days, dead letters 90 to 14 days" {
			t.Errorf("the audit says %q", done)
		}
	})
}

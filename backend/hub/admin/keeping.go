package admin

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// maxDays bounds settings in days: a century is for ever.
const maxDays = 36_500

// ErrDays says that a number of days cannot be.
var ErrDays = &Problem{"days", "days are counted from 1 to 36500"}

// SetKeeping says for how many days desks keep what was said, and for how many days after their last contact with the hub
// they show it. 0 leaves a setting as it is; two of them change nothing.
func SetKeeping(ctx context.Context, s *store.Store, by access.Actor, historyDays, accessDays int64) (db.Workspace, error) {
	if min(historyDays, accessDays) < 0 || max(historyDays, accessDays) > maxDays {
		return db.Workspace{}, ErrDays
	}
	var row db.Workspace
	_, err := s.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) (err error) {
		if err := tx.LockWorkspace(ctx, by.WorkspaceID); err != nil {
			return err
		}
		if row, err = tx.Workspace(ctx, by.WorkspaceID); err != nil {
			return err
		}
		before := row
		if historyDays > 0 {
			row.HistoryDays = historyDays
		}
		if accessDays > 0 {
			row.AccessDays = accessDays
		}
		if row == before {
			return nil
		}
		tx.Changed(store.TypeWorkspace, row.ID)
		if err := tx.SetKeeping(ctx, db.SetKeepingParams{WorkspaceID: row.ID, HistoryDays: row.HistoryDays, AccessDays: row.AccessDays}); err != nil {
			return err
		}
		return note(ctx, tx, by, audit.Entry{
			Action: audit.KeepingChanged, SubjectID: row.ID,
			Detail: fmt.Sprintf("history %d to %d days, access %d to %d days", before.HistoryDays, row.HistoryDays, before.AccessDays, row.AccessDays),
		})
	})
	if err != nil {
		return db.Workspace{}, fmt.Errorf("set keeping: %w", err)
	}
	return row, nil
}

package admin

import (
	"cmp"
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

// Keeping is for how many days desks keep what was said, for how many after their last contact with the hub they show it, and
// for how many the hub keeps what it did not understand. 0 leaves a setting as it is.
type Keeping struct{ History, Access, Letters int64 }

// SetKeeping says for how long things are kept; without anything to change it only says how it is.
func SetKeeping(ctx context.Context, s *store.Store, by access.Actor, k Keeping) (db.Workspace, error) {
	if min(k.History, k.Access, k.Letters) < 0 || max(k.History, k.Access, k.Letters) > maxDays {
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
		row.HistoryDays = cmp.Or(k.History, row.HistoryDays)
		row.AccessDays = cmp.Or(k.Access, row.AccessDays)
		row.LetterDays = cmp.Or(k.Letters, row.LetterDays)
		if row == before {
			return nil
		}
		tx.Changed(store.TypeWorkspace, row.ID)
		if err := tx.SetKeeping(ctx, db.SetKeepingParams{WorkspaceID: row.ID, HistoryDays: row.HistoryDays, AccessDays: row.AccessDays, LetterDays: row.LetterDays}); err != nil {
			return err
		}
		return note(ctx, tx, by, audit.Entry{
			Action: audit.KeepingChanged, SubjectID: row.ID,
			Detail: fmt.Sprintf("history %d to %d days, access %d to %d days, dead letters %d to %d days",
				before.HistoryDays, row.HistoryDays, before.AccessDays, row.AccessDays, before.LetterDays, row.LetterDays),
		})
	})
	if err != nil {
		return db.Workspace{}, fmt.Errorf("set keeping: %w", err)
	}
	return row, nil
}

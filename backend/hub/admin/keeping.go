package admin

import (
	"context"
	"errors"
	"fmt"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// maxDays bounds settings in days: a century is for ever.
const maxDays = 36_500

// SetKeeping says for how many days desks keep what was said, and for how many days after their last contact with the hub
// they show it. 0 leaves a setting as it is.
func SetKeeping(ctx context.Context, s *store.Store, workspaceID string, historyDays, accessDays int64) (db.Workspace, error) {
	if min(historyDays, accessDays) < 0 || max(historyDays, accessDays) > maxDays {
		return db.Workspace{}, errors.New("days are counted from 1 to 36500")
	}
	var row db.Workspace
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) (err error) {
		if row, err = tx.Workspace(ctx, workspaceID); err != nil {
			return err
		}
		if historyDays > 0 {
			row.HistoryDays = historyDays
		}
		if accessDays > 0 {
			row.AccessDays = accessDays
		}
		tx.Changed(store.TypeWorkspace, workspaceID)
		return tx.SetKeeping(ctx, db.SetKeepingParams{WorkspaceID: workspaceID, HistoryDays: row.HistoryDays, AccessDays: row.AccessDays})
	})
	if err != nil {
		return db.Workspace{}, fmt.Errorf("set keeping: %w", err)
	}
	return row, nil
}

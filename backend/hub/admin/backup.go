package admin

import (
	"context"
	"errors"
	"fmt"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Restored says what a restore has left to people.
type Restored struct {
	Doubtful int64 // messages that may have been sent after the backup was made
}

// Restore fills an empty store from a backup and renews it.
func Restore(ctx context.Context, backup, s *store.Store) (Restored, error) {
	if _, err := backup.CopyTo(ctx, s); err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	return Renew(ctx, s)
}

// Renew makes a database that was restored safe to serve from. Desks have seen what came after the backup, so their
// positions must not be continued from: they begin anew, with their drafts and what they have not sent. And of what waited
// to be sent nobody knows whether it was: sending it might tell a customer the same thing twice, so a person decides.
func Renew(ctx context.Context, s *store.Store) (Restored, error) {
	workspaces, err := s.Read().Workspaces(ctx)
	if err != nil {
		return Restored{}, fmt.Errorf("renew: %w", err)
	}
	if len(workspaces) == 0 {
		return Restored{}, errors.New("renew: there is no workspace in this database")
	}
	var out Restored
	for _, w := range workspaces {
		_, err := s.InTx(ctx, w.ID, func(tx *store.Tx) error {
			n, err := tx.DoubtUnsent(ctx, w.ID)
			if err != nil {
				return err
			}
			out.Doubtful += n
			return tx.SetEpoch(ctx, db.SetEpochParams{WorkspaceID: w.ID, Epoch: NewEpoch()})
		})
		if err != nil {
			return Restored{}, fmt.Errorf("renew: %w", err)
		}
	}
	return out, nil
}

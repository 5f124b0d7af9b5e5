package cache

import (
	"context"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// BeginReset prepares for a snapshot: the cursor is forgotten, and whatever the snapshot brings replaces what is
// here even if its version is lower, which happens when a hub was restored from a backup. Everything stays
// readable meanwhile. A crash before EndReset leaves no cursor, so that the next start begins again.
func (tx *Tx) BeginReset(ctx context.Context) error {
	generation, err := tx.currentGeneration(ctx)
	if err != nil {
		return err
	}
	if err := tx.SetMetaInt(ctx, metaGeneration, generation+1); err != nil {
		return err
	}
	tx.generation = generation + 1
	if _, err := tx.exec(ctx, "forget deletions", "DELETE FROM gone"); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "forget the cursor", "DELETE FROM meta WHERE key IN (?, ?)", metaEpoch, metaSeq)
	return err
}

// EndReset removes what the snapshot did not bring and stores its cursor. Drafts, outbox and attachments stay;
// answered commands go, because their positions meant the feed before.
func (tx *Tx) EndReset(ctx context.Context, cursor *hubv1.Cursor) error {
	generation, err := tx.currentGeneration(ctx)
	if err != nil {
		return err
	}
	if err := tx.writeIndexes(ctx); err != nil { // so that they hold what is here
		return err
	}
	if err := tx.dropOldFromIndexes(ctx, generation); err != nil {
		return err
	}
	for _, table := range []string{"config", "contact", "conversation", "message", "note"} {
		if _, err := tx.exec(ctx, "remove old "+table, "DELETE FROM "+table+" WHERE generation < ?", generation); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "drop answered commands", "DELETE FROM outbox WHERE state = 'answered'"); err != nil {
		return err
	}
	if err := tx.SetMeta(ctx, metaEpoch, cursor.GetEpoch()); err != nil {
		return err
	}
	return tx.SetMetaInt(ctx, metaSeq, cursor.GetSeq())
}

package cache

import (
	"context"
	"database/sql"

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
	// The hub may be one that was restored and does not have them, and its versions begin again.
	if _, err := tx.exec(ctx, "push drafts again", "UPDATE draft SET base = 0, pushed_ms = 0"); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "forget the cursor", "DELETE FROM meta WHERE key IN (?, ?)", metaEpoch, metaSeq)
	return err
}

// EndReset removes what the snapshot did not bring and stores its cursor. Messages are many: they are removed bit by bit
// afterwards (Tx.PruneMessages). Drafts, outbox and attachments stay;
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
	for _, table := range []string{"config", "contact", "conversation", "note"} {
		if _, err := tx.exec(ctx, "remove old "+table, "DELETE FROM "+table+" WHERE generation < ?", generation); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "drop answered commands", "DELETE FROM outbox WHERE state = 'answered'"); err != nil {
		return err
	}
	if err := tx.SetMeta(ctx, MetaScrub, "yes"); err != nil { // what the snapshot did not bring may have been erased
		return err
	}
	if err := tx.SetMeta(ctx, metaEpoch, cursor.GetEpoch()); err != nil {
		return err
	}
	return tx.SetMetaInt(ctx, metaSeq, cursor.GetSeq())
}

// pruneAtOnce is how many messages one transaction removes: some 10 ms of the only writer.
const pruneAtOnce = 200

// PruneMessages removes some of the messages that an earlier snapshot brought and the present one did not, or that belong to
// what the agent may not see. after is where it goes on, 0 at first; more is false when there are no more.
func (tx *Tx) PruneMessages(ctx context.Context, after *int64) (more bool, err error) {
	generation, err := tx.currentGeneration(ctx)
	if err != nil {
		return false, err
	}
	old, err := list(ctx, tx.q, "list old messages", scanRowID,
		"SELECT row, id FROM message WHERE row > ? AND generation < ? ORDER BY row LIMIT ?", *after, generation, pruneAtOnce)
	if err != nil {
		return false, err
	}
	hidden, err := list(ctx, tx.q, "list hidden messages", scanRowID, `
		SELECT m.row, m.id FROM gone g JOIN message m ON m.conversation_id = g.id WHERE g.kind = ? LIMIT ?`, KindConversation, pruneAtOnce)
	if err != nil {
		return false, err
	}
	for _, one := range old {
		*after = one.row
	}
	for _, one := range append(old, hidden...) {
		if err := tx.deleteMessage(ctx, one.id); err != nil {
			return false, err
		}
	}
	return len(old) == pruneAtOnce || len(hidden) == pruneAtOnce, nil
}

type rowID struct {
	row int64
	id  string
}

func scanRowID(rows *sql.Rows) (rowID, error) {
	var one rowID
	return one, rows.Scan(&one.row, &one.id)
}

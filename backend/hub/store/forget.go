package store

import (
	"context"
	"fmt"
	"time"

	"parley/backend/hub/store/db"
)

const (
	// marksEvery is how exactly the age of a deletion is known.
	marksEvery = 24 * time.Hour
	// forgottenAtOnce is how many deletions one transaction forgets.
	forgottenAtOnce = 1000
)

// CompactFeed forgets the deletions of before a time, a little at a time, and remembers how old those of now are. Desks that
// have not heard of what is forgotten begin anew. It returns how many there were.
func (s *Store) CompactFeed(ctx context.Context, workspaceID string, now, before time.Time) (forgotten int64, err error) {
	var upto int64
	_, err = s.InTx(ctx, workspaceID, func(tx *Tx) error {
		upto, err = markFeed(ctx, tx, now, before)
		return err
	})
	for more := err == nil && upto > 0; more; {
		_, err = s.InTx(ctx, workspaceID, func(tx *Tx) error {
			n, err := forgetDeletions(ctx, tx, upto)
			forgotten, more = forgotten+n, n == forgottenAtOnce
			return err
		})
		more = more && err == nil
	}
	if err != nil {
		return forgotten, fmt.Errorf("forget deletions: %w", err)
	}
	return forgotten, nil
}

// markFeed notes where the feed is now, and returns where it was before a time: 0 when that is not known.
func markFeed(ctx context.Context, tx *Tx, now, before time.Time) (upto int64, err error) {
	last, err := tx.FeedMarkBefore(ctx, db.FeedMarkBeforeParams{WorkspaceID: tx.WorkspaceID, AtMs: now.UnixMilli()})
	if err != nil && !NotFound(err) {
		return 0, err
	}
	if now.UnixMilli()-last.AtMs >= marksEvery.Milliseconds() {
		head, err := tx.Head(ctx, tx.WorkspaceID)
		if err != nil {
			return 0, err
		}
		if err := tx.MarkFeed(ctx, db.MarkFeedParams{WorkspaceID: tx.WorkspaceID, AtMs: now.UnixMilli(), Seq: head.Seq}); err != nil {
			return 0, err
		}
	}
	old, err := tx.FeedMarkBefore(ctx, db.FeedMarkBeforeParams{WorkspaceID: tx.WorkspaceID, AtMs: before.UnixMilli()})
	if NotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return old.Seq, tx.DropFeedMarks(ctx, db.DropFeedMarksParams{WorkspaceID: tx.WorkspaceID, BeforeMs: old.AtMs})
}

// forgetDeletions forgets some of the deletions up to a position. The horizon moves with them: no desk can miss one.
func forgetDeletions(ctx context.Context, tx *Tx, upto int64) (int64, error) {
	end, err := tx.OldDeletions(ctx, db.OldDeletionsParams{WorkspaceID: tx.WorkspaceID, Upto: upto, N: forgottenAtOnce})
	if err != nil || end == 0 {
		return 0, err
	}
	if err := tx.SetHorizon(ctx, db.SetHorizonParams{WorkspaceID: tx.WorkspaceID, Horizon: end}); err != nil {
		return 0, err
	}
	return tx.ForgetDeletions(ctx, db.ForgetDeletionsParams{WorkspaceID: tx.WorkspaceID, Upto: end})
}

// Scrub makes what was removed unreadable in the files, too: SQLite overwrites what is removed, and here its logs and what its
// search index keeps of former words are let go. PostgreSQL does the like by itself, when it vacuums.
func (s *Store) Scrub(ctx context.Context) error {
	if err := s.finder.scrub(ctx); err != nil {
		return fmt.Errorf("scrub search index: %w", err)
	}
	if s.engine.shared() {
		return nil
	}
	if err := emptyLog(ctx, s.write); err != nil {
		return fmt.Errorf("scrub: %w", err)
	}
	return nil
}

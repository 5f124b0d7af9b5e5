package sweep

import (
	"context"
	"fmt"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// lettersAtOnce is how many dead letters are read at once.
const lettersAtOnce = 100

// Replayer works a webhook in again of which something was not understood: ingest.Ingester.
type Replayer interface {
	Replay(ctx context.Context, workspaceID, webhookID string, also func(*store.Tx) error) (still int64, found bool, err error)
}

// letters forgets what was not understood for as long as a workspace keeps it. Its webhook is worked in once more before: what
// this hub understands by now is not lost because nobody looked.
func (s *Sweeper) letters(ctx context.Context, w db.Workspace) error {
	now := s.Now()
	if w.LettersFromMs == 0 {
		_, err := s.Store.InTx(ctx, w.ID, func(tx *store.Tx) error {
			return tx.BeginLetterDays(ctx, db.BeginLetterDaysParams{WorkspaceID: w.ID, NowMs: now.UnixMilli()})
		})
		if err != nil {
			return fmt.Errorf("begin to count dead letters: %w", err)
		}
		return nil
	}
	until := now.Add(-time.Duration(w.LetterDays) * 24 * time.Hour).UnixMilli()
	if w.LettersFromMs > until {
		return nil
	}
	forgotten := 0
	for more := true; more; {
		rows, err := s.Store.Read().DeadLettersUntil(ctx, db.DeadLettersUntilParams{WorkspaceID: w.ID, UntilMs: until, N: lettersAtOnce})
		if err != nil {
			return fmt.Errorf("read dead letters: %w", err)
		}
		for _, row := range rows {
			if err := s.letter(ctx, row); err != nil {
				return fmt.Errorf("forget dead letter: %w", err)
			}
		}
		forgotten, more = forgotten+len(rows), len(rows) == lettersAtOnce
	}
	if forgotten > 0 {
		s.Log.Info("Forgot parts of webhooks that were not understood in time", "workspace", w.ID, "parts", forgotten, "days", w.LetterDays)
	}
	return nil
}

// letter forgets one, with its webhook and the webhook's other parts.
func (s *Sweeper) letter(ctx context.Context, row db.DeadLetter) error {
	if row.WebhookID != "" && s.Replayer != nil {
		if _, _, err := s.Replayer.Replay(ctx, row.WorkspaceID, row.WebhookID, func(*store.Tx) error { return nil }); err != nil {
			return err
		}
	}
	_, err := s.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.DropDeadLetter(ctx, db.DropDeadLetterParams{WorkspaceID: row.WorkspaceID, ID: row.ID}); err != nil || row.WebhookID == "" {
			return err
		}
		if _, err := tx.DropDeadLettersOf(ctx, db.DropDeadLettersOfParams{WorkspaceID: row.WorkspaceID, WebhookID: row.WebhookID}); err != nil {
			return err
		}
		_, err := tx.TakeDeadWebhook(ctx, db.TakeDeadWebhookParams{WorkspaceID: row.WorkspaceID, ID: row.WebhookID})
		if store.NotFound(err) {
			err = nil
		}
		return err
	})
	return err
}

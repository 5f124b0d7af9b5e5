package admin

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// DeadLetters are the parts of webhooks that nobody understood.
type DeadLetters struct {
	Store    *store.Store
	Replayer Replayer
}

// Replayer works a webhook in again: ingest.Ingester.
type Replayer interface {
	Replay(ctx context.Context, workspaceID, webhookID string, also func(*store.Tx) error) (still int64, found bool, err error)
}

// Problems with dead letters.
var (
	ErrNoLetter  = &Problem{"no_letter", "it is not there any more"}
	ErrNotWhole  = &Problem{"not_whole", "its webhook was not kept whole: it came before hubs kept them"}
	lettersAPage = int64(50)
)

// List lists a page of them, the latest first; before is the id of the last one of the page before, "" at first.
func (d *DeadLetters) List(ctx context.Context, workspaceID, before string) (letters []db.DeadLetter, more bool, err error) {
	rows, err := d.Store.Read().DeadLettersBefore(ctx, db.DeadLettersBeforeParams{WorkspaceID: workspaceID, Before: before, N: lettersAPage + 1})
	if err != nil {
		return nil, false, fmt.Errorf("list dead letters: %w", err)
	}
	if int64(len(rows)) > lettersAPage {
		return rows[:lettersAPage], true, nil
	}
	return rows, false, nil
}

// Show is one of them with what contacts wrote and who they are blotted out.
func (d *DeadLetters) Show(ctx context.Context, workspaceID, id string) (db.DeadLetter, error) {
	row, err := d.find(ctx, workspaceID, id)
	if err != nil {
		return db.DeadLetter{}, err
	}
	row.Body = Redact(row.Body)
	return row, nil
}

// Replay works the webhook of one in again and returns how many of its parts are still not understood.
func (d *DeadLetters) Replay(ctx context.Context, by access.Actor, id string) (still int64, err error) {
	row, err := d.find(ctx, by.WorkspaceID, id)
	if err != nil {
		return 0, err
	}
	if row.WebhookID == "" {
		return 0, ErrNotWhole
	}
	still, found, err := d.Replayer.Replay(ctx, by.WorkspaceID, row.WebhookID, func(tx *store.Tx) error {
		return note(ctx, tx, by, audit.Entry{Action: audit.LetterReplayed, SubjectID: row.WebhookID, Detail: row.Reason})
	})
	if err != nil {
		return 0, fmt.Errorf("replay dead letter: %w", err)
	}
	if !found {
		return 0, ErrNoLetter // somebody was faster
	}
	return still, nil
}

// Discard forgets one for good.
func (d *DeadLetters) Discard(ctx context.Context, by access.Actor, id string) error {
	row, err := d.find(ctx, by.WorkspaceID, id)
	if err != nil {
		return err
	}
	_, err = d.Store.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) error {
		n, err := tx.DropDeadLetter(ctx, db.DropDeadLetterParams{WorkspaceID: tx.WorkspaceID, ID: id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoLetter
		}
		left, err := tx.CountDeadLettersOf(ctx, db.CountDeadLettersOfParams{WorkspaceID: tx.WorkspaceID, WebhookID: row.WebhookID})
		if err != nil {
			return err
		}
		if left == 0 && row.WebhookID != "" { // nothing of it is left to be understood
			if _, err := tx.TakeDeadWebhook(ctx, db.TakeDeadWebhookParams{WorkspaceID: tx.WorkspaceID, ID: row.WebhookID}); err != nil && !store.NotFound(err) {
				return err
			}
		}
		return note(ctx, tx, by, audit.Entry{Action: audit.LetterDiscarded, SubjectID: id, Detail: row.Reason})
	})
	if err != nil {
		return fmt.Errorf("discard dead letter: %w", err)
	}
	return nil
}

func (d *DeadLetters) find(ctx context.Context, workspaceID, id string) (db.DeadLetter, error) {
	row, err := d.Store.Read().DeadLetter(ctx, db.DeadLetterParams{WorkspaceID: workspaceID, ID: id})
	if store.NotFound(err) {
		return row, ErrNoLetter
	}
	if err != nil {
		return row, fmt.Errorf("find dead letter: %w", err)
	}
	return row, nil
}

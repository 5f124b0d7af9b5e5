package ingest

import (
	"context"
	"fmt"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// keepDead keeps the webhooks whole of which something was not understood, so that they can be worked in again.
func keepDead(ctx context.Context, tx *store.Tx, rows []db.Webhook, letters []db.DeadLetter) error {
	dead := map[string]bool{}
	for _, letter := range letters {
		dead[letter.WebhookID] = true
	}
	for _, row := range rows {
		if !dead[row.ID] {
			continue
		}
		err := tx.KeepDeadWebhook(ctx, db.KeepDeadWebhookParams{
			WorkspaceID: row.WorkspaceID, ID: row.ID, TouchpointID: row.TouchpointID, Channel: row.Channel, Body: row.Body, ReceivedMs: row.ReceivedMs,
		})
		if err != nil {
			return fmt.Errorf("keep webhook: %w", err)
		}
	}
	return nil
}

// Replay works a webhook in again of which something was not understood, and returns how much of it still is not. What it
// brought before is left out as a duplicate. also runs in the transaction that puts it back. found is false when it is not
// kept.
func (i *Ingester) Replay(ctx context.Context, workspaceID, webhookID string, also func(*store.Tx) error) (still int64, found bool, err error) {
	_, err = i.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		row, err := tx.TakeDeadWebhook(ctx, db.TakeDeadWebhookParams{WorkspaceID: workspaceID, ID: webhookID})
		if store.NotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		if _, err := tx.DropDeadLettersOf(ctx, db.DropDeadLettersOfParams{WorkspaceID: workspaceID, WebhookID: webhookID}); err != nil {
			return err
		}
		if err := tx.InsertWebhook(ctx, db.InsertWebhookParams{
			HubID: i.hubID, ID: row.ID, WorkspaceID: workspaceID, TouchpointID: row.TouchpointID, Channel: row.Channel, Body: row.Body, ReceivedMs: row.ReceivedMs,
		}); err != nil {
			return err
		}
		return also(tx)
	})
	if err != nil || !found {
		return 0, found, err
	}
	if err := i.workOff(ctx, nobodys); err != nil {
		return 0, true, err
	}
	still, err = i.store.Read().CountDeadLettersOf(ctx, db.CountDeadLettersOfParams{WorkspaceID: workspaceID, WebhookID: webhookID})
	return still, true, err
}

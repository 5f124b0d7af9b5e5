// Package profile asks Meta for the names of contacts whose messages do not carry one.
package profile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// maxAttempts is how often Meta is asked. A neutral name is shown until then and afterwards.
const maxAttempts = 6

// Asker asks for names.
type Asker struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Log       *slog.Logger
}

// Handle is the lane.Handler of ingest.LaneProfile. The lane's key is the contact's id.
func (a *Asker) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	t, ok := a.Directory.ByID(l.WorkspaceID, l.TouchpointID)
	if !ok {
		return lane.Done, nil
	}
	known, err := a.Store.Read().Identities(ctx, db.IdentitiesParams{WorkspaceID: l.WorkspaceID, ContactID: l.Key})
	if err != nil {
		return lane.Result{}, fmt.Errorf("read identities: %w", err)
	}
	var who channel.Address
	for _, row := range known {
		if row.Channel == t.Channel && row.Kind == "user" {
			who.UserID, who.Scope = row.Value, row.Scope
		}
	}
	if who.UserID == "" {
		return lane.Done, nil
	}
	found, err := t.Adapter.Profile(ctx, t.Account, who)
	if errors.Is(err, channel.ErrNoProfile) {
		return lane.Done, nil
	}
	if err != nil {
		if l.Attempts+1 >= maxAttempts {
			a.Log.Warn("Profile given up", "contact", l.Key, "error", err)
			return lane.Done, nil
		}
		return lane.Retry(l.Attempts), nil
	}
	name := strings.TrimSpace(conversation.CleanText(found.Name))
	if name == "" {
		return lane.Done, nil
	}
	_, err = a.Store.InTx(ctx, l.WorkspaceID, func(tx *store.Tx) error {
		_, err := tx.NameContact(ctx, db.NameContactParams{WorkspaceID: l.WorkspaceID, ID: l.Key, Name: name})
		if store.NotFound(err) {
			return nil // somebody has named them
		}
		tx.Changed(store.TypeContact, l.Key)
		return err
	})
	return lane.Done, err
}

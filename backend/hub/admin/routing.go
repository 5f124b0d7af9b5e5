package admin

import (
	"context"
	"fmt"

	"parley/backend/channel"
	"parley/backend/hub/routing"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// SetRouting says how a queue's conversations find their agent. A *routing.InvalidError is a sentence for whoever wanted it.
func SetRouting(ctx context.Context, s *store.Store, workspaceID, queueID string, settings routing.Settings) error {
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) error { return routing.SetQueue(ctx, tx, queueID, settings) })
	return err
}

// RoutingOf is how a queue's conversations find their agent now.
func RoutingOf(ctx context.Context, s *store.Store, queue db.Queue) (routing.Settings, error) {
	row, err := s.Read().QueueRouting(ctx, db.QueueRoutingParams{WorkspaceID: queue.WorkspaceID, QueueID: queue.ID})
	if store.NotFound(err) {
		return routing.Settings{Mode: routing.Pick, Offer: routing.DefaultOffer}, nil
	}
	if err != nil {
		return routing.Settings{}, fmt.Errorf("read routing: %w", err)
	}
	return routing.Of(row)
}

// ChangeTouchpoint gives a touchpoint other settings. A *touchpoint.InvalidError is a sentence for whoever wanted it.
func ChangeTouchpoint(ctx context.Context, s *store.Store, workspaceID, id string, settings touchpoint.Settings, rule channel.WindowRule) error {
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) error { return touchpoint.Change(ctx, tx, id, settings, rule) })
	return err
}

// FindTouchpoint finds a touchpoint by its name. touchpoint.ErrNone: there is none.
func FindTouchpoint(ctx context.Context, s *store.Store, workspaceID, name string) (db.Touchpoint, error) {
	rows, err := s.Read().Touchpoints(ctx, workspaceID)
	if err != nil {
		return db.Touchpoint{}, fmt.Errorf("find touchpoint: %w", err)
	}
	for _, row := range rows {
		if row.Name == name {
			return row, nil
		}
	}
	return db.Touchpoint{}, touchpoint.ErrNone
}

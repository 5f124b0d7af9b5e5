package main

import (
	"context"
	"fmt"

	"parley/backend/hub"
	"parley/backend/hub/store/db"
	"parley/backend/proof"
)

// runIdentity shows what people compare with what their desk shows them.
func runIdentity(ctx context.Context, c *call) error {
	set, place := c.flags("identity")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		key, err := h.Identity.Public(ctx, w.ID)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, proof.Fingerprint(key))
		return nil
	})
}

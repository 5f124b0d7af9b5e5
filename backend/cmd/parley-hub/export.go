package main

import (
	"bufio"
	"context"

	"parley/backend/hub/admin"
)

// runExport writes everything as JSON Lines.
func runExport(ctx context.Context, c *call) error {
	set, place := c.flags("export")
	if err := c.parse(set); err != nil {
		return err
	}
	h, err := c.open(ctx, place)
	if err != nil {
		return err
	}
	defer h.Close()
	workspace, err := admin.Only(ctx, h.Store)
	if err != nil {
		return err
	}
	if err := h.WorkIn(ctx); err != nil {
		return err
	}
	out := bufio.NewWriter(c.stdout)
	if err := admin.Export(ctx, h.Store, workspace.ID, out); err != nil {
		return err
	}
	return out.Flush()
}

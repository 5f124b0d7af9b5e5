package main

import (
	"context"
	"fmt"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/store/db"
)

// runKeep says, and sets, for how long desks keep and show what was said, and the hub what it did not understand.
func runKeep(ctx context.Context, c *call) error {
	set, place := c.flags("keep")
	history := set.Int64("history-days", 0, "for how many days agents' computers keep what was said")
	letters := set.Int64("letter-days", 0, "for how many days the hub keeps what it did not understand of webhooks")
	days := set.Int64("access-days", 0, "for how many days after their last contact with the hub they show it")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) (err error) {
		if *history != 0 || *days != 0 || *letters != 0 {
			if w, err = admin.SetKeeping(ctx, h.Store, access.Actor{WorkspaceID: w.ID}, admin.Keeping{History: *history, Access: *days, Letters: *letters}); err != nil {
				return err
			}
		}
		fmt.Fprintf(c.stdout, "Agents' computers keep %d days of history and show it for %d days without the hub. The hub keeps what it does not understand for %d days.\n", w.HistoryDays, w.AccessDays, w.LetterDays)
		return nil
	})
}

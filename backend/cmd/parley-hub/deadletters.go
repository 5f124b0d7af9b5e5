package main

import (
	"context"
	"errors"
	"fmt"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/store/db"
)

// runListLetters names the parts of webhooks that were not understood, the latest first.
func runListLetters(ctx context.Context, c *call) error {
	set, place := c.flags("dead-letters list")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		return eachLetter(ctx, h, w, func(letter db.DeadLetter) error {
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\t%s\n", letter.ID, moment(letter.ReceivedMs), letter.Channel, letter.AccountID, letter.Reason)
			return nil
		})
	})
}

// runReplayLetters works webhooks in again of which something was not understood.
func runReplayLetters(ctx context.Context, c *call) error {
	set, place := c.flags("dead-letters replay")
	id := set.String("id", "", "which, as dead-letters list names it; without it all")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		var ids []string
		if *id != "" {
			ids = append(ids, *id)
		} else if err := eachLetter(ctx, h, w, func(letter db.DeadLetter) error {
			if letter.WebhookID != "" {
				ids = append(ids, letter.ID)
			}
			return nil
		}); err != nil {
			return err
		}
		replayed, still := 0, int64(0)
		for _, id := range ids {
			n, err := h.Letters.Replay(ctx, access.Actor{WorkspaceID: w.ID}, id)
			if errors.Is(err, admin.ErrNoLetter) && len(ids) > 1 {
				continue // of a webhook that was worked in with another one
			}
			if err != nil {
				return err
			}
			replayed, still = replayed+1, still+n
		}
		fmt.Fprintf(c.stdout, "%d webhooks worked in again; %d parts are still not understood.\n", replayed, still)
		return nil
	})
}

// runDiscardLetter forgets a dead letter for good.
func runDiscardLetter(ctx context.Context, c *call) error {
	set, place := c.flags("dead-letters discard")
	id := set.String("id", "", "which, as dead-letters list names it")
	if err := c.parse(set); err != nil {
		return err
	}
	if *id == "" {
		return usagef("--id is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.Letters.Discard(ctx, access.Actor{WorkspaceID: w.ID}, *id); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "Discarded.")
		return nil
	})
}

func eachLetter(ctx context.Context, h *hub.Hub, w db.Workspace, do func(db.DeadLetter) error) error {
	for before, more := "", true; more; {
		letters, further, err := h.Letters.List(ctx, w.ID, before)
		if err != nil {
			return err
		}
		for _, letter := range letters {
			if err := do(letter); err != nil {
				return err
			}
			before = letter.ID
		}
		more = further
	}
	return nil
}

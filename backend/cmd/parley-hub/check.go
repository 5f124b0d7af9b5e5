package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/backend/channel"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/store/db"
)

// found says what a finding means and what to do. %s is its detail.
var found = map[channel.Finding]string{
	channel.FoundExpired:     "Meta says that the token has run out. Make a new one and connect the touchpoint with it.",
	channel.FoundExpires:     "it runs out on %s. Make a system user's token, which does not.",
	channel.FoundInvalid:     "Meta does not take the token. Make a new one.",
	channel.FoundWrongSecret: "the app secret belongs to another app than the token.",
	channel.FoundMissing:     "these are missing: %s. Grant them at Meta.",
	channel.FoundElsewhere:   "Meta does not know this account, or the token does not open it. Look at its id.",
	channel.FoundPoor:        "Meta rates its quality low, because people block or report it. (%s)",
	channel.FoundState:       "Meta says %s. Look at it in WhatsApp Manager.",
	channel.FoundNoWebhook:   "Meta tells this app of nothing. Subscribe it: POST /{account}/subscribed_apps.",
	channel.FoundNone:        "no template is approved (%s): nobody can be written to once a window has closed.",
	channel.FoundRefused:     "Meta refuses to tell: %s",
	channel.FoundUnreachable: "Meta did not answer. Try again.",
	channel.FoundEarlier:     "not looked at before the above is put right.",
}

// runCheckTouchpoint asks Meta how a touchpoint's connection stands.
func runCheckTouchpoint(ctx context.Context, c *call) error {
	set, place := c.flags("touchpoint check")
	name := set.String("name", "", "the touchpoint's name")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" {
		return usagef("--name is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		row, err := admin.FindTouchpoint(ctx, h.Store, w.ID, *name)
		if err != nil {
			return err
		}
		checks, err := h.Channels.Check(ctx, w.ID, row.ID)
		if err != nil {
			return err
		}
		bad := false
		for _, check := range checks {
			says := check.Detail
			if text := found[check.Reason]; text != "" {
				says = sentence(text, check.Detail)
			}
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\n", check.Step, check.Result, says)
			bad = bad || check.Result == channel.Bad
		}
		if bad {
			return errors.New("something has to be put right at Meta")
		}
		return nil
	})
}

// sentence puts a detail where a text has room for one.
func sentence(text, detail string) string { return strings.ReplaceAll(text, "%s", detail) }

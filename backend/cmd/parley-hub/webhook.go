package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/hook"
	"parley/backend/hub/store/db"
)

// runAddWebhook has a program of others told what changes.
func runAddWebhook(ctx context.Context, c *call) error {
	set, place := c.flags("webhook add")
	s := hook.Settings{}
	set.StringVar(&s.Name, "name", "", "what it is called here, such as CRM")
	set.StringVar(&s.Address, "url", "", "https:// address that takes the events")
	tells := set.String("tells", strings.Join(hook.Everything, ","), "what it may know; without messages conversations come without their preview")
	queues := set.String("queues", "", "names of the queues whose conversations it may know; without it all")
	set.BoolVar(&s.Private, "private", false, "the address may be one that is not public, and http://")
	if err := c.parse(set); err != nil {
		return err
	}
	s.Tells = list(*tells)
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		rows, err := h.Store.Read().Queues(ctx, w.ID)
		if err != nil {
			return err
		}
		byName := map[string]string{}
		for _, row := range rows {
			byName[row.Name] = row.ID
		}
		for _, name := range list(*queues) {
			if byName[name] == "" {
				return fmt.Errorf("there is no queue %q", name)
			}
			s.Queues = append(s.Queues, byName[name])
		}
		_, secret, err := h.Hooks.Book.Add(ctx, access.Actor{WorkspaceID: w.ID}, s)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, secret)
		fmt.Fprintf(c.stderr, "%s is told what changes from now on. Give its program this secret, which is not shown again.\n", s.Name)
		return nil
	})
}

// runListWebhooks names the webhooks and how they do.
func runListWebhooks(ctx context.Context, c *call) error {
	set, place := c.flags("webhook list")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		all, err := h.Hooks.Book.List(ctx, w.ID)
		if err != nil {
			return err
		}
		for _, one := range all {
			state := "on"
			switch {
			case one.OffReason != "":
				state = "OFF since " + moment(one.OffMs) + ": " + one.OffReason
			case one.FailingSinceMs > 0:
				state = fmt.Sprintf("failing since %s, %d attempts; next at %s", moment(one.FailingSinceMs), one.Failures, moment(one.HoldUntilMs))
			case one.TakenMs > 0:
				state = "on, last taken " + moment(one.TakenMs)
			}
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\n", one.Name, one.Address, one.Tells, state)
		}
		return nil
	})
}

// runTestWebhook tells one a test event.
func runTestWebhook(ctx context.Context, c *call) error {
	return c.withWebhook(ctx, "webhook test", func(h *hub.Hub, one db.Hook) error {
		detail, err := h.Hooks.Test(ctx, one)
		if err == nil && detail != "" {
			err = fmt.Errorf("%s did not take it: %s", one.Name, detail)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s took it.\n", one.Name)
		return nil
	})
}

// logLines is how many attempts are told.
const logLines = 200

// runWebhookLog tells what one was told lately.
func runWebhookLog(ctx context.Context, c *call) error {
	return c.withWebhook(ctx, "webhook log", func(h *hub.Hub, one db.Hook) error {
		rows, err := h.Hooks.Book.Attempts(ctx, one, logLines)
		if err != nil {
			return err
		}
		for _, row := range rows {
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\t%d\t%d ms\t%s\n", moment(row.AtMs), row.Outcome, row.Event, row.EntityID, row.Status, row.TookMs, row.Detail)
		}
		return nil
	})
}

// runRotateWebhook gives one another secret.
func runRotateWebhook(ctx context.Context, c *call) error {
	set, place := c.flags("webhook rotate")
	name := set.String("name", "", "which")
	overlap := set.Duration("overlap", 24*time.Hour, "for how long the secret before signs as well")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.onWebhook(ctx, place, *name, func(h *hub.Hub, one db.Hook) error {
		secret, err := h.Hooks.Book.Rotate(ctx, access.Actor{}, one, *overlap)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, secret)
		fmt.Fprintf(c.stderr, "Events are signed with this secret and, for %s, with the one before.\n", *overlap)
		return nil
	})
}

func runWebhookOff(ctx context.Context, c *call) error {
	return c.withWebhook(ctx, "webhook off", func(h *hub.Hub, one db.Hook) error {
		return h.Hooks.Book.Off(ctx, one, hook.ByHand, access.Actor{})
	})
}

func runWebhookOn(ctx context.Context, c *call) error {
	return c.withWebhook(ctx, "webhook on", func(h *hub.Hub, one db.Hook) error { return h.Hooks.Book.On(ctx, one, access.Actor{}) })
}

func runRemoveWebhook(ctx context.Context, c *call) error {
	return c.withWebhook(ctx, "webhook remove", func(h *hub.Hub, one db.Hook) error { return h.Hooks.Book.Remove(ctx, access.Actor{}, one) })
}

// withWebhook runs a command whose one flag names a webhook.
func (c *call) withWebhook(ctx context.Context, command string, run func(*hub.Hub, db.Hook) error) error {
	set, place := c.flags(command)
	name := set.String("name", "", "which")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.onWebhook(ctx, place, *name, run)
}

func (c *call) onWebhook(ctx context.Context, place *place, name string, run func(*hub.Hub, db.Hook) error) error {
	if name == "" {
		return usagef("--name is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		one, err := h.Hooks.Book.Find(ctx, w.ID, name)
		if err != nil {
			return err
		}
		return run(h, one)
	})
}

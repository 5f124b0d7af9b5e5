package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/store/db"
)

// runAddKey makes an API key for a program.
func runAddKey(ctx context.Context, c *call) error {
	set, place := c.flags("key add")
	email := set.String("email", "", "the account as which the program acts; give it one of its own (agent add)")
	name := set.String("name", "", "what the key is called here, such as CRM")
	scopes := set.String("scopes", access.ScopeRead, "what it may do, of "+strings.Join(access.KeyScopes, ","))
	days := set.Int("days", 0, "for how many days it is good; 0 until it is revoked")
	if err := c.parse(set); err != nil {
		return err
	}
	if *email == "" || *name == "" || *days < 0 {
		return usagef("--email and --name are needed, and --days is not negative")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		agent, err := admin.FindAgent(ctx, h.Store, w.ID, *email)
		if err != nil {
			return err
		}
		key, err := h.Access.AddKey(ctx, agent, *name, list(*scopes), time.Duration(*days)*24*time.Hour, access.Actor{})
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, key)
		fmt.Fprintf(c.stderr, "The program sends it as \"Authorization: Bearer KEY\", and acts as %s. It is not shown again.\n", agent.Email)
		return nil
	})
}

// runListKeys names the API keys.
func runListKeys(ctx context.Context, c *call) error {
	set, place := c.flags("key list")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		keys, err := h.Access.Keys(ctx, w.ID)
		if err != nil {
			return err
		}
		for _, key := range keys {
			agent, err := h.Store.Read().Agent(ctx, db.AgentParams{WorkspaceID: w.ID, ID: key.AgentID})
			if err != nil {
				return err
			}
			used, until := "never used", "until it is revoked"
			if key.UsedMs > 0 {
				used = "last used " + moment(key.UsedMs) + " from " + key.Address
			}
			if key.ExpiresMs > 0 {
				until = "until " + moment(key.ExpiresMs)
			}
			fmt.Fprintf(c.stdout, "%s\t%s…\t%s\t%s\t%s\t%s\n", key.Name, key.Beginning, agent.Email, key.Scopes, used, until)
		}
		return nil
	})
}

// runRevokeKey ends an API key.
func runRevokeKey(ctx context.Context, c *call) error {
	set, place := c.flags("key revoke")
	name := set.String("name", "", "which")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" {
		return usagef("--name is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.Access.RevokeKey(ctx, w.ID, *name, access.Actor{}); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s opens nothing any more.\n", *name)
		return nil
	})
}

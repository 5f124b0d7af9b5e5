package main

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
)

// runInit makes the workspace and its first admin.
func runInit(ctx context.Context, c *call) error {
	set, place := c.flags("init")
	workspace := set.String("workspace", "", "name of the business")
	email := set.String("admin", "", "email address of the first admin")
	if err := c.parse(set); err != nil {
		return err
	}
	if *workspace == "" || *email == "" {
		return usagef("--workspace and --admin are needed")
	}
	h, err := c.open(ctx, place)
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := admin.Only(ctx, h.Store); err == nil {
		return admin.ErrExists
	}
	password, err := c.password("PARLEY_ADMIN_PASSWORD")
	if err != nil {
		return err
	}
	if len([]rune(password)) < access.MinPassword {
		return access.ErrPasswordShort // before anything is made
	}
	id, err := admin.Create(ctx, h.Store, admin.Workspace{Name: *workspace, Dispositions: admin.StandardDispositions})
	if err != nil {
		return err
	}
	agent, err := admin.AddAgent(ctx, h.Store, id, admin.Agent{Email: *email, Role: "admin", Password: password})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "Workspace %s made, admin %s.\nNext: parley-hub touchpoint add, then parley-hub serve.\n", id, agent.Email)
	return nil
}

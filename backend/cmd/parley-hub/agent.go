package main

import (
	"context"
	"fmt"

	"parley/backend/hub/admin"
)

// runAddAgent adds a person.
func runAddAgent(ctx context.Context, c *call) error {
	set, place := c.flags("agent add")
	email := set.String("email", "", "email address to sign in with")
	name := set.String("name", "", "name that colleagues see")
	role := set.String("role", "agent", "agent, supervisor or admin")
	if err := c.parse(set); err != nil {
		return err
	}
	if *email == "" || *name == "" {
		return usagef("--email and --name are needed")
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
	password, err := c.password("PARLEY_AGENT_PASSWORD")
	if err != nil {
		return err
	}
	agent, err := admin.AddAgent(ctx, h.Store, workspace.ID, admin.Agent{Email: *email, Name: *name, Role: *role, Password: password})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s %s added.\n", agent.Role, agent.Email)
	return nil
}

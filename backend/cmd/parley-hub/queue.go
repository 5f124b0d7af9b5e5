package main

import (
	"context"
	"fmt"
	"strings"

	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/store/db"
)

// runListQueues names the queues, and who works in them.
func runListQueues(ctx context.Context, c *call) error {
	set, place := c.flags("queue list")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		queues, err := admin.Queues(ctx, h.Store, w.ID)
		if err != nil {
			return err
		}
		for _, queue := range queues {
			rules, err := admin.RoutingOf(ctx, h.Store, queue.Queue)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\n", queue.Name, people(queue.Agents), describeRouting(rules))
		}
		return nil
	})
}

func people(agents []db.Agent) string {
	if len(agents) == 0 {
		return "everybody"
	}
	emails := make([]string, len(agents))
	for i, agent := range agents {
		emails[i] = agent.Email
	}
	return strings.Join(emails, ", ")
}

// runAddQueue adds a queue.
func runAddQueue(ctx context.Context, c *call) error {
	set, place := c.flags("queue add")
	name := set.String("name", "", "how agents call it")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" {
		return usagef("--name is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		queue, err := admin.AddQueue(ctx, h.Store, w.ID, *name)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "Queue %s added. Everybody works in it until you say who does: parley-hub queue members.\n", queue.Name)
		return nil
	})
}

// runSetMembers says who works in a queue.
func runSetMembers(ctx context.Context, c *call) error {
	set, place := c.flags("queue members")
	name := set.String("queue", "", "the queue's name")
	agents := set.String("agents", "", "email addresses of those who work in it, comma separated")
	everybody := set.Bool("everybody", false, "everybody works in it")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" || (*agents == "") == !*everybody {
		return usagef("--queue and either --agents or --everybody are needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		queue, err := admin.FindQueue(ctx, h.Store, w.ID, *name)
		if err != nil {
			return err
		}
		if err := admin.SetQueueAgents(ctx, h.Store, w.ID, queue.ID, list(*agents)); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s: ", queue.Name)
		if *everybody {
			fmt.Fprintln(c.stdout, "everybody works in it.")
		} else {
			fmt.Fprintf(c.stdout, "%s.\n", strings.Join(list(*agents), ", "))
		}
		return nil
	})
}

// runSetRole gives somebody another role.
func runSetRole(ctx context.Context, c *call) error {
	set, place := c.flags("agent role")
	email := set.String("email", "", "email address of the person")
	role := set.String("role", "", "agent, supervisor or admin")
	if err := c.parse(set); err != nil {
		return err
	}
	if *email == "" || *role == "" {
		return usagef("--email and --role are needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := admin.SetRole(ctx, h.Store, w.ID, *email, *role); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s is %s now.\n", *email, *role)
		return nil
	})
}

// list divides at commas.
func list(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// inWorkspace opens the hub and does something with its workspace.
func (c *call) inWorkspace(ctx context.Context, p *place, do func(*hub.Hub, db.Workspace) error) error {
	h, err := c.open(ctx, p)
	if err != nil {
		return err
	}
	defer h.Close()
	workspace, err := admin.Only(ctx, h.Store)
	if err != nil {
		return err
	}
	return do(h, workspace)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/audit"
	"parley/backend/hub/store/db"
)

// runSetPassword resets a person's password.
func runSetPassword(ctx context.Context, c *call) error {
	return c.withAgent(ctx, "agent password", func(h *hub.Hub, agent db.Agent) error {
		password, err := c.password("PARLEY_AGENT_PASSWORD")
		if err != nil {
			return err
		}
		if err := h.Access.SetPassword(ctx, agent, password, access.Actor{}); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s has another password, and is signed out everywhere.\n", agent.Email)
		return nil
	})
}

// runInvite makes a link for a person, who is added unless they are known.
func runInvite(ctx context.Context, c *call) error {
	set, place := c.flags("agent invite")
	email := set.String("email", "", "whom")
	name := set.String("name", "", "name that colleagues see, of who is not known yet")
	role := set.String("role", "agent", "agent, supervisor or admin, of who is not known yet")
	address := set.String("public-url", "", "address of this hub, as computers reach it")
	if err := c.parse(set); err != nil {
		return err
	}
	if *email == "" || *address == "" {
		return usagef("--email and --public-url are needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		agent, err := admin.FindAgent(ctx, h.Store, w.ID, *email)
		if err != nil {
			if agent, err = admin.AddAgent(ctx, h.Store, w.ID, admin.Agent{Email: *email, Name: *name, Role: *role}); err != nil {
				return err
			}
		}
		code, err := h.Access.Invite(ctx, agent, access.Actor{})
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "parley://join/?"+url.Values{"hub": {*address}, "code": {code}}.Encode())
		fmt.Fprintf(c.stderr, "Send this link to %s. It works once, for %d days.\n", agent.Email, int(access.InvitationLimit.Hours()/24))
		return nil
	})
}

func runDisable(ctx context.Context, c *call) error { return c.switchAgent(ctx, "agent disable", true) }
func runEnable(ctx context.Context, c *call) error  { return c.switchAgent(ctx, "agent enable", false) }

func (c *call) switchAgent(ctx context.Context, name string, disabled bool) error {
	return c.withAgent(ctx, name, func(h *hub.Hub, agent db.Agent) error {
		if err := h.People.Switch(ctx, access.Actor{WorkspaceID: agent.WorkspaceID}, agent.ID, disabled); err != nil {
			return err
		}
		says := "can sign in again"
		if disabled {
			says = "cannot sign in any more"
		}
		fmt.Fprintf(c.stdout, "%s %s.\n", agent.Email, says)
		return nil
	})
}

// runListSessions names the computers on which a person is signed in.
func runListSessions(ctx context.Context, c *call) error {
	return c.withAgent(ctx, "session list", func(h *hub.Hub, agent db.Agent) error {
		sessions, err := h.Access.Sessions(ctx, agent.WorkspaceID, agent.ID)
		if err != nil {
			return err
		}
		for _, s := range sessions {
			fmt.Fprintf(c.stdout, "%s\t%s\tlast used %s\t%s\n", s.ID, s.DeviceName, moment(s.UsedMs), s.Address)
		}
		return nil
	})
}

// runEndSessions signs a person's computers out.
func runEndSessions(ctx context.Context, c *call) error {
	set, place := c.flags("session end")
	email := set.String("email", "", "whose")
	id := set.String("session", "", "which, as session list names it; without it all")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		agent, err := admin.FindAgent(ctx, h.Store, w.ID, *email)
		if err != nil {
			return err
		}
		n := int64(1)
		if *id != "" {
			err = h.Access.EndSession(ctx, w.ID, agent.ID, *id, access.Actor{})
		} else {
			n, err = h.Access.EndSessions(ctx, w.ID, agent.ID, access.Actor{})
		}
		if errors.Is(err, access.ErrNoSuchSession) {
			return fmt.Errorf("%s has no session %s", agent.Email, *id)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%d ended.\n", n)
		return nil
	})
}

// runAudit tells who did what.
func runAudit(ctx context.Context, c *call) error {
	set, place := c.flags("audit")
	last := set.Int("last", 50, "how many of the latest lines")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		agents, err := h.Store.Read().Agents(ctx, w.ID)
		if err != nil {
			return err
		}
		names := map[string]string{"": "-"}
		for _, agent := range agents {
			names[agent.ID] = agent.Email
		}
		name := func(id string) string {
			if known := names[id]; known != "" {
				return known
			}
			return id
		}
		rows, err := audit.Latest(ctx, h.Store, w.ID, *last)
		if err != nil {
			return err
		}
		for _, row := range rows {
			by := name(row.ActorID)
			if row.ActorID == "" {
				by = "command line"
			}
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\t%s\t%s\n", moment(row.AtMs), by, row.Action, name(row.SubjectID), row.Detail, row.Address)
		}
		return nil
	})
}

// withAgent runs a command whose one flag names a person.
func (c *call) withAgent(ctx context.Context, name string, run func(*hub.Hub, db.Agent) error) error {
	set, place := c.flags(name)
	email := set.String("email", "", "whose")
	if err := c.parse(set); err != nil {
		return err
	}
	if *email == "" {
		return usagef("--email is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		agent, err := admin.FindAgent(ctx, h.Store, w.ID, *email)
		if err != nil {
			return err
		}
		return run(h, agent)
	})
}

func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05Z") }

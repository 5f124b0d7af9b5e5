package main

import (
	"context"
	"fmt"
	"strings"

	"parley/backend/hub"
	"parley/backend/hub/company"
	"parley/backend/hub/store/db"
)

// runSetCompany lets people sign in with their company's account.
func runSetCompany(ctx context.Context, c *call) error {
	set, place := c.flags("company set")
	s := company.Settings{}
	set.StringVar(&s.Name, "name", "", "what people call the account, such as Google")
	set.StringVar(&s.Issuer, "issuer", "", "address of the provider (OpenID Connect issuer)")
	set.StringVar(&s.ClientID, "client-id", "", "the hub's id at the provider")
	secret := set.String("client-secret-file", "", "file with the hub's secret at the provider")
	set.StringVar(&s.PublicURL, "public-url", "", "address of this hub; register it with "+company.CallbackPath+" at the provider")
	domains := set.String("domains", "", "whose email addresses are let in: example.com,example.org")
	set.StringVar(&s.GroupsClaim, "groups-claim", "", "where the provider tells groups, such as groups")
	set.StringVar(&s.GroupsScope, "groups-scope", "", "scope by which the provider has to be asked for them, such as groups")
	admins := set.String("admins", "", "groups whose people are admins")
	supervisors := set.String("supervisors", "", "groups whose people are supervisors")
	agents := set.String("agents", "", "groups whose people are agents; with it nobody else is let in")
	set.StringVar(&s.Provision, "provision", "", "role of who signs in for the first time: agent or supervisor; without it only people who were added are let in")
	if err := c.parse(set); err != nil {
		return err
	}
	var err error
	if s.Secret, err = secretFile("--client-secret-file", *secret); err != nil {
		return err
	}
	s.Domains, s.Admins, s.Supervisors, s.Agents = list(*domains), list(*admins), list(*supervisors), list(*agents)
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.Company.Set(ctx, w.ID, s); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "People can sign in with %s. The provider sends them back to %s%s.\n", s.Name, strings.TrimRight(s.PublicURL, "/"), company.CallbackPath)
		return nil
	})
}

// runDropCompany ends signing in with a company's account.
func runDropCompany(ctx context.Context, c *call) error {
	set, place := c.flags("company off")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.Company.Drop(ctx, w.ID); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "People sign in with email and password only.")
		return nil
	})
}

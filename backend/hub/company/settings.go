package company

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Settings are how people sign in with their company's account.
type Settings struct {
	Name      string // what people call the account: "Google", "Ondaverde"
	Issuer    string // https://…
	ClientID  string
	Secret    string
	PublicURL string // of the hub, as the provider knows it
	Domains   []string

	GroupsClaim                 string   // where the provider tells groups
	GroupsScope                 string   // by which it has to be asked for them; "" for none
	Admins, Supervisors, Agents []string // groups; with Agents who is in none of all these is not let in
	Provision                   string   // role of who is not known yet; "" lets nobody new in
}

func (s Settings) check() error {
	for _, one := range []struct{ text, what string }{{s.Name, "name"}, {s.ClientID, "client id"}, {s.Secret, "client secret"}} {
		if one.text == "" {
			return fmt.Errorf("a %s is needed", one.what)
		}
	}
	for _, address := range []string{s.Issuer, s.PublicURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
			return fmt.Errorf("%q is not an https:// address", address)
		}
	}
	grouped := len(s.Admins)+len(s.Supervisors)+len(s.Agents) > 0
	switch {
	case grouped != (s.GroupsClaim != ""):
		return errors.New("groups and the claim that names them belong together")
	case s.Provision != "" && s.Provision != "agent" && s.Provision != "supervisor":
		return errors.New("who is new can become agent or supervisor")
	case s.Provision != "" && len(s.Domains) == 0:
		return errors.New("say which domains are let in: everybody with an account at the provider could come otherwise")
	}
	return nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Set makes people sign in so.
func (d *Door) Set(ctx context.Context, workspaceID string, s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	sealed, err := d.Sealer.Seal(s.Secret, secretPurpose(workspaceID))
	if err != nil {
		return err
	}
	list := func(of []string) string { return strings.Join(of, ",") }
	_, err = d.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		return tx.PutCompanySignIn(ctx, db.PutCompanySignInParams{
			WorkspaceID: workspaceID, Name: s.Name, Issuer: s.Issuer, ClientID: s.ClientID, SecretSealed: sealed, PublicUrl: s.PublicURL,
			Domains: list(s.Domains), GroupsClaim: s.GroupsClaim, GroupsScope: s.GroupsScope, Admins: list(s.Admins), Supervisors: list(s.Supervisors), Agents: list(s.Agents),
			Provision: s.Provision,
		})
	})
	if err != nil {
		return fmt.Errorf("set company sign-in: %w", err)
	}
	return nil
}

// Drop ends signing in with a company's account. Who is signed in stays so.
func (d *Door) Drop(ctx context.Context, workspaceID string) error {
	_, err := d.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		_, err := tx.DropCompanySignIn(ctx, workspaceID)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop company sign-in: %w", err)
	}
	return nil
}

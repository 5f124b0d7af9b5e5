// Package company signs people in with their company's account (OpenID Connect). The hub runs the code flow with the
// provider, which alone knows the hub and its secret. The desk opens the system's browser at the hub, listens on an address
// of its own computer, and exchanges the one-time code that comes back there for a device session (RFC 8252, PKCE).
//
// What could be tampered with is bound: the browser by a cookie to the sign-in that it began, the answer of the provider by
// state and nonce, the code by PKCE to the desk that began. Each of them works once, and for minutes.
package company

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Paths at the hub. The provider knows the second one, below the hub's public address.
const (
	StartPath    = "/sign-in/start"
	CallbackPath = "/sign-in/callback"
)

// Time limits: of a person at the provider, of a code, of the provider's own answers.
const (
	flowLimit     = 10 * time.Minute
	codeLimit     = time.Minute
	providerLimit = 15 * time.Second
)

// ErrCode says that a code is none, was exchanged, is too old, or belongs to another desk.
var ErrCode = errors.New("this sign-in is over; begin again")

// Door signs people in. Its methods may run at the same time, on any number of hubs.
type Door struct {
	Store  *store.Store
	Sealer *seal.Sealer
	Access *access.Access
	Log    *slog.Logger

	mu       sync.Mutex
	provider *oidc.Provider // of issuer
	issuer   string
}

// Name is what the company's account is called; "" when people do not sign in with one.
func (d *Door) Name(ctx context.Context, workspaceID string) (string, error) {
	row, err := d.Store.Read().CompanySignIn(ctx, workspaceID)
	if store.NotFound(err) {
		return "", nil
	}
	return row.Name, err
}

// settings are how the hub's people sign in; found is false when they do not with a company's account.
func (d *Door) settings(ctx context.Context) (row db.CompanySignIn, found bool, err error) {
	workspace, err := admin.Only(ctx, d.Store)
	if err != nil {
		return row, false, err
	}
	row, err = d.Store.Read().CompanySignIn(ctx, workspace.ID)
	if store.NotFound(err) {
		return row, false, nil
	}
	return row, err == nil, err
}

// client is the hub at its provider. It asks the provider what it is, once.
func (d *Door) client(ctx context.Context, row db.CompanySignIn) (*oauth2.Config, *oidc.Provider, error) {
	secret, err := d.Sealer.Open(row.SecretSealed, secretPurpose(row.WorkspaceID))
	if err != nil {
		return nil, nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.provider == nil || d.issuer != row.Issuer {
		// The context stays with the provider, which gets its keys by it later.
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), providerClient), row.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("ask the provider: %w", err)
		}
		d.provider, d.issuer = p, row.Issuer
	}
	scopes := []string{oidc.ScopeOpenID, "email", "profile"}
	if row.GroupsScope != "" {
		scopes = append(scopes, row.GroupsScope)
	}
	return &oauth2.Config{
		ClientID: row.ClientID, ClientSecret: secret, Endpoint: d.provider.Endpoint(), Scopes: scopes,
		RedirectURL: strings.TrimRight(row.PublicUrl, "/") + CallbackPath,
	}, d.provider, nil
}

// providerClient reaches the provider that an admin has named, and nobody whom it would send the hub on to.
var providerClient = &http.Client{
	Timeout: providerLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// claims are what the provider says of a person.
type claims struct {
	email, name string
	groups      []string
}

// identify exchanges the provider's code and reads who it is for.
func (d *Door) identify(ctx context.Context, row db.CompanySignIn, flow db.SignInFlow, code string) (claims, error) {
	client, provider, err := d.client(ctx, row)
	if err != nil {
		return claims{}, err
	}
	ctx = oidc.ClientContext(ctx, providerClient)
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(flow.Verifier))
	if err != nil {
		return claims{}, fmt.Errorf("exchange the provider's code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: row.ClientID}).Verify(ctx, raw)
	if err != nil {
		return claims{}, fmt.Errorf("check the provider's answer: %w", err)
	}
	if id.Nonce == "" || id.Nonce != flow.Nonce {
		return claims{}, errors.New("check the provider's answer: it is for another sign-in")
	}
	all := map[string]any{}
	if err := id.Claims(&all); err != nil {
		return claims{}, fmt.Errorf("read the provider's answer: %w", err)
	}
	if _, told := all["email"]; !told || row.GroupsClaim != "" && all[row.GroupsClaim] == nil {
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token)) // some tell it only there
		if err != nil {
			return claims{}, fmt.Errorf("ask the provider who it is: %w", err)
		}
		if info.Subject != id.Subject {
			return claims{}, errors.New("ask the provider who it is: it is somebody else")
		}
		if err := info.Claims(&all); err != nil {
			return claims{}, fmt.Errorf("read the provider's answer: %w", err)
		}
	}
	c := claims{}
	if verified, _ := all["email_verified"].(bool); verified {
		email, _ := all["email"].(string)
		c.email = access.CleanEmail(email)
	}
	c.name, _ = all["name"].(string)
	if groups, is := all[row.GroupsClaim].([]any); is {
		for _, group := range groups {
			if name, is := group.(string); is {
				c.groups = append(c.groups, name)
			}
		}
	}
	return c, nil
}

// roleFor is the role that somebody's groups give, the highest; "" when groups give none.
func roleFor(row db.CompanySignIn, groups []string) string {
	for _, one := range []struct{ role, list string }{{"admin", row.Admins}, {"supervisor", row.Supervisors}, {"agent", row.Agents}} {
		for _, group := range split(one.list) {
			if slices.Contains(groups, group) {
				return one.role
			}
		}
	}
	return ""
}

func split(list string) []string {
	var out []string
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// letsIn reports whether an address is of a domain that is let in. Without a list every domain is, of those who are known.
func letsIn(row db.CompanySignIn, email string) bool {
	domains := split(row.Domains)
	_, domain, _ := strings.Cut(email, "@")
	return domain != "" && (len(domains) == 0 || slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) }))
}

func secretPurpose(workspaceID string) string { return "company/" + workspaceID + "/secret" }

// random is 256 bits that nobody can guess.
func random() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (Go 1.24 crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

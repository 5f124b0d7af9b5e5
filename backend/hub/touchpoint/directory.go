// Package touchpoint knows the numbers and Pages of a hub with their secrets opened: whose webhook this is, and
// how to reach Meta for one of them.
package touchpoint

import (
	"context"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Touchpoint is one number or Page, ready to use.
type Touchpoint struct {
	db.Touchpoint
	Account     channel.Account
	VerifyToken channel.Secret
	Adapter     channel.Adapter
}

// Window is how long the session window of a contact's message stays open here.
func (t *Touchpoint) Window() time.Duration { return time.Duration(t.WindowMs) * time.Millisecond }

// Directory holds all touchpoints of the hub. Its methods may run at the same time.
type Directory struct {
	store    *store.Store
	sealer   *seal.Sealer
	adapters map[conversation.Channel]channel.Adapter

	// OnReload is called after each reload; nil does nothing. Set it before the first.
	OnReload func(*Directory)

	mu        sync.RWMutex
	byAccount map[accountKey]*Touchpoint
	byID      map[idKey]*Touchpoint
	loaded    time.Time
}

type (
	accountKey struct{ channel, id string }
	idKey      struct{ workspace, id string }
)

// NewDirectory returns an empty directory. Reload fills it.
func NewDirectory(s *store.Store, sealer *seal.Sealer, adapters ...channel.Adapter) *Directory {
	d := &Directory{store: s, sealer: sealer, adapters: map[conversation.Channel]channel.Adapter{}}
	for _, a := range adapters {
		d.adapters[a.Channel()] = a
	}
	return d
}

// Purposes of a touchpoint's sealed secrets.
func purpose(id, secret string) string { return "touchpoint/" + id + "/" + secret }

// Secrets are a touchpoint's secrets in the clear.
type Secrets struct{ Token, AppSecret, VerifyToken string }

// SealSecrets fills in a row's sealed secrets.
func SealSecrets(sealer *seal.Sealer, row *db.Touchpoint, secrets Secrets) error {
	for _, s := range secretsOf(row, secrets) {
		sealed, err := sealer.Seal(s.value, purpose(row.ID, s.name))
		if err != nil {
			return err
		}
		*s.to = sealed
	}
	return nil
}

// ReplaceSecrets fills in those of a row's sealed secrets that are not empty, and returns their names.
func ReplaceSecrets(sealer *seal.Sealer, row *db.Touchpoint, secrets Secrets) (names []string, err error) {
	for _, s := range secretsOf(row, secrets) {
		if s.value == "" {
			continue
		}
		if *s.to, err = sealer.Seal(s.value, purpose(row.ID, s.name)); err != nil {
			return nil, err
		}
		names = append(names, s.name)
	}
	return names, nil
}

type secret struct {
	to          *string
	value, name string
}

func secretsOf(row *db.Touchpoint, s Secrets) []secret {
	return []secret{
		{&row.TokenSealed, s.Token, "token"}, {&row.AppSecretSealed, s.AppSecret, "app_secret"}, {&row.VerifySealed, s.VerifyToken, "verify"},
	}
}

// Reload reads all touchpoints again.
func (d *Directory) Reload(ctx context.Context) error {
	rows, err := d.store.Read().AllTouchpoints(ctx)
	if err != nil {
		return fmt.Errorf("read touchpoints: %w", err)
	}
	byAccount, byID := map[accountKey]*Touchpoint{}, map[idKey]*Touchpoint{}
	for _, row := range rows {
		t, err := d.open(row)
		if err != nil {
			return err
		}
		byAccount[accountKey{row.Channel, row.AccountID}] = t
		byID[idKey{row.WorkspaceID, row.ID}] = t
	}
	d.mu.Lock()
	d.byAccount, d.byID, d.loaded = byAccount, byID, time.Now()
	d.mu.Unlock()
	if d.OnReload != nil {
		d.OnReload(d)
	}
	return nil
}

func (d *Directory) open(row db.Touchpoint) (*Touchpoint, error) {
	adapter, ok := d.adapters[conversation.Channel(row.Channel)]
	if !ok {
		return nil, fmt.Errorf("touchpoint %s: this hub has no channel %q", row.ID, row.Channel)
	}
	var clear [3]string
	for i, s := range []struct{ sealed, name string }{
		{row.TokenSealed, "token"}, {row.AppSecretSealed, "app_secret"}, {row.VerifySealed, "verify"},
	} {
		value, err := d.sealer.Open(s.sealed, purpose(row.ID, s.name))
		if err != nil {
			return nil, err
		}
		clear[i] = value
	}
	return &Touchpoint{
		Touchpoint: row,
		Account: channel.Account{
			ID: row.AccountID, BusinessID: row.BusinessID, Token: channel.Secret(clear[0]),
			AppSecret: channel.Secret(clear[1]), BaseURL: row.GraphURL, Version: row.GraphVersion,
		},
		VerifyToken: channel.Secret(clear[2]),
		Adapter:     adapter,
	}, nil
}

// minReload keeps a stranger's webhooks from making the hub read its touchpoints all day.
const minReload = time.Second

// ByAccount finds the touchpoint of Meta's account id, reading again when it may have been added meanwhile.
func (d *Directory) ByAccount(ctx context.Context, ch conversation.Channel, accountID string) (*Touchpoint, bool) {
	key := accountKey{string(ch), accountID}
	d.mu.RLock()
	t, ok := d.byAccount[key]
	stale := time.Since(d.loaded) > minReload
	d.mu.RUnlock()
	if ok || !stale || d.Reload(ctx) != nil {
		return t, ok
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	t, ok = d.byAccount[key]
	return t, ok
}

// All are all touchpoints, in no order.
func (d *Directory) All() []*Touchpoint {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Collect(maps.Values(d.byID))
}

// ByBusiness finds the touchpoints of one of Meta's business accounts.
func (d *Directory) ByBusiness(ch conversation.Channel, businessID string) (found []*Touchpoint) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, t := range d.byID {
		if businessID != "" && t.Channel == string(ch) && t.BusinessID == businessID {
			found = append(found, t)
		}
	}
	return found
}

// ByID finds a touchpoint.
func (d *Directory) ByID(workspaceID, id string) (*Touchpoint, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	t, ok := d.byID[idKey{workspaceID, id}]
	return t, ok
}

// Adapter is the channel's adapter, nil when the hub does not have that channel.
func (d *Directory) Adapter(ch conversation.Channel) channel.Adapter { return d.adapters[ch] }

// Signers are the app secrets that may sign webhooks of a channel, each with a touchpoint that has it. Apps are
// few: one secret signs all accounts of an app.
func (d *Directory) Signers(ch conversation.Channel) map[channel.Secret]*Touchpoint {
	d.mu.RLock()
	defer d.mu.RUnlock()
	signers := map[channel.Secret]*Touchpoint{}
	for key, t := range d.byAccount {
		if key.channel == string(ch) && t.Account.AppSecret != "" {
			signers[t.Account.AppSecret] = t
		}
	}
	return signers
}

// GraphHosts are the host names of the Graph addresses that touchpoints were given.
func (d *Directory) GraphHosts() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var hosts []string
	for _, t := range d.byID {
		if u, err := url.Parse(t.GraphURL); err == nil && u.Hostname() != "" {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// VerifyTokenKnown reports whether a touchpoint of the channel has this verify token.
func (d *Directory) VerifyTokenKnown(ch conversation.Channel, token string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	known := false
	for key, t := range d.byAccount {
		if key.channel == string(ch) && t.VerifyToken != "" &&
			subtle.ConstantTimeCompare([]byte(t.VerifyToken.Reveal()), []byte(token)) == 1 {
			known = true
		}
	}
	return known
}

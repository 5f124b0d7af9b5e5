package admin

import (
	"context"
	"errors"
	"slices"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/store/db"
)

// NewKey describes an API key that is to be made.
type NewKey struct {
	Name    string
	AgentID string // as whom it acts
	Scopes  []string
	Days    int64 // for which it is good; 0 for ever
}

// AddKey makes an API key, which is returned this once.
func (p *People) AddKey(ctx context.Context, by access.Actor, k NewKey) (key string, err error) {
	name, err := labelName(k.Name)
	if err != nil {
		return "", err
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(k.Scopes)))
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(one string) bool { return !slices.Contains(access.KeyScopes, one) }) {
		return "", ErrScopes
	}
	if k.Days < 0 || k.Days > maxDays {
		return "", ErrDays
	}
	agent, err := p.find(ctx, by.WorkspaceID, k.AgentID)
	if err != nil {
		return "", err
	}
	if agent.Disabled {
		return "", ErrSwitchedOff
	}
	key, err = p.Access.AddKey(ctx, agent, name, scopes, time.Duration(k.Days)*24*time.Hour, by)
	if errors.Is(err, access.ErrKeyTaken) {
		return "", ErrKeyTaken
	}
	return key, err
}

// Keys lists the API keys that are good.
func (p *People) Keys(ctx context.Context, workspaceID string) ([]db.ApiKey, error) {
	rows, err := p.Access.Keys(ctx, workspaceID)
	nowMs := p.Now().UnixMilli()
	return slices.DeleteFunc(rows, func(k db.ApiKey) bool { return k.ExpiresMs > 0 && k.ExpiresMs <= nowMs }), err
}

// RevokeKey ends an API key for good.
func (p *People) RevokeKey(ctx context.Context, by access.Actor, id string) error {
	err := p.Access.RevokeKey(ctx, by.WorkspaceID, id, by)
	if errors.Is(err, access.ErrNoKey) {
		return ErrNoKey
	}
	return err
}

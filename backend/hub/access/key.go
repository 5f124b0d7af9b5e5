package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"

	"golang.org/x/time/rate"
)

// keyPrefix tells a key from a session's token, for people and for programs that look for secrets where none should be.
const keyPrefix = "parley_key_"

// beginningLen is how much of a key is kept readable: the prefix and a few letters.
const beginningLen = len(keyPrefix) + 6

// A key may make keyBurst calls at once and keyRate a second.
const (
	keyRate  = 20
	keyBurst = 100
)

// ErrKeyTaken says that a key of this name is good already.
var ErrKeyTaken = errors.New("there is a key of this name already")

// ErrNoKey says that there is no such API key.
var ErrNoKey = errors.New("there is no API key of this name")

// BusyError says that a key makes more calls than it may.
type BusyError struct{ Wait time.Duration }

func (e *BusyError) Error() string {
	return fmt.Sprintf("this key makes more than %d calls a second", keyRate)
}

// AddKey makes a key with which a program acts as an agent, for as long as life, 0 for ever. The key is returned this once.
func (a *Access) AddKey(ctx context.Context, agent db.Agent, name string, scopes []string, life time.Duration, by Actor) (key string, err error) {
	if err := checkKey(name, scopes); err != nil {
		return "", err
	}
	if key, err = newSecret(); err != nil {
		return "", err
	}
	key = keyPrefix + key
	now, id := a.now(), conversation.NewID()
	row := db.InsertApiKeyParams{
		WorkspaceID: agent.WorkspaceID, ID: id, AgentID: agent.ID, Name: name, Beginning: key[:beginningLen], KeyHash: hashToken(key),
		Scopes: strings.Join(scopes, ","), CreatedMs: now.UnixMilli(),
	}
	if life > 0 {
		row.ExpiresMs = now.Add(life).UnixMilli()
	}
	_, err = a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		known, err := tx.ApiKeys(ctx, agent.WorkspaceID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(known, func(k db.ApiKey) bool { return k.Name == name }) {
			return ErrKeyTaken
		}
		if err := tx.InsertApiKey(ctx, row); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now.UnixMilli(), audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: audit.KeyAdded, SubjectID: agent.ID,
			Detail: name + ": " + row.Scopes,
		})
	})
	if err != nil {
		return "", fmt.Errorf("add API key: %w", err)
	}
	return key, nil
}

func checkKey(name string, scopes []string) error {
	if name == "" || len(name) > maxDeviceRunes {
		return fmt.Errorf("a key needs a name of at most %d letters", maxDeviceRunes)
	}
	if len(scopes) == 0 {
		return errors.New("say what the key may do: " + strings.Join(KeyScopes, ", "))
	}
	for _, scope := range scopes {
		if !slices.Contains(KeyScopes, scope) {
			return fmt.Errorf("there is no scope %q; there are %s", scope, strings.Join(KeyScopes, ", "))
		}
	}
	return nil
}

// Keys lists the keys of a workspace that are good.
func (a *Access) Keys(ctx context.Context, workspaceID string) ([]db.ApiKey, error) {
	rows, err := a.store.Read().ApiKeys(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	return rows, nil
}

// RevokeKey ends a key by its name or id, which its watches notice within seconds. ErrNoKey: there is none.
func (a *Access) RevokeKey(ctx context.Context, workspaceID, nameOrID string, by Actor) error {
	nowMs := a.now().UnixMilli()
	_, err := a.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		known, err := tx.ApiKeys(ctx, workspaceID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(known, func(k db.ApiKey) bool { return k.Name == nameOrID || k.ID == nameOrID })
		if at < 0 {
			return ErrNoKey
		}
		if _, err := tx.RevokeApiKey(ctx, db.RevokeApiKeyParams{WorkspaceID: workspaceID, ID: known[at].ID, NowMs: nowMs}); err != nil {
			return err
		}
		if err := tx.BumpScopes(ctx, workspaceID); err != nil { // watches look whether it is theirs
			return err
		}
		return audit.Write(ctx, tx, nowMs, audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: audit.KeyRevoked, SubjectID: known[at].AgentID, Detail: known[at].Name,
		})
	})
	if err != nil {
		return fmt.Errorf("revoke API key: %w", err)
	}
	return nil
}

// recogniseKey is Recognise for keys.
func (a *Access) recogniseKey(ctx context.Context, key string) (Actor, error) {
	row, err := a.store.Read().ApiKeyByHash(ctx, hashToken(key))
	switch {
	case store.NotFound(err):
		return Actor{}, ErrNoSession
	case err != nil:
		return Actor{}, fmt.Errorf("find API key: %w", err)
	case row.RevokedMs > 0:
		return Actor{}, ErrRevoked
	case row.ExpiresMs > 0 && a.now().UnixMilli() >= row.ExpiresMs:
		return Actor{}, ErrExpired
	}
	agent, err := a.store.Read().Agent(ctx, db.AgentParams{WorkspaceID: row.WorkspaceID, ID: row.AgentID})
	if store.NotFound(err) || err == nil && agent.Disabled {
		return Actor{}, ErrRevoked
	}
	if err != nil {
		return Actor{}, fmt.Errorf("find account: %w", err)
	}
	if a.touchDue(row.ID) { // a key whose use is not noted works all the same
		_, _ = a.store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error {
			return tx.TouchApiKey(ctx, db.TouchApiKeyParams{WorkspaceID: row.WorkspaceID, ID: row.ID, NowMs: a.now().UnixMilli(), Address: Address(ctx)})
		})
	}
	return Actor{WorkspaceID: agent.WorkspaceID, AgentID: agent.ID, SessionID: row.ID, Role: agent.Role, KeyScopes: row.Scopes}, nil
}

// Admit counts a call of a key. *BusyError: there were too many. Each hub counts for itself.
func (a *Access) Admit(actor Actor) error {
	if actor.KeyScopes == "" {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	limit := a.limits[actor.SessionID]
	if limit == nil {
		if len(a.limits) > maxRemembered {
			clear(a.limits)
		}
		limit = rate.NewLimiter(keyRate, keyBurst)
		a.limits[actor.SessionID] = limit
	}
	if !limit.Allow() {
		return &BusyError{Wait: time.Second}
	}
	return nil
}

package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Errors of signing in.
var (
	// ErrDenied says that the address or the password is wrong, or the account is switched off; not which.
	ErrDenied = errors.New("the email address or the password is wrong")
	// ErrNoSession says that a token is unknown, revoked, or its account is switched off.
	ErrNoSession = errors.New("sign in again")
	// ErrTooMany says that an address was tried too often.
	ErrTooMany = errors.New("too many attempts; wait a few minutes")
)

// Actor is who makes a call.
type Actor struct {
	WorkspaceID, AgentID, SessionID, Role string
}

// Supervises reports whether the agent sees and reassigns what others have.
func (a Actor) Supervises() bool { return a.Role == "supervisor" || a.Role == "admin" }

// Access signs agents in. Its methods may run at the same time.
type Access struct {
	store *store.Store
	now   func() time.Time

	mu       sync.Mutex
	attempts map[string][]time.Time // failed ones, by address
	touched  map[string]time.Time   // when a session's use was last written down
}

// New returns the door of a hub.
func New(s *store.Store, now func() time.Time) *Access {
	return &Access{store: s, now: now, attempts: map[string][]time.Time{}, touched: map[string]time.Time{}}
}

// How often an address may fail within a time before it has to wait.
const (
	maxFailures    = 8
	failureMemory  = 5 * time.Minute
	touchEvery     = 5 * time.Minute
	maxNameOfTry   = 320 // longest email address
	maxRemembered  = 10_000
	tokenBytes     = 32
	maxDeviceRunes = 80
)

// CleanEmail is how addresses are compared and stored.
func CleanEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// SignIn checks a local account and makes a device session. The token is not stored and cannot be shown again.
func (a *Access) SignIn(ctx context.Context, email, password, device string) (token string, agent db.Agent, err error) {
	email = CleanEmail(email)
	if len(email) > maxNameOfTry || len(password) > 1024 {
		return "", db.Agent{}, ErrDenied
	}
	if !a.try(email) {
		return "", db.Agent{}, ErrTooMany
	}
	agent, err = a.store.Read().AgentByEmail(ctx, email)
	if err != nil && !store.NotFound(err) {
		return "", db.Agent{}, fmt.Errorf("find account: %w", err)
	}
	fits, err := CheckPassword(ctx, agent.PasswordHash, password) // also for unknown addresses: same time, same answer
	if err != nil {
		return "", db.Agent{}, err
	}
	if !fits || agent.Disabled {
		return "", db.Agent{}, ErrDenied
	}
	a.succeeded(email)
	token, err = a.Open(ctx, agent, device)
	return token, agent, err
}

// Open makes a device session for an agent who has been recognised by other means.
func (a *Access) Open(ctx context.Context, agent db.Agent, device string) (token string, err error) {
	raw := make([]byte, tokenBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	if runes := []rune(device); len(runes) > maxDeviceRunes {
		device = string(runes[:maxDeviceRunes])
	}
	nowMs := a.now().UnixMilli()
	_, err = a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		return tx.InsertDeviceSession(ctx, db.InsertDeviceSessionParams{
			WorkspaceID: agent.WorkspaceID, ID: conversation.NewID(), AgentID: agent.ID, TokenHash: hashToken(token),
			DeviceName: conversation.CleanText(device), CreatedMs: nowMs, UsedMs: nowMs,
		})
	})
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	return token, nil
}

// Recognise returns who a token belongs to.
func (a *Access) Recognise(ctx context.Context, token string) (Actor, error) {
	if token == "" {
		return Actor{}, ErrNoSession
	}
	session, err := a.store.Read().SessionByToken(ctx, hashToken(token))
	if store.NotFound(err) {
		return Actor{}, ErrNoSession
	}
	if err != nil {
		return Actor{}, fmt.Errorf("find session: %w", err)
	}
	agent, err := a.store.Read().Agent(ctx, db.AgentParams{WorkspaceID: session.WorkspaceID, ID: session.AgentID})
	if store.NotFound(err) || err == nil && agent.Disabled {
		return Actor{}, ErrNoSession
	}
	if err != nil {
		return Actor{}, fmt.Errorf("find account: %w", err)
	}
	a.touch(ctx, session)
	return Actor{WorkspaceID: agent.WorkspaceID, AgentID: agent.ID, SessionID: session.ID, Role: agent.Role}, nil
}

// touch notes now and then that a session is in use.
func (a *Access) touch(ctx context.Context, session db.DeviceSession) {
	a.mu.Lock()
	due := time.Since(a.touched[session.ID]) > touchEvery
	if due {
		if len(a.touched) > maxRemembered {
			clear(a.touched)
		}
		a.touched[session.ID] = time.Now()
	}
	a.mu.Unlock()
	if !due {
		return
	}
	nowMs := a.now().UnixMilli()
	// A session whose use is not noted works all the same.
	_, _ = a.store.InTx(ctx, session.WorkspaceID, func(tx *store.Tx) error {
		return tx.TouchSession(ctx, db.TouchSessionParams{WorkspaceID: session.WorkspaceID, ID: session.ID, NowMs: nowMs})
	})
}

// SignOut revokes a session.
func (a *Access) SignOut(ctx context.Context, actor Actor) error {
	nowMs := a.now().UnixMilli()
	_, err := a.store.InTx(ctx, actor.WorkspaceID, func(tx *store.Tx) error {
		_, err := tx.RevokeSession(ctx, db.RevokeSessionParams{WorkspaceID: actor.WorkspaceID, ID: actor.SessionID, NowMs: nowMs})
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke session: %w", err)
	}
	return nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// try counts an attempt as failed before it is made, so that many at the same time are as many as one after the
// other. False: the address has failed too often.
func (a *Access) try(email string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	recent := a.attempts[email][:0]
	for _, at := range a.attempts[email] {
		if time.Since(at) < failureMemory {
			recent = append(recent, at)
		}
	}
	if len(recent) >= maxFailures {
		a.attempts[email] = recent
		return false
	}
	if len(a.attempts) > maxRemembered {
		clear(a.attempts)
	}
	a.attempts[email] = append(recent, time.Now())
	return true
}

func (a *Access) succeeded(email string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.attempts, email)
}

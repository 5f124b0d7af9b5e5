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
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Why a session has ended, as its row says.
const (
	endedSignedOut = "signed_out"
	endedRevoked   = "revoked"
)

const (
	touchEvery     = 5 * time.Minute
	tokenBytes     = 32
	maxDeviceRunes = 80
)

// Open makes a device session for an agent who has been recognised; way says how, in a word.
func (a *Access) Open(ctx context.Context, agent db.Agent, device, way string) (token string, err error) {
	if token, err = newSecret(); err != nil {
		return "", err
	}
	if runes := []rune(device); len(runes) > maxDeviceRunes {
		device = string(runes[:maxDeviceRunes])
	}
	nowMs, id := a.now().UnixMilli(), conversation.NewID()
	_, err = a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.InsertDeviceSession(ctx, db.InsertDeviceSessionParams{
			WorkspaceID: agent.WorkspaceID, ID: id, AgentID: agent.ID, TokenHash: hashToken(token),
			DeviceName: conversation.CleanText(device), CreatedMs: nowMs, UsedMs: nowMs, Address: Address(ctx),
		}); err != nil {
			return err
		}
		if err := forgetFailures(ctx, tx, agent.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, nowMs, audit.Entry{
			ActorID: agent.ID, SessionID: id, Address: Address(ctx), Action: audit.SignedIn, SubjectID: agent.ID, Detail: way,
		})
	})
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	return token, nil
}

// Recognise returns who a token belongs to. Errors: ErrNoSession, ErrExpired, ErrRevoked.
func (a *Access) Recognise(ctx context.Context, token string) (Actor, error) {
	if token == "" {
		return Actor{}, ErrNoSession
	}
	if strings.HasPrefix(token, keyPrefix) {
		return a.recogniseKey(ctx, token)
	}
	session, err := a.store.Read().SessionByToken(ctx, hashToken(token))
	switch {
	case store.NotFound(err):
		return Actor{}, ErrNoSession
	case err != nil:
		return Actor{}, fmt.Errorf("find session: %w", err)
	case session.EndedReason == endedSignedOut:
		return Actor{}, ErrNoSession
	case session.RevokedMs > 0:
		return Actor{}, ErrRevoked
	case a.now().UnixMilli()-session.UsedMs > IdleLimit.Milliseconds():
		return Actor{}, ErrExpired
	}
	agent, err := a.store.Read().Agent(ctx, db.AgentParams{WorkspaceID: session.WorkspaceID, ID: session.AgentID})
	if store.NotFound(err) || err == nil && agent.Disabled {
		return Actor{}, ErrRevoked
	}
	if err != nil {
		return Actor{}, fmt.Errorf("find account: %w", err)
	}
	a.touch(ctx, session)
	return Actor{WorkspaceID: agent.WorkspaceID, AgentID: agent.ID, SessionID: session.ID, Role: agent.Role}, nil
}

// touch notes now and then that a session is in use, which puts its end off.
func (a *Access) touch(ctx context.Context, session db.DeviceSession) {
	if !a.touchDue(session.ID) {
		return
	}
	nowMs := a.now().UnixMilli()
	// A session whose use is not noted works all the same.
	_, _ = a.store.InTx(ctx, session.WorkspaceID, func(tx *store.Tx) error {
		return tx.TouchSession(ctx, db.TouchSessionParams{
			WorkspaceID: session.WorkspaceID, ID: session.ID, NowMs: nowMs, Address: Address(ctx),
		})
	})
}

// touchDue reports whether the use of a session or key has to be noted again, and counts it as noted.
func (a *Access) touchDue(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.touched[id]) <= touchEvery {
		return false
	}
	if len(a.touched) > maxRemembered {
		clear(a.touched)
	}
	a.touched[id] = time.Now()
	return true
}

// SignOut ends the session of a call.
func (a *Access) SignOut(ctx context.Context, actor Actor) error {
	err := a.end(ctx, actor.WorkspaceID, actor.SessionID, endedSignedOut, audit.Entry{
		ActorID: actor.AgentID, SessionID: actor.SessionID, SubjectID: actor.AgentID, Detail: endedSignedOut,
	})
	if errors.Is(err, ErrNoSuchSession) { // it has ended meanwhile
		return nil
	}
	return err
}

// Sessions lists the devices on which somebody is signed in, the one that was used last first.
func (a *Access) Sessions(ctx context.Context, workspaceID, agentID string) ([]db.DeviceSession, error) {
	rows, err := a.store.Read().SessionsOfAgent(ctx, db.SessionsOfAgentParams{
		WorkspaceID: workspaceID, AgentID: agentID, UsedAfterMs: a.now().Add(-IdleLimit).UnixMilli(),
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return rows, nil
}

// EndSession ends one of an agent's sessions; by is who does it, zero the command line. ErrNoSuchSession: it is none of
// theirs, or has ended.
func (a *Access) EndSession(ctx context.Context, workspaceID, agentID, sessionID string, by Actor) error {
	row, err := a.store.Read().Session(ctx, db.SessionParams{WorkspaceID: workspaceID, ID: sessionID})
	if store.NotFound(err) || err == nil && row.AgentID != agentID {
		return ErrNoSuchSession
	}
	if err != nil {
		return fmt.Errorf("find session: %w", err)
	}
	return a.end(ctx, workspaceID, sessionID, endedRevoked, audit.Entry{
		ActorID: by.AgentID, SessionID: by.SessionID, SubjectID: agentID, Detail: endedRevoked,
	})
}

func (a *Access) end(ctx context.Context, workspaceID, sessionID, reason string, entry audit.Entry) error {
	nowMs := a.now().UnixMilli()
	entry.Action, entry.Address = audit.SessionEnded, Address(ctx)
	_, err := a.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		n, err := tx.EndSession(ctx, db.EndSessionParams{WorkspaceID: workspaceID, ID: sessionID, NowMs: nowMs, Reason: reason})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoSuchSession
		}
		if err := tx.BumpScopes(ctx, workspaceID); err != nil { // watches look whether it is theirs
			return err
		}
		return audit.Write(ctx, tx, nowMs, entry)
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndSessions ends all sessions of an agent and returns how many there were. A zero by is the command line.
func (a *Access) EndSessions(ctx context.Context, workspaceID, agentID string, by Actor) (n int64, err error) {
	nowMs := a.now().UnixMilli()
	_, err = a.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		if n, err = tx.EndSessionsOfAgent(ctx, db.EndSessionsOfAgentParams{
			WorkspaceID: workspaceID, AgentID: agentID, NowMs: nowMs, Reason: endedRevoked,
		}); err != nil || n == 0 {
			return err
		}
		if err := tx.BumpScopes(ctx, workspaceID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, nowMs, audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: audit.SessionEnded, SubjectID: agentID, Detail: "all",
		})
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

// SetDisabled switches an account off, which ends all its sessions and its invitation, or on again. A zero by is the command
// line.
func (a *Access) SetDisabled(ctx context.Context, tx *store.Tx, agentID string, disabled bool, by Actor) error {
	nowMs, action := a.now().UnixMilli(), audit.AgentEnabled
	if disabled {
		action = audit.AgentDisabled
	}
	entry := audit.Entry{ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: action, SubjectID: agentID}
	n, err := tx.SetDisabled(ctx, db.SetDisabledParams{WorkspaceID: tx.WorkspaceID, ID: agentID, Disabled: disabled})
	if err != nil {
		return fmt.Errorf("switch account: %w", err)
	}
	if n == 0 {
		return nil
	}
	tx.Changed(store.TypeAgent, agentID)
	if !disabled {
		return audit.Write(ctx, tx, nowMs, entry)
	}
	if err := tx.DropInvitation(ctx, db.DropInvitationParams{WorkspaceID: tx.WorkspaceID, AgentID: agentID}); err != nil {
		return fmt.Errorf("switch account: %w", err)
	}
	return endAll(ctx, tx, nowMs, agentID, Actor{}, entry)
}

// endAll ends an agent's sessions but that of by, as part of what entry says.
func endAll(ctx context.Context, tx *store.Tx, nowMs int64, agentID string, by Actor, entry audit.Entry) error {
	if _, err := tx.EndSessionsOfAgent(ctx, db.EndSessionsOfAgentParams{
		WorkspaceID: tx.WorkspaceID, AgentID: agentID, ButID: by.SessionID, NowMs: nowMs, Reason: endedRevoked,
	}); err != nil {
		return err
	}
	if err := tx.BumpScopes(ctx, tx.WorkspaceID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, nowMs, entry)
}

// newSecret is 256 bits that nobody can guess.
func newSecret() (string, error) {
	raw := make([]byte, tokenBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

package access

import (
	"context"
	"fmt"
	"time"

	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// SignIn checks a local account and makes a device session. The token is not stored and cannot be shown again. Errors:
// ErrDenied, *LockedError.
func (a *Access) SignIn(ctx context.Context, email, password, device string) (token string, agent db.Agent, err error) {
	email = CleanEmail(email)
	if len(email) > maxNameOfTry || len(password) > maxPasswordLen {
		return "", db.Agent{}, ErrDenied
	}
	address := "address " + Address(ctx)
	if wait := a.attempts.try(address, maxOfAddress); wait > 0 {
		return "", db.Agent{}, &LockedError{wait}
	}
	agent, err = a.store.Read().AgentByEmail(ctx, email)
	if err != nil && !store.NotFound(err) {
		return "", db.Agent{}, fmt.Errorf("find account: %w", err)
	}
	if err := a.try(ctx, email, agent); err != nil {
		return "", db.Agent{}, err
	}
	fits, err := CheckPassword(ctx, agent.PasswordHash, password) // also for unknown addresses: same time, same answer
	if err != nil {
		return "", db.Agent{}, err
	}
	if !fits || agent.Disabled {
		return "", db.Agent{}, ErrDenied
	}
	a.attempts.succeeded(address)
	token, err = a.Open(ctx, agent, device, "password")
	return token, agent, err
}

// try counts an attempt at an account, and refuses it when the account is locked. An address that nobody has is locked alike.
func (a *Access) try(ctx context.Context, email string, agent db.Agent) error {
	if agent.ID == "" {
		if wait := a.attempts.try("account "+email, maxFailures); wait > 0 {
			return &LockedError{wait}
		}
		return nil
	}
	now := time.Now() // not the hub's clock: practice moves that
	locked := false
	_, err := a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		row, err := tx.TrySignIn(ctx, db.TrySignInParams{
			WorkspaceID: agent.WorkspaceID, AgentID: agent.ID, NowMs: now.UnixMilli(), Most: maxFailures,
			ForgottenMs: now.Add(-failureMemory).UnixMilli(), UntilMs: now.Add(lockedFor).UnixMilli(),
		})
		if locked = store.NotFound(err); locked {
			return nil
		}
		if err != nil || row.LockedUntilMs == 0 {
			return err
		}
		return audit.Write(ctx, tx, a.now().UnixMilli(), audit.Entry{
			Action: audit.SignInLocked, SubjectID: agent.ID, Address: Address(ctx),
		})
	})
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	if !locked {
		return nil
	}
	row, err := a.store.Read().SignInFailure(ctx, db.SignInFailureParams{WorkspaceID: agent.WorkspaceID, AgentID: agent.ID})
	if err != nil && !store.NotFound(err) {
		return fmt.Errorf("read lock: %w", err)
	}
	return &LockedError{max(time.Until(time.UnixMilli(row.LockedUntilMs)), time.Second)}
}

// ChangePassword replaces an agent's password and signs their other devices out. Errors: ErrWrongPassword,
// ErrPasswordShort, *LockedError.
func (a *Access) ChangePassword(ctx context.Context, actor Actor, present, next string) error {
	if len(present) > maxPasswordLen || len(next) > maxPasswordLen {
		return ErrWrongPassword
	}
	agent, err := a.store.Read().Agent(ctx, db.AgentParams{WorkspaceID: actor.WorkspaceID, ID: actor.AgentID})
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	if err := a.try(ctx, agent.Email, agent); err != nil {
		return err
	}
	fits, err := CheckPassword(ctx, agent.PasswordHash, present)
	if err != nil {
		return err
	}
	if !fits {
		return ErrWrongPassword
	}
	return a.SetPassword(ctx, agent, next, actor)
}

// SetPassword gives an account a password, unlocks it and signs its devices out, but that of by. A zero by is the command
// line.
func (a *Access) SetPassword(ctx context.Context, agent db.Agent, password string, by Actor) error {
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return err
	}
	action := audit.PasswordReset
	if by.AgentID == agent.ID {
		action = audit.PasswordChanged
	}
	return a.putPassword(ctx, agent, hash, action, by)
}

// DropPassword takes an account's password, unlocks it and signs all its devices out: nobody signs in to it with a password
// until an invitation has set another one. A zero by is the command line.
func (a *Access) DropPassword(ctx context.Context, agent db.Agent, by Actor) error {
	return a.putPassword(ctx, agent, "", audit.PasswordReset, by)
}

// putPassword keeps a hash, unlocks the account and signs its devices out, but that of by.
func (a *Access) putPassword(ctx context.Context, agent db.Agent, hash string, action audit.Action, by Actor) error {
	nowMs := a.now().UnixMilli()
	_, err := a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.SetPassword(ctx, db.SetPasswordParams{WorkspaceID: agent.WorkspaceID, ID: agent.ID, PasswordHash: hash}); err != nil {
			return err
		}
		if err := forgetFailures(ctx, tx, agent.ID); err != nil {
			return err
		}
		return endAll(ctx, tx, nowMs, agent.ID, by, audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: action, SubjectID: agent.ID,
		})
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

func forgetFailures(ctx context.Context, tx *store.Tx, agentID string) error {
	_, err := tx.ForgetSignInFailures(ctx, db.ForgetSignInFailuresParams{WorkspaceID: tx.WorkspaceID, AgentID: agentID})
	return err
}

package access

import (
	"context"
	"fmt"
	"time"

	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// InvitationLimit is for how long an invitation is good.
const InvitationLimit = 7 * 24 * time.Hour

// Invite makes a code by which somebody sets their own password, once. An earlier one is no good any more. A zero by is the
// command line.
func (a *Access) Invite(ctx context.Context, agent db.Agent, by Actor) (code string, err error) {
	if agent.Disabled {
		return "", fmt.Errorf("the account of %s is switched off", agent.Email)
	}
	if code, err = newSecret(); err != nil {
		return "", err
	}
	_, err = a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.PutInvitation(ctx, db.PutInvitationParams{
			WorkspaceID: agent.WorkspaceID, AgentID: agent.ID, CodeHash: hashToken(code), ExpiresMs: time.Now().Add(InvitationLimit).UnixMilli(),
		}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, a.now().UnixMilli(), audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: Address(ctx), Action: audit.AgentInvited, SubjectID: agent.ID,
		})
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	return code, nil
}

// Invited is whom an invitation is for. Errors: ErrNoInvitation, *LockedError.
func (a *Access) Invited(ctx context.Context, code string) (db.Agent, error) {
	address := "address " + Address(ctx)
	if wait := a.attempts.try(address, maxOfAddress); wait > 0 {
		return db.Agent{}, &LockedError{wait}
	}
	row, err := a.store.Read().InvitationByCode(ctx, db.InvitationByCodeParams{CodeHash: hashToken(code), NowMs: time.Now().UnixMilli()})
	if store.NotFound(err) {
		return db.Agent{}, ErrNoInvitation
	}
	if err != nil {
		return db.Agent{}, fmt.Errorf("find invitation: %w", err)
	}
	agent, err := a.store.Read().Agent(ctx, db.AgentParams{WorkspaceID: row.WorkspaceID, ID: row.AgentID})
	if store.NotFound(err) || err == nil && agent.Disabled {
		return db.Agent{}, ErrNoInvitation
	}
	if err != nil {
		return db.Agent{}, fmt.Errorf("find account: %w", err)
	}
	a.attempts.succeeded(address)
	return agent, nil
}

// AcceptInvitation gives who was invited a password and a device session. Errors: ErrNoInvitation, ErrPasswordShort, which
// leaves the invitation as it was, and *LockedError.
func (a *Access) AcceptInvitation(ctx context.Context, code, password, device string) (token string, agent db.Agent, err error) {
	if agent, err = a.Invited(ctx, code); err != nil {
		return "", agent, err
	}
	if len([]rune(password)) < MinPassword || len(password) > maxPasswordLen {
		return "", agent, ErrPasswordShort
	}
	_, err = a.store.InTx(ctx, agent.WorkspaceID, func(tx *store.Tx) error {
		n, err := tx.TakeInvitation(ctx, db.TakeInvitationParams{
			WorkspaceID: agent.WorkspaceID, CodeHash: hashToken(code), NowMs: time.Now().UnixMilli(),
		})
		if err == nil && n == 0 {
			return ErrNoInvitation // somebody was faster
		}
		return err
	})
	if err != nil {
		return "", agent, fmt.Errorf("accept invitation: %w", err)
	}
	if err := a.SetPassword(ctx, agent, password, Actor{WorkspaceID: agent.WorkspaceID, AgentID: agent.ID}); err != nil {
		return "", agent, err
	}
	token, err = a.Open(ctx, agent, device, "invitation")
	return token, agent, err
}

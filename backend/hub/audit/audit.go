// Package audit keeps who did what to accounts, sessions, rights and settings. A row is written by the transaction that does
// it, and never changed.
package audit

import (
	"context"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Action names what was done.
type Action string

// Actions.
const (
	SignedIn          Action = "signed_in"
	SignInLocked      Action = "sign_in_locked" // too many failed attempts
	SessionEnded      Action = "session_ended"
	PasswordChanged   Action = "password_changed"
	PasswordReset     Action = "password_reset"
	AgentAdded        Action = "agent_added"
	AgentInvited      Action = "agent_invited"
	AgentDisabled     Action = "agent_disabled"
	AgentEnabled      Action = "agent_enabled"
	AgentRenamed      Action = "agent_renamed"
	RoleChanged       Action = "role_changed"
	QueueChanged      Action = "queue_changed"   // who works in it
	KeepingChanged    Action = "keeping_changed" // for how long desks keep what was said
	LabelAdded        Action = "disposition_added"
	LabelRenamed      Action = "disposition_renamed"
	LabelMoved        Action = "disposition_moved"
	LabelRetired      Action = "disposition_retired"
	LabelOffered      Action = "disposition_offered" // again
	QuickSaved        Action = "quick_reply_saved"   // one of everybody's
	QuickDeleted      Action = "quick_reply_deleted"
	LetterReplayed    Action = "dead_letter_replayed"
	LetterDiscarded   Action = "dead_letter_discarded"
	ContactErased     Action = "contact_erased"   // with all that belongs to them; who it was is not said
	ContactExported   Action = "contact_exported" // all that belongs to them, into a file
	QueueRouted       Action = "queue_routed"     // how its conversations find their agent
	QueueAdded        Action = "queue_added"
	TouchpointAdded   Action = "touchpoint_added"
	SecretsReplaced   Action = "secrets_replaced" // of a touchpoint: which, never what
	TestSent          Action = "test_sent"        // to a phone, which is not named
	TouchpointChanged Action = "touchpoint_changed"
	QueuesOfAgent     Action = "queues_of_agent" // where somebody works
	KeyAdded          Action = "api_key_added"
	KeyRevoked        Action = "api_key_revoked"
	HookAdded         Action = "webhook_added"
	HookChanged       Action = "webhook_changed"
	HookOn            Action = "webhook_on"
	HookOff           Action = "webhook_off" // by somebody, or because it failed for too long: detail says so
	HookRemoved       Action = "webhook_removed"
)

// Entry is one thing that was done.
type Entry struct {
	ActorID   string // "" for the command line
	SessionID string // of the actor's device
	Address   string // where they were
	Action    Action
	SubjectID string // whom or what it was done to
	Detail    string // a few words; never a secret, nor what contacts wrote
}

// Write keeps an entry.
func Write(ctx context.Context, tx *store.Tx, nowMs int64, e Entry) error {
	err := tx.InsertAudit(ctx, db.InsertAuditParams{
		WorkspaceID: tx.WorkspaceID, ID: conversation.NewID(), AtMs: nowMs, ActorID: e.ActorID, SessionID: e.SessionID,
		Action: string(e.Action), SubjectID: e.SubjectID, Detail: e.Detail, Address: e.Address,
	})
	if err != nil {
		return fmt.Errorf("write audit: %w", err)
	}
	return nil
}

// Latest lists what was done, the latest first, at most n.
func Latest(ctx context.Context, s *store.Store, workspaceID string, n int) ([]db.Audit, error) {
	rows, err := s.Read().AuditBefore(ctx, db.AuditBeforeParams{WorkspaceID: workspaceID, N: int64(n)})
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	return rows, nil
}

// Filter narrows down what is listed. A zero field does not.
type Filter struct {
	ActorID          string
	Action           Action
	SinceMs, UntilMs int64
}

// pageOf is how many entries a page has.
const pageOf = 50

// Page lists a page of what was done, the latest first; before is the id of the last entry of the page before, "" at first.
func Page(ctx context.Context, s *store.Store, workspaceID, before string, f Filter) (rows []db.Audit, more bool, err error) {
	rows, err = s.Read().AuditPage(ctx, db.AuditPageParams{
		WorkspaceID: workspaceID, Before: before, ActorID: f.ActorID, Action: string(f.Action), SinceMs: f.SinceMs, UntilMs: f.UntilMs, N: pageOf + 1,
	})
	if err != nil {
		return nil, false, fmt.Errorf("read audit: %w", err)
	}
	if len(rows) > pageOf {
		return rows[:pageOf], true, nil
	}
	return rows, false, nil
}

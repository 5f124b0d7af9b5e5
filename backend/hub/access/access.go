// Package access says who may use the hub: accounts, the ways to sign in, and the device sessions that come of it.
//
// A session is an opaque token of 256 bits of which only a hash is kept. It ends when somebody ends it, when the account is
// switched off, or when it is not used for IdleLimit. A desk that is told of the first two removes what it keeps.
package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"parley/backend/hub/store"

	"golang.org/x/time/rate"
)

// Errors of signing in and of sessions.
var (
	// ErrDenied says that the address or the password is wrong, or the account is switched off; not which.
	ErrDenied = errors.New("the email address or the password is wrong")
	// ErrNoSession says that a token is unknown.
	ErrNoSession = errors.New("sign in again")
	// ErrExpired says that a session was not used for IdleLimit.
	ErrExpired = errors.New("this computer was not used for too long; sign in again")
	// ErrRevoked says that somebody has ended the session, or switched the account off.
	ErrRevoked = errors.New("access from this computer has ended")
	// ErrNoSuchSession says that there is no such session, or that it is not the agent's.
	ErrNoSuchSession = errors.New("there is no such session")
	// ErrNoInvitation says that an invitation was accepted, is too old, or is none.
	ErrNoInvitation = errors.New("this invitation was accepted before, or is too old")
	// ErrForbidden says that the table of rights does not allow a call.
	ErrForbidden = errors.New("this role, or the scopes of this key, do not allow this")
	// ErrWrongPassword says that the present password is another one.
	ErrWrongPassword = errors.New("the present password is wrong")
)

// LockedError says that there were too many failed attempts.
type LockedError struct{ Wait time.Duration }

func (e *LockedError) Error() string {
	return fmt.Sprintf("too many attempts; try again in %d minutes", int(e.Wait.Minutes())+1)
}

// IdleLimit is for how long a session that nobody uses is good.
const IdleLimit = 30 * 24 * time.Hour

// Actor is who makes a call.
type Actor struct {
	WorkspaceID, AgentID, SessionID, Role string
	// KeyScopes is how far an API key reaches, with commas; "" for a person's session, which reaches everything. SessionID is
	// the key's then.
	KeyScopes string
}

// Supervises reports whether the agent reassigns what others have.
func (a Actor) Supervises() bool { return May(a.Role, ActionTransfer, Foreign) }

// Access signs agents in. Its methods may run at the same time.
type Access struct {
	store    *store.Store
	now      func() time.Time
	attempts throttle

	mu      sync.Mutex
	touched map[string]time.Time     // when a session's use was last written down
	limits  map[string]*rate.Limiter // by API key
}

// New returns the door of a hub.
func New(s *store.Store, now func() time.Time) *Access {
	return &Access{store: s, now: now, touched: map[string]time.Time{}, limits: map[string]*rate.Limiter{}}
}

// CleanEmail is how addresses are compared and stored.
func CleanEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

type addressKey struct{}

// WithAddress notes where a call comes from: an IP address.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// Address is where a call comes from; "" when that is not known.
func Address(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}

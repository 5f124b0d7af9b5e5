package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Account is who uses this computer's Parley, and with which hub. After a method that changes the workspace the page is to
// load itself again.
type Account struct{ app *App }

// FindHub looks for the hub at an address as a person types it.
func (c *Account) FindHub(address string) (dto.Hub, error) {
	return guard(c.app, "find hub", func(ctx context.Context) (dto.Hub, error) {
		hub, err := signin.Find(ctx, c.app.client, address)
		return dto.Hub{Address: hub.Address, WorkspaceName: hub.WorkspaceName, Password: hub.Password, Company: hub.Company}, err
	})
}

// SignIn signs this computer in to a hub with email and password, and opens its workspace. Where this computer is signed out
// of that account already, what it keeps stays.
func (c *Account) SignIn(address, email, password string) error {
	return guarded(c.app, "sign in", func(ctx context.Context) error {
		hub, err := c.app.find(ctx, address)
		if err != nil {
			return err
		}
		signed, err := signin.SignIn(ctx, c.app.client, hub, email, password)
		if err != nil {
			return err
		}
		return c.app.signedIn(ctx, hub, signed)
	})
}

// SignInWithCompany signs this computer in to a hub in the system's browser. CancelSignIn calls it off.
func (c *Account) SignInWithCompany(address string) error {
	return guarded(c.app, "sign in in the browser", func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if former := c.app.signing.Swap(&cancel); former != nil {
			(*former)() // only the latest counts
		}
		hub, err := c.app.find(ctx, address)
		if err == nil && hub.Company == "" {
			err = &signin.Problem{Code: signin.NoCompany}
		}
		if err != nil {
			return err
		}
		page := c.app.surface()
		if page == nil {
			return context.Canceled // the window is closing
		}
		signed, err := signin.Browser(ctx, c.app.client, hub, page.OpenURL, c.app.words().SignedIn)
		if err != nil {
			return err
		}
		page.Raise()
		return c.app.signedIn(ctx, hub, signed)
	})
}

// CancelSignIn calls off what waits for the browser.
func (c *Account) CancelSignIn() error {
	return guarded(c.app, "cancel sign-in", func(context.Context) error {
		if cancel := c.app.signing.Swap(nil); cancel != nil {
			(*cancel)()
		}
		return nil
	})
}

// Invitation asks the hub of the invitation that was opened whom it is for.
func (c *Account) Invitation() (dto.Invited, error) {
	return guard(c.app, "look at invitation", func(ctx context.Context) (dto.Invited, error) {
		invitation := c.app.invitation.Load()
		if invitation == nil {
			return dto.Invited{}, &signin.Problem{Code: signin.NoInvitation}
		}
		of, err := invitation.Look(ctx, c.app.client)
		return dto.Invited{Address: invitation.Address, WorkspaceName: of.WorkspaceName, Email: of.Email, Name: of.Name}, err
	})
}

// Join accepts the invitation with a password, and opens the workspace.
func (c *Account) Join(password string) error {
	return guarded(c.app, "accept invitation", func(ctx context.Context) error {
		invitation := c.app.invitation.Load()
		if invitation == nil {
			return &signin.Problem{Code: signin.NoInvitation}
		}
		hub, err := c.app.find(ctx, invitation.Address)
		if err != nil {
			return err
		}
		signed, err := invitation.Accept(ctx, c.app.client, password)
		if err != nil {
			return err
		}
		c.app.invitation.Store(nil)
		return c.app.signedIn(ctx, hub, signed)
	})
}

// Decline forgets the invitation; its link still works.
func (c *Account) Decline() error {
	return guarded(c.app, "decline invitation", func(context.Context) error {
		c.app.invitation.Store(nil)
		return nil
	})
}

// signedIn keeps the token and opens the workspace.
func (a *App) signedIn(ctx context.Context, hub signin.Hub, signed signin.Session) error {
	p := place{Kind: placeHub, ID: uuid.NewString(), Address: hub.Address, Email: signed.Email, AgentID: signed.AgentID, Pin: hub.Pin}
	if s := a.current.Load(); s != nil && s.place.Kind == placeHub && s.place.Address == p.Address && s.place.AgentID == p.AgentID {
		p.ID = s.place.ID // the same person again: drafts and outbox go on
	}
	if _, err := a.secrets.Put(p.ID, signed.Token); err != nil {
		return err
	}
	return a.enter(ctx, p)
}

// OpenPractice opens the practice workspace.
func (c *Account) OpenPractice() error {
	return guarded(c.app, "open practice", func(ctx context.Context) error { return c.app.enter(ctx, place{Kind: placePractice}) })
}

// Unsent counts what would be lost by signing out.
func (c *Account) Unsent() (dto.Unsent, error) {
	return answer(c.app, "count unsent", func(ctx context.Context) (dto.Unsent, error) {
		unsent, err := c.app.desk().Unsent(ctx)
		return toUnsent(unsent), err
	})
}

// signOutLimit is how long a person waits for the hub when they sign out.
const signOutLimit = 5 * time.Second

// Leave goes back to the welcome page. Of a hub this computer is signed out, and keeps nothing; practice waits as it is.
func (c *Account) Leave() (dto.Left, error) {
	return guard(c.app, "leave workspace", func(ctx context.Context) (left dto.Left, err error) {
		next := place{}
		if s := c.app.current.Load(); s != nil && s.place.Kind == placeHub {
			limited, cancel := context.WithTimeout(ctx, signOutLimit)
			defer cancel()
			if err := s.desk.SignOut(limited); err != nil && !errors.Is(err, hubclient.ErrSignedOut) {
				left.HubUnaware = true
				c.app.log.Warn("Hub was not told of the sign-out", "error", err)
			}
			defer c.app.forgetToken(s.place) // once nobody asks for it
			next.Address, next.Email = s.place.Address, s.place.Email
		}
		return left, c.app.enter(ctx, next)
	})
}

// Seen forgets what the welcome page had to say.
func (c *Account) Seen() error {
	return guarded(c.app, "note welcome", func(context.Context) error {
		p := c.app.welcome.Load()
		if p == nil || p.Ended == nil {
			return nil
		}
		next := *p
		next.Ended = nil
		c.app.welcome.Store(&next)
		return next.keep(c.app.options.Dirs)
	})
}

// Sessions lists the computers on which the agent is signed in. It asks the hub.
func (c *Account) Sessions() ([]dto.DeviceSession, error) {
	return answer(c.app, "list sessions", func(ctx context.Context) ([]dto.DeviceSession, error) {
		sessions, err := c.app.desk().Sessions(ctx)
		return each(sessions, toDeviceSession), err
	})
}

// EndSession signs another computer out, which removes what it keeps.
func (c *Account) EndSession(id string) error {
	return do(c.app, "end session", func(ctx context.Context) error { return c.app.desk().EndSession(ctx, id) })
}

// ChangePassword replaces the agent's password and signs their other computers out.
func (c *Account) ChangePassword(present, next string) error {
	return do(c.app, "change password", func(ctx context.Context) error {
		err := c.app.desk().ChangePassword(ctx, present, next)
		if errors.Is(err, hubclient.ErrDenied) {
			return &Failure{Code: "password", Message: fmt.Sprint(err)}
		}
		return err
	})
}

// place is where the page is.
func (a *App) place() dto.Place {
	at := a.at()
	at.Invited = a.invitation.Load() != nil
	return at
}

func (a *App) at() dto.Place {
	s := a.current.Load()
	if s == nil {
		p := a.welcome.Load()
		if p == nil {
			return dto.Place{Kind: "welcome"}
		}
		return dto.Place{Kind: "welcome", Address: p.Address, Email: p.Email, Ended: p.Ended}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := s.place.Kind
	if kind == placeWelcome {
		kind = "given" // by the command line
	}
	return dto.Place{Kind: kind, Address: s.place.Address, Email: s.place.Email, TokenAt: string(s.tokenAt), Stranger: s.stranger()}
}

func toUnsent(u desk.Unsent) dto.Unsent {
	return dto.Unsent{Messages: u.Messages, Commands: u.Commands, Drafts: u.Drafts}
}

func toDeviceSession(s *hubv1.DeviceSession) dto.DeviceSession {
	return dto.DeviceSession{
		ID: s.Id, DeviceName: s.DeviceName, CreatedMs: s.CreatedMs, UsedMs: s.UsedMs, Address: s.Address, Current: s.Current,
	}
}

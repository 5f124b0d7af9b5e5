package app

import (
	"context"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/signin"
	"parley/backend/desk/trust"
)

// hubLooksNew is told by a guard of a stranger, of nil when the hub is right again, and of what the pin has learned. The page
// loads itself again, to show it or the lists. No lock of the guard is held, and a request waits for this.
func (a *App) hubLooksNew(s *session, stranger *trust.Stranger, pin trust.Pin) {
	if stranger != nil {
		a.log.Warn("Another hub answers", "error", stranger)
	}
	a.begin("note hub", func() {
		s.mu.Lock()
		learned := stranger == nil && s.place.Pin != pin
		if learned {
			s.place.Pin = pin
		}
		p := s.place
		s.mu.Unlock()
		if learned && a.current.Load() == s {
			if err := p.keep(a.options.Dirs); err != nil {
				a.log.Error("Who the hub is was not kept", "error", err)
			}
		}
		if s.newlyShown() {
			a.stream.publish(dto.Event{Kind: dto.EventPlace})
		}
	})
}

// stranger is who answers instead of the session's hub; nil for nobody.
func (s *session) stranger() *dto.Stranger {
	if s.guard == nil {
		return nil
	}
	is := s.guard.Stranger()
	if is == nil {
		return nil
	}
	return &dto.Stranger{
		WasIdentity: is.Was.Identity, IsIdentity: is.Is.Identity, WasAuthority: is.Was.Authority, IsAuthority: is.Is.Authority,
	}
}

// newlyShown reports whether the page shows another stranger, or none, than there is now.
func (s *session) newlyShown() bool {
	var now dto.Stranger
	if stranger := s.stranger(); stranger != nil {
		now = *stranger
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.shown
	s.shown = now
	return before != now
}

// find looks for a hub. Where this computer is signed in to one at the same address, it has to be that one.
func (a *App) find(ctx context.Context, typed string) (signin.Hub, error) {
	hub, err := signin.Find(ctx, a.client, typed)
	if s := a.current.Load(); err == nil && s != nil && s.guard != nil && s.place.Address == hub.Address {
		err = s.guard.Pin().Check(hub.Pin)
	}
	return hub, err
}

// TrustHub makes the stranger whose fingerprints a person has looked at this computer's hub. What waits is sent to it then.
func (c *Account) TrustHub(identity, authority string) error {
	return guarded(c.app, "trust hub", func(ctx context.Context) error {
		s := c.app.current.Load()
		if s == nil || s.guard == nil {
			return errNoWorkspace
		}
		if !s.guard.Trust(trust.Pin{Identity: identity, Authority: authority}) {
			return &Failure{Code: "stranger", Message: "another one answers by now"}
		}
		c.app.use(func(_ context.Context, d *desk.Desk) { d.Nudge() })
		return nil
	})
}

package app

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/secrets"
	"parley/backend/desk/signin"
	"parley/backend/desk/trust"
)

// session is a workspace that is open: a desk, and the way to its hub.
type session struct {
	place   place
	hub     Hub
	guard   *trust.Guard // before a hub; nil in practice
	desk    *desk.Desk
	tokenAt secrets.Where // where the token is kept; "" when there is none

	work    context.Context // of everything that runs for it
	stop    context.CancelFunc
	serving sync.WaitGroup

	ending sync.Once // its access

	mu      sync.Mutex
	shown   dto.Stranger    // instead of the hub; the zero value for nobody
	alerted map[string]bool // keys of notifications that may be shown
}

// errNoWorkspace says that no workspace is open: the page shows its welcome.
var errNoWorkspace = &Failure{Code: "no_workspace", Message: "no workspace is open"}

// desk is that of the open workspace, nil when there is none. Bound methods that ask for it hold the gate, which keeps it open.
func (a *App) desk() *desk.Desk {
	if s := a.current.Load(); s != nil {
		return s.desk
	}
	return nil
}

// use runs something with the desk, if one is open, and keeps it open meanwhile.
func (a *App) use(run func(ctx context.Context, d *desk.Desk)) {
	a.gate.RLock()
	defer a.gate.RUnlock()
	if s := a.current.Load(); s != nil {
		run(s.work, s.desk)
	}
}

// open opens the workspace of a place. It does not work before serve.
func (a *App) open(ctx context.Context, p place) (*session, error) {
	s := &session{place: p, alerted: map[string]bool{}}
	var err error
	switch {
	case a.options.Hub.BaseURL != "":
		s.hub = a.options.Hub
	case p.Kind == placePractice:
		if s.hub, err = a.options.Practice(); err != nil {
			return nil, err
		}
	default:
		client := signin.Client()
		s.guard = trust.NewGuard(p.Address, client.Transport.(*http.Transport), p.Pin, time.Now, func(stranger *trust.Stranger, pin trust.Pin) { a.hubLooksNew(s, stranger, pin) })
		client.Transport = s.guard
		s.hub = Hub{HTTPClient: client, BaseURL: p.Address, SignIn: func(context.Context) (string, error) { return a.token(s) }}
	}
	s.work, s.stop = context.WithCancel(a.work)
	s.desk, err = desk.Open(ctx, desk.Options{
		Folder: p.folder(a.options.Dirs), HTTPClient: s.hub.HTTPClient, BaseURL: s.hub.BaseURL, SignIn: s.hub.SignIn,
		Log: a.log, Event: a.deskEvent, Alert: s.alert(a), Counted: a.counted, Revoked: func() { a.revoked(s) },
	})
	if err != nil {
		s.stop()
		s.hub.close()
		return nil, err
	}
	a.applySettingsTo(s.desk, a.settings.Get())
	return s, nil
}

// token is that of a session, which the keyring may take a while to give.
func (a *App) token(s *session) (string, error) {
	token, where, err := a.secrets.Get(s.place.ID)
	if err != nil {
		a.log.Warn("Token was not read", "error", err)
		return "", hubclient.ErrSignedOut
	}
	s.mu.Lock()
	s.tokenAt = where
	s.mu.Unlock()
	return token, nil
}

// serve begins the work of a session, once the page shows its lists.
func (a *App) serve(s *session) {
	s.serving.Add(1)
	a.begin("desk", func() {
		defer s.serving.Done()
		if !a.pageShown() {
			return
		}
		if s.hub.Begin != nil {
			s.hub.Begin()
		}
		if err := s.desk.Serve(s.work); err != nil {
			a.log.Error("Desk ended", "error", err)
		}
	})
}

// close ends the work of a session and closes its desk.
func (s *session) close() error {
	s.stop()
	s.serving.Wait()
	err := s.desk.Close()
	s.hub.close()
	return err
}

// enter opens a workspace in the place of the one that is open; of that, nothing is kept when it was a hub's. The page is to
// load itself again afterwards. Without an error the place is that of the next start.
func (a *App) enter(ctx context.Context, p place) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	if a.options.Hub.BaseURL != "" {
		return &Failure{Code: "unsupported", Message: "this Parley was started for one hub"}
	}
	if err := a.leave(); err != nil {
		a.log.Error("Workspace did not close properly", "error", err)
	}
	if err := p.keep(a.options.Dirs); err != nil {
		return err
	}
	if err := p.wipeOthers(a.options.Dirs); err != nil {
		a.log.Error("Not everything could be removed", "error", err) // the next start tries again
	}
	if p.Kind == placeWelcome {
		a.welcome.Store(&p)
		return nil
	}
	s, err := a.open(ctx, p)
	if err != nil {
		return fmt.Errorf("open workspace: %w", err)
	}
	a.current.Store(s)
	a.show() // nothing waits for the first lists any more
	a.serve(s)
	return nil
}

// leave closes the open workspace, if there is one. What is under way for it ends first.
func (a *App) leave() error {
	s := a.current.Load()
	if s == nil {
		return nil
	}
	s.stop()
	a.gate.Lock()
	a.current.Store(nil)
	a.gate.Unlock()
	err := s.close()
	for key := range s.alerted {
		a.notices.Withdraw(key)
	}
	a.counted(desk.Counts{})
	return err
}

// revoked is told by the desk that somebody has ended the access of this computer.
func (a *App) revoked(s *session) {
	s.ending.Do(func() {
		a.begin("end access", func() {
			if err := a.endAccess(a.work, s); err != nil {
				a.log.Error("Access did not end properly", "error", err)
			}
		})
	})
}

// endAccess removes what this computer keeps, and has the page say so.
func (a *App) endAccess(ctx context.Context, s *session) error {
	if s.place.Kind != placeHub {
		return nil
	}
	ended := &dto.Ended{AtMs: time.Now().UnixMilli()}
	if all, err := s.desk.Workspace(ctx); err == nil {
		ended.WorkspaceName = all.Config.Workspace.GetName()
	}
	if unsent, err := s.desk.Unsent(ctx); err == nil {
		ended.Unsent = toUnsent(unsent)
	}
	a.log.Info("Access of this computer was ended")
	err := a.enter(ctx, place{Address: s.place.Address, Email: s.place.Email, Ended: ended})
	a.forgetToken(s.place)
	a.stream.publish(dto.Event{Kind: dto.EventPlace})
	return err
}

// forgetToken removes what opens a hub. A keyring that does not give it up keeps what opens nothing.
func (a *App) forgetToken(p place) {
	if err := a.secrets.Delete(p.ID); err != nil {
		a.log.Warn("Token was not removed", "error", err)
	}
}

// close ends a hub that runs in this process.
func (h Hub) close() {
	if h.Close != nil {
		h.Close()
	}
	if h.HTTPClient != nil {
		h.HTTPClient.CloseIdleConnections()
	}
}

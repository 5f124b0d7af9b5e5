package app

import (
	"context"
	"time"

	"parley/app/dto"
	"parley/app/tray"
	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/sync"
)

// serveTray shows the tray as long as the window is there. quit ends the application. Without a tray Parley works as well.
func (a *App) serveTray(quit func()) {
	err := a.tray.Serve(a.work, func(action tray.Action) {
		if action != tray.Quit {
			a.trayAct(action)
			return
		}
		a.mu.Lock()
		a.leaves = true
		a.mu.Unlock()
		quit()
	})
	if err != nil {
		a.log.Info("There is no tray", "error", err)
	}
}

// trayState is what the tray shows at this moment.
func (a *App) trayState(ctx context.Context) tray.State {
	var all desk.Workspace
	connection := desk.Connection{Connection: sync.Connection{State: sync.SignedOut}} // without a workspace
	a.use(func(_ context.Context, d *desk.Desk) {
		var err error
		if all, err = d.Workspace(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("Tray does not know the agent's status", "error", err)
		}
		if connection, err = d.Connection(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("Tray does not know the connection", "error", err)
		}
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	return tray.State{
		Words: a.says, Unread: max(0, a.counts.Unread), Inbox: a.counts.Inbox, Away: all.Me.GetStatus() == string(conversation.PresenceAway),
		DoNotDisturb: a.settings.Get().Alerts.DoNotDisturb, NoHub: connection.State == sync.Offline || connection.State == sync.SignedOut,
	}
}

// trayAct does what a person chose in the tray.
func (a *App) trayAct(action tray.Action) {
	switch action {
	case tray.Open:
		a.raise()
	case tray.Away:
		a.begin("change status", a.toggleStatus)
	case tray.DoNotDisturb:
		a.changeAlerts(func(s *dto.AlertSettings) { s.DoNotDisturb = !s.DoNotDisturb })
	case tray.Snooze:
		a.changeAlerts(func(s *dto.AlertSettings) { s.SnoozedUntilMs = time.Now().Add(time.Hour).UnixMilli() })
	}
}

// toggleStatus makes an agent who is away available, and the other way round.
func (a *App) toggleStatus() {
	a.use(func(ctx context.Context, d *desk.Desk) {
		all, err := d.Workspace(ctx)
		to := conversation.PresenceAway
		if all.Me.GetStatus() == string(to) {
			to = conversation.PresenceAvailable
		}
		if err == nil {
			_, err = d.SetStatus(ctx, to, "")
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("Status was not changed", "error", err)
		}
	})
}

// changeAlerts changes a person's wishes from outside of the page, which is told.
func (a *App) changeAlerts(change func(*dto.AlertSettings)) {
	wanted := a.settings.Get()
	change(&wanted.Alerts)
	now, err := a.settings.Set(wanted)
	if err != nil {
		a.log.Warn("Settings were not changed", "error", err)
		return
	}
	a.applySettings(now)
	a.stream.publish(dto.Event{Kind: dto.EventWorkspace})
}

// staysInTray reports whether Parley goes on working when its window is closed.
func (a *App) staysInTray() bool {
	a.mu.Lock()
	leaves := a.leaves
	a.mu.Unlock()
	return !leaves && a.desk() != nil && a.settings.Get().KeepRunning && a.tray.There()
}

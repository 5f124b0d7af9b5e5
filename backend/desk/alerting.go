package desk

import (
	"context"
	stdsync "sync"
	"time"

	"parley/backend/desk/alerts"
	"parley/backend/desk/clock"
)

// alertPause is how long news is collected before it is decided about: a page of changes comes as one.
const alertPause = 150 * time.Millisecond

// alerter keeps what alerts need between decisions.
type alerter struct {
	wakes chan struct{}
	log   alerts.Log

	mu      stdsync.Mutex
	behind  bool // some of the news came from a catch-up
	first   bool // nothing was decided before, or everything was replaced
	focused string
	prefs   alerts.Prefs
	shown   map[string]alerts.Shown
	unread  int
}

func (a *alerter) init() {
	a.wakes = make(chan struct{}, 1)
	a.wakes <- struct{}{} // what is here at the start
	a.first, a.unread = true, -1
}

// wake asks for decisions.
func (a *alerter) wake(behind, first bool) {
	a.mu.Lock()
	a.behind, a.first = a.behind || behind, a.first || first
	a.mu.Unlock()
	select {
	case a.wakes <- struct{}{}:
	default:
	}
}

// SetAlertPrefs changes the agent's wishes. Nothing is told while they were never set.
func (d *Desk) SetAlertPrefs(prefs alerts.Prefs) {
	d.alerter.mu.Lock()
	d.alerter.prefs = prefs
	d.alerter.mu.Unlock()
}

// SetFocus says which conversation the agent looks at in a focused window; "" for none.
func (d *Desk) SetFocus(conversationID string) {
	d.alerter.mu.Lock()
	d.alerter.focused = conversationID
	d.alerter.mu.Unlock()
	d.alerter.wake(false, false)
}

// AlertLog lists what was decided about a conversation, latest first: why it did or did not ring.
func (d *Desk) AlertLog(conversationID string) []alerts.Decision {
	return d.alerter.log.Of(conversationID)
}

// serveAlerts decides whenever there is news, until ctx ends.
func (d *Desk) serveAlerts(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.alerter.wakes:
		}
		if clock.Sleep(ctx, d.clock, alertPause) != nil {
			return nil
		}
		if err := d.decideAlerts(ctx); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "Alerts could not be decided", "error", err)
		}
	}
}

func (d *Desk) decideAlerts(ctx context.Context) error {
	lists, err := d.Lists(ctx)
	if err != nil {
		return err
	}
	var rows []alerts.Conversation
	unread := 0
	for _, c := range lists.Mine {
		rows = append(rows, alertRow(c, true))
		unread += int(c.Unread)
	}
	for _, c := range lists.Inbox {
		rows = append(rows, alertRow(c, false))
	}
	a := &d.alerter
	a.mu.Lock()
	decisions := alerts.Decide(alerts.State{
		Conversations: rows, Focused: a.focused, Behind: a.behind, First: a.first, Shown: a.shown,
	}, a.prefs, d.HubNowMs())
	a.shown = alerts.Remember(a.shown, decisions)
	a.behind, a.first = false, false
	counted := a.unread != unread
	a.unread = unread
	a.mu.Unlock()
	a.log.Add(decisions)

	if counted && d.options.Counted != nil {
		d.options.Counted(unread)
	}
	var acts []alerts.Decision
	for _, decision := range decisions {
		if decision.Verdict != alerts.Silent {
			acts = append(acts, decision)
		}
	}
	if len(acts) > 0 && d.options.Alert != nil {
		d.options.Alert(acts)
	}
	return nil
}

func alertRow(c Conversation, mine bool) alerts.Conversation {
	title := c.Contact.Name
	if title == "" {
		title = c.Contact.Number
	}
	return alerts.Conversation{
		ID: c.Id, Mine: mine, Title: title, Preview: c.Preview, Unread: int(c.Unread),
		LastInboundID: c.LastInboundId, InboundLatest: c.LastDirection == "in",
	}
}

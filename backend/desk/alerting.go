package desk

import (
	"context"
	stdsync "sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/alerts"
	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
)

const (
	// alertPause is how long news is collected before it is decided about: a page of changes comes as one.
	alertPause = 150 * time.Millisecond
	// alertLook is how often the clock is looked at. A look that comes alertSlept late means that the computer slept.
	alertLook  = 30 * time.Second
	alertSlept = time.Minute
	// alertSettle is how long the start, and the end of a sleep, wait for the catch-up, so that all is told in one.
	alertSettle = 8 * time.Second
	// alertsKeptFor is how long decisions can be looked up.
	alertsKeptFor = 30 * 24 * time.Hour
	// alertsShown is how many decisions about a conversation are looked up at most.
	alertsShown = 200
	// troubleLook is how many of the latest messages are looked through for the one that is troubled.
	troubleLook = 50
)

// alerter keeps what alerts need between decisions.
type alerter struct {
	wakes chan struct{}

	mu       stdsync.Mutex
	behind   bool // some of the news came from a catch-up
	focused  string
	prefs    alerts.Prefs
	returned map[string]string // sends that were given back, by conversation, until the agent looks
	counts   Counts

	// Of the goroutine that decides.
	memory   alerts.Memory
	troubles map[string]trouble
	seenAt   time.Time // when the clock was looked at
	settleAt time.Time // until then the catch-up is waited for
	asleep   bool      // the settling is after a sleep
	downMs   int64     // since when the hub has not been reached; 0: it is there
}

// Counts are what waits for an agent.
type Counts struct {
	Unread int // messages of their conversations
	Inbox  int // conversations that nobody has
}

// trouble is the newest troubled message of a conversation.
type trouble struct {
	count       int
	messageID   string
	unconfirmed bool
}

func (a *alerter) init(c clock.Clock) {
	a.wakes = make(chan struct{}, 1)
	a.wakes <- struct{}{} // what is here at the start
	a.counts.Unread = -1
	a.returned, a.troubles = map[string]string{}, map[string]trouble{}
	a.seenAt = wall(c)
	a.settleAt = a.seenAt.Add(alertSettle)
}

// wall is this computer's time as a clock on the wall shows it: Go's own does not go on while a computer sleeps.
func wall(c clock.Clock) time.Time { return c.Now().Round(0) }

// wake asks for decisions.
func (a *alerter) wake(behind bool) {
	a.mu.Lock()
	a.behind = a.behind || behind
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
	d.alerter.wake(false)
}

// SetFocus says which conversation the agent looks at in a focused window; "" for none.
func (d *Desk) SetFocus(conversationID string) {
	d.alerter.mu.Lock()
	d.alerter.focused = conversationID
	delete(d.alerter.returned, conversationID)
	d.alerter.mu.Unlock()
	d.alerter.wake(false)
	d.drafts.Wake() // what was typed in the one that was left
}

// Alert is a decision that was kept: why something did or did not ring.
type Alert = cache.Alert

// AlertLog lists what was decided about a conversation in the last 30 days, latest first.
func (d *Desk) AlertLog(ctx context.Context, conversationID string) ([]Alert, error) {
	return d.cache.Read().Alerts(ctx, conversationID, alertsShown)
}

// AlertDelivered notes how the system took a decision that was carried out.
func (d *Desk) AlertDelivered(ctx context.Context, id int64, how string) error {
	return d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.SetAlertDelivery(ctx, id, how) })
}

// serveAlerts decides whenever there is news and whenever time alone changes something, until ctx ends.
func (d *Desk) serveAlerts(ctx context.Context) error {
	a := &d.alerter
	var nextMs int64
	for {
		wait := alertLook
		if nextMs > 0 {
			wait = min(wait, time.Duration(max(0, nextMs-d.HubNowMs()))*time.Millisecond)
		}
		if left := a.settleAt.Sub(a.seenAt); left > 0 {
			wait = min(wait, left)
		}
		expired, stop := d.clock.After(wait)
		woken := false
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-a.wakes:
			woken = true
		case <-expired:
		}
		stop()
		if woken && clock.Sleep(ctx, d.clock, alertPause) != nil {
			return nil
		}
		if d.slept() { // looked at last, right before what follows from it
			a.wake(true)
			d.sync.Nudge()
			continue
		}
		settling := !a.settleAt.IsZero()
		settled := d.alertsSettled()
		if !woken && !settling && (nextMs == 0 || nextMs > d.HubNowMs()) {
			continue // only the clock was looked at
		}
		next, err := d.decideAlerts(ctx, settled)
		if err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "Alerts could not be decided", "error", err)
			next = 0
		}
		nextMs = next
	}
}

// slept notes the time, and reports whether the computer has slept since it was noted last.
func (d *Desk) slept() bool {
	a := &d.alerter
	before := a.seenAt
	a.seenAt = wall(d.clock)
	if a.seenAt.Sub(before) < alertLook+alertSlept {
		return false
	}
	a.settleAt, a.asleep = a.seenAt.Add(alertSettle), true
	return true
}

// alertsSettled reports whether the catch-up after the start or a sleep is over, or has taken too long. After a sleep the
// connection is thought to be there still, so only the time tells.
func (d *Desk) alertsSettled() bool {
	a := &d.alerter
	if a.settleAt.IsZero() {
		return true
	}
	state := d.sync.Connection().State
	over := !a.asleep && state != sync.Connecting && state != sync.CatchingUp
	if !over && wall(d.clock).Before(a.settleAt) {
		return false
	}
	a.settleAt, a.asleep = time.Time{}, false
	return true
}

// decideAlerts counts what is unread and, when settled, decides what to tell. It returns when time alone changes
// something.
func (d *Desk) decideAlerts(ctx context.Context, settled bool) (nextMs int64, err error) {
	lists, err := d.Lists(ctx)
	if err != nil {
		return 0, err
	}
	a := &d.alerter
	a.mu.Lock()
	state := alerts.State{Focused: a.focused, Behind: a.behind, NowMs: d.HubNowMs(), Local: wall(d.clock).Local()}
	prefs, returned := a.prefs, make(map[string]string, len(a.returned))
	for id, send := range a.returned {
		returned[id] = send
	}
	if settled {
		a.behind = false
	}
	counts := Counts{Inbox: len(lists.Inbox)}
	for _, c := range lists.Mine {
		counts.Unread += int(c.Unread)
	}
	counted := a.counts != counts
	a.counts = counts
	a.mu.Unlock()
	if counted && d.options.Counted != nil {
		d.options.Counted(counts)
	}
	if !settled {
		return 0, nil
	}

	for _, c := range lists.Mine {
		row := alertRow(c, true)
		if c.TransferredBy != "" {
			row.Given, row.GivenBy = true, d.AgentName(ctx, c.TransferredBy)
		}
		row.ReturnedID = returned[c.Id]
		if err := d.findTrouble(ctx, &row); err != nil {
			return 0, err
		}
		if err := d.findWords(ctx, &row); err != nil {
			return 0, err
		}
		state.Conversations = append(state.Conversations, row)
	}
	routed, me, err := d.routed(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range lists.Inbox {
		row := alertRow(c, false)
		row.Routed = routed[c.QueueId]
		if c.OfferedToId == me {
			row.OfferUntilMs = c.OfferUntilMs
		}
		state.Conversations = append(state.Conversations, row)
	}
	if state.Supervisor, err = d.supervises(ctx); err != nil {
		return 0, err
	}
	state.HubDownSinceMs = d.hubDownSince()
	told := alerts.Decide(state, prefs, a.memory)
	a.memory = told.Memory
	d.keepAlerts(ctx, told.Decisions)

	var acts []alerts.Decision
	for _, decision := range told.Decisions {
		if decision.Verdict != alerts.Silent {
			acts = append(acts, decision)
		}
	}
	if len(acts) > 0 && d.options.Alert != nil {
		d.options.Alert(acts)
	}
	return told.NextMs, nil
}

// routed are the queues from which nobody picks, and who the agent is.
func (d *Desk) routed(ctx context.Context) (queues map[string]bool, me string, err error) {
	config, err := d.cache.Read().Config(ctx)
	if err != nil {
		return nil, "", err
	}
	queues = map[string]bool{}
	for _, queue := range config.Queues {
		switch queue.GetRouting().GetMode() {
		case "", "pick":
		default:
			queues[queue.Id] = true
		}
	}
	me, err = d.cache.Read().Meta(ctx, cache.MetaAgent)
	return queues, me, err
}

// keepAlerts writes decisions to the log and gives them their ids. An agent is told although the log is full.
func (d *Desk) keepAlerts(ctx context.Context, decisions []alerts.Decision) {
	if len(decisions) == 0 {
		return
	}
	err := d.cache.Update(ctx, func(tx *cache.Tx) error {
		for i := range decisions {
			one := &decisions[i]
			id, err := tx.AddAlert(ctx, cache.Alert{
				AtMs: one.AtMs, Key: one.Key, MessageID: one.MessageID, Kind: string(one.Kind), Verdict: string(one.Verdict), Reason: string(one.Reason),
			})
			if err != nil {
				return err
			}
			one.ID = id
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		d.log.WarnContext(ctx, "Decisions about alerts were not kept", "error", err)
	}
}

// findTrouble names the newest message of a conversation that failed or is not confirmed. It is looked up when there is
// one more or less.
func (d *Desk) findTrouble(ctx context.Context, row *alerts.Conversation) error {
	known := d.alerter.troubles
	if row.Troubled == 0 {
		delete(known, row.ID)
		return nil
	}
	found := known[row.ID]
	if found.count != row.Troubled {
		found = trouble{count: row.Troubled}
		latest, err := d.cache.Read().LatestOut(ctx, row.ID, troubleLook)
		if err != nil {
			return err
		}
		for _, m := range latest {
			state := conversation.DeliveryState(m.State)
			if state == conversation.DeliveryFailed || state == conversation.DeliveryUnconfirmed {
				found.messageID, found.unconfirmed = m.Id, state == conversation.DeliveryUnconfirmed
				break
			}
		}
		known[row.ID] = found
	}
	row.TroubledID, row.Unconfirmed = found.messageID, found.unconfirmed
	return nil
}

// findWords gives a row with unread messages the contact's latest words when the list shows ours: what waits in the outbox
// stands after them there.
func (d *Desk) findWords(ctx context.Context, row *alerts.Conversation) error {
	if row.Unread == 0 || row.InboundLatest {
		return nil
	}
	m, err := d.cache.Read().Message(ctx, row.LastInboundID)
	if err != nil || m == nil {
		return err
	}
	row.Preview, row.InboundLatest = conversation.Preview(m.GetContent().GetText()), true
	return nil
}

// Roles that are told of windows in the Inbox.
const (
	roleSupervisor = "supervisor"
	roleAdmin      = "admin"
)

// supervises reports whether the agent looks after everybody's conversations.
func (d *Desk) supervises(ctx context.Context) (bool, error) {
	r := d.cache.Read()
	id, err := r.Meta(ctx, cache.MetaAgent)
	if err != nil {
		return false, err
	}
	me, err := r.Agent(ctx, id)
	return me.GetRole() == roleSupervisor || me.GetRole() == roleAdmin, err
}

// hubDownSince is since when the hub has not been reached; 0 when it is there. Attempts to reach it do not count.
func (d *Desk) hubDownSince() int64 {
	a, connection := &d.alerter, d.sync.Connection()
	switch connection.State {
	case sync.Live, sync.CatchingUp:
		a.downMs = 0
	case sync.Offline, sync.SignedOut:
		if a.downMs == 0 {
			a.downMs = connection.SinceMs
		}
	}
	return a.downMs
}

// sendsReturned notes sends that were given back after the agent had stopped waiting.
func (a *alerter) sendsReturned(refused []outbox.Refused) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range refused {
		if one.Kind == "send_message" && one.ConversationID != a.focused {
			a.returned[one.ConversationID] = one.CommandID
		}
	}
}

func alertRow(c Conversation, mine bool) alerts.Conversation {
	title := c.Contact.Name
	if title == "" {
		title = c.Contact.Number
	}
	answered := c.LastDirection == string(conversation.DirectionOut) &&
		(c.LastState == string(conversation.DeliveryOnComputer) || c.LastState == string(conversation.DeliveryInHub))
	return alerts.Conversation{
		ID: c.Id, Mine: mine, Title: title, Preview: c.Preview, Unread: int(c.Unread),
		LastInboundID: c.LastInboundId, InboundLatest: c.LastDirection == string(conversation.DirectionIn),
		Waiting: c.WaitingSinceMs > 0 && !answered, WindowUntilMs: c.WindowUntilMs, AssignedMs: c.AssignedMs, Troubled: int(c.Troubled),
	}
}

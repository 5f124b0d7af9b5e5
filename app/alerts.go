package app

import (
	"context"
	"time"

	"parley/app/dto"
	"parley/app/notify"
	"parley/backend/desk"
	"parley/backend/desk/alerts"
)

// alert carries out what a session's desk has decided.
func (s *session) alert(a *App) func([]alerts.Decision) {
	return func(decisions []alerts.Decision) {
		s.mu.Lock()
		for _, d := range decisions {
			s.alerted[d.Key] = true // to be withdrawn with the workspace
		}
		s.mu.Unlock()
		a.alert(decisions)
	}
}

func (a *App) alert(decisions []alerts.Decision) {
	for _, d := range decisions {
		if d.Verdict == alerts.Withdraw {
			a.notices.Withdraw(d.Key)
			continue
		}
		a.notices.Show(notify.Of(d, a.words()))
		if d.Verdict == alerts.Show && d.Sound != alerts.SoundNone {
			a.stream.publish(dto.Event{Kind: dto.EventSound, IDs: []string{string(d.Sound)}})
		}
	}
}

// delivered keeps how the system took what was decided.
func (a *App) delivered(id int64, how notify.Delivery) {
	a.use(func(ctx context.Context, d *desk.Desk) {
		if err := d.AlertDelivered(ctx, id, string(how)); err != nil && ctx.Err() == nil {
			a.log.Warn("Delivery of an alert was not kept", "error", err)
		}
	})
}

// responded does what a person asked for in a notification.
func (a *App) responded(r notify.Response) {
	switch {
	case r.Key == testKey:
		a.raise()
		a.stream.publish(dto.Event{Kind: dto.EventTested})
	case r.Action == notify.ActionReply && r.ConversationID != "":
		a.begin("answer", func() { a.answerNotification(r) })
	case r.Action == notify.ActionRead && r.ConversationID != "":
		a.begin("mark read", func() { a.markRead(r) })
	case r.Action == notify.ActionAccept && r.ConversationID != "":
		a.begin("accept offer", func() { a.acceptOffer(r) })
	case r.Action == notify.ActionReject && r.ConversationID != "":
		a.begin("reject offer", func() { a.rejectOffer(r) })
	default:
		a.raise()
		if r.ConversationID != "" {
			a.navigate(dto.Navigation{ConversationID: r.ConversationID, MessageID: r.MessageID})
		}
	}
}

// answerNotification sends what a person wrote in a notification. When it cannot be sent it is a draft, and they see it.
func (a *App) answerNotification(r notify.Response) {
	a.markRead(r)
	a.use(func(ctx context.Context, d *desk.Desk) {
		if err := d.Answer(ctx, r.ConversationID, r.Text, r.MessageID); err != nil {
			a.log.Warn("Reply in a notification was not sent", "conversation", r.ConversationID, "error", failureOf(err).Code)
			a.raise()
			a.navigate(dto.Navigation{ConversationID: r.ConversationID, MessageID: r.MessageID})
		}
	})
}

// acceptOffer takes what was offered and shows it; also when that was not possible any more, so that the person sees why.
func (a *App) acceptOffer(r notify.Response) {
	a.use(func(ctx context.Context, d *desk.Desk) {
		if outcome, err := d.Assign(ctx, r.ConversationID); err != nil || outcome.Refusal != nil {
			a.log.Warn("Offer was not accepted", "conversation", r.ConversationID, "refusal", outcome.Refusal.GetCode(), "error", err)
		}
	})
	a.raise()
	a.navigate(dto.Navigation{ConversationID: r.ConversationID, MessageID: r.MessageID})
}

func (a *App) rejectOffer(r notify.Response) {
	a.use(func(ctx context.Context, d *desk.Desk) {
		if outcome, err := d.RejectOffer(ctx, r.ConversationID); err != nil || outcome.Refusal != nil {
			a.log.Warn("Offer was not rejected", "conversation", r.ConversationID, "refusal", outcome.Refusal.GetCode(), "error", err)
		}
	})
}

func (a *App) markRead(r notify.Response) {
	a.use(func(ctx context.Context, d *desk.Desk) {
		if err := d.MarkRead(ctx, r.ConversationID, r.MessageID); err != nil {
			a.log.Warn("Conversation was not marked read", "conversation", r.ConversationID, "error", err)
		}
	})
}

// counted shows how many messages are unread, and how many conversations wait.
func (a *App) counted(now desk.Counts) {
	a.mu.Lock()
	a.counts = now
	a.mu.Unlock()
	a.badge.Set(now.Unread)
	a.tray.Wake()
	if page := a.surface(); page != nil {
		page.SetUnread(now.Unread)
	}
}

// alertPrefs are a person's wishes as the desk takes them.
func alertPrefs(s dto.Settings) alerts.Prefs {
	w := s.Alerts
	prefs := alerts.Prefs{
		Enabled: s.Notifications, HideText: s.HideText, Kinds: map[alerts.Kind]alerts.Wish{}, Ladder: []time.Duration{},
		InboxRepeat: time.Duration(w.InboxRepeatMinutes) * time.Minute, DoNotDisturb: w.DoNotDisturb, SnoozedUntilMs: w.SnoozedUntilMs,
		LastCallInQuiet: w.LastCallInQuiet,
	}
	for kind, wish := range map[alerts.Kind]dto.AlertKind{
		alerts.KindMessage: w.Message, alerts.KindInbox: w.Inbox, alerts.KindOffer: w.Offer, alerts.KindTransfer: w.Transfer,
		alerts.KindTrouble: w.Trouble, alerts.KindWindow: w.Window, alerts.KindHub: w.Hub,
	} {
		prefs.Kinds[kind] = alerts.Wish{On: wish.On, Sound: alerts.Sound(wish.Sound)}
	}
	for _, minutes := range w.LadderMinutes {
		if minutes > 0 {
			prefs.Ladder = append(prefs.Ladder, time.Duration(minutes)*time.Minute)
		}
	}
	if w.Quiet {
		prefs.QuietFrom, prefs.QuietUntil = minuteOfDay(w.QuietFrom), minuteOfDay(w.QuietUntil)
	}
	return prefs
}

// minuteOfDay reads a time like "22:30"; 0 for anything else.
func minuteOfDay(text string) int {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0
	}
	return at.Hour()*60 + at.Minute()
}

func toAlert(a desk.Alert) dto.Alert {
	return dto.Alert{AtMs: a.AtMs, MessageID: a.MessageID, Kind: a.Kind, Verdict: a.Verdict, Reason: a.Reason, Delivery: a.Delivery}
}

func toHealth(h notify.Health) dto.NotificationHealth {
	return dto.NotificationHealth{
		Way: string(h.Way), Service: h.Service, Clicks: h.Clicks, Replies: h.Replies, Trouble: string(h.Trouble), Detail: h.Detail, TookMs: h.TookMs,
	}
}

// testKey is that of the notification by which a person tries whether they see any.
const testKey = "test"

// testLimit is how long a person waits for the outcome of a test.
const testLimit = 15 * time.Second

// testNotification goes the whole way that others go, and reports each step.
func (a *App) testNotification(ctx context.Context) dto.NotificationTest {
	test := dto.NotificationTest{Silent: []string{}}
	for _, reason := range alerts.SilentNow(alertPrefs(a.settings.Get()), time.Now()) {
		test.Silent = append(test.Silent, string(reason))
	}
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	health, err := a.notices.Try(ctx, notify.Test(a.words()))
	if err != nil {
		health.Trouble = notify.TroubleSlow
	}
	test.Health = toHealth(health)
	return test
}

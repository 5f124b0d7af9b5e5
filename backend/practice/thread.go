package practice

import (
	"time"

	"parley/backend/conversation"
)

// How long it takes until statuses come, in real time.
const (
	sentDelay      = 200 * time.Millisecond
	deliveredDelay = 600 * time.Millisecond
	failedDelay    = 500 * time.Millisecond
)

// news are kinds that say something about an older message or about a person; they are no lines of a thread.
var news = map[string]bool{"edit": true, "revoke": true}

// silent are kinds that do not open the session window. Whether a reaction opens WhatsApp's is not documented; here
// it does not. On Messenger it does.
func silent(in *message, ch conversation.Channel) bool {
	switch in.Kind {
	case "system":
		return in.RawKind != "referral"
	case "edit", "revoke", "request_welcome":
		return true
	case "reaction":
		return ch != conversation.ChannelMessenger || in.Emoji == ""
	default:
		return false
	}
}

// wrote puts a message of the contact into their thread and tells the business. m.mu is held.
func (m *Meta) wrote(c *contact, in *message) {
	account := m.account(c.AccountID)
	in.ID, in.FromContact, in.AtMs = newMessageID(c.Channel), true, m.nextMs(c)
	if news[in.Kind] {
		m.changed = true
	} else {
		c.Messages = append(c.Messages, in)
	}
	if !silent(in, c.Channel) {
		c.LastInMs = in.AtMs
	}
	if c.Channel == conversation.ChannelWhatsApp {
		m.post(c.ID, account, m.whatsAppMessage(account, c, in))
	} else {
		m.post(c.ID, account, m.messengerMessage(account, c, in))
	}
}

// nextMs is now, but later than anything in the thread, so that Messenger's watermarks are exact.
func (m *Meta) nextMs(c *contact) int64 {
	nowMs := m.clock.NowMs()
	if n := len(c.Messages); n > 0 {
		nowMs = max(nowMs, c.Messages[n-1].AtMs+1)
	}
	return nowMs
}

// sent puts a message of the business into a thread; what follows comes by and by. m.mu is held.
func (m *Meta) sent(a *Account, to *contact, out *message) {
	out.AtMs = m.nextMs(to)
	to.Messages = append(to.Messages, out)
	to.typingUntilMs = 0
	m.changed = true
	m.after(sentDelay, func() { m.reportSent(a, to, out) })
	m.personaSaw(to)
}

// reportSent tells that a message left Meta: the status "sent", or the echo. To somebody who blocked the
// business it stays at that.
func (m *Meta) reportSent(a *Account, to *contact, out *message) {
	if out.State != "accepted" {
		return
	}
	out.State, m.changed = "sent", true
	if to.Channel == conversation.ChannelWhatsApp {
		m.post(to.ID, a, whatsAppStatus(a, to, out, "sent", m.clock.NowMs(), nil))
	} else {
		m.post(to.ID, a, m.messengerEcho(a, to, out))
	}
	if !to.Blocked {
		m.after(deliveredDelay-sentDelay, func() { m.reportDelivered(a, to, out) })
	}
}

func (m *Meta) reportDelivered(a *Account, to *contact, out *message) {
	if out.State != "sent" || to.Blocked {
		return
	}
	out.State, m.changed = "delivered", true
	if to.Channel == conversation.ChannelWhatsApp {
		m.post(to.ID, a, whatsAppStatus(a, to, out, "delivered", m.clock.NowMs(), nil))
	} else {
		m.post(to.ID, a, messengerDelivery(a, to, out, m.clock.NowMs()))
	}
}

// read is the contact looking at the thread: everything the business wrote is delivered and read. m.mu is held.
func (m *Meta) read(c *contact) {
	if c.Blocked {
		return
	}
	a, news := m.account(c.AccountID), false
	for _, out := range c.Messages {
		if out.FromContact || out.State == "read" || out.State == "failed" {
			continue
		}
		m.reportSent(a, c, out)
		m.reportDelivered(a, c, out)
		out.State, m.changed, news = "read", true, true
		if c.Channel == conversation.ChannelWhatsApp {
			m.post(c.ID, a, whatsAppStatus(a, c, out, "read", m.clock.NowMs(), nil))
		}
	}
	if news && c.Channel == conversation.ChannelMessenger {
		m.post(c.ID, a, messengerRead(a, c, m.nextMs(c)))
	}
}

// failLater reports that an accepted message was not delivered. m.mu is held.
func (m *Meta) failLater(a *Account, laneID string, out *message, failure graphError) {
	out.State = "failed"
	m.after(failedDelay, func() {
		m.post(laneID, a, whatsAppStatus(a, nil, out, "failed", m.clock.NowMs(), &failure))
	})
}

// resumeStatuses goes on with messages whose statuses were still to come when the state was saved.
func (m *Meta) resumeStatuses() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.contacts {
		a := m.account(c.AccountID)
		for _, out := range c.Messages {
			switch {
			case out.FromContact || c.Blocked:
			case out.State == "accepted":
				m.after(sentDelay, func() { m.reportSent(a, c, out) })
			case out.State == "sent":
				m.after(deliveredDelay, func() { m.reportDelivered(a, c, out) })
			}
		}
	}
}

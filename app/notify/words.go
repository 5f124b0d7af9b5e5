package notify

import (
	"fmt"
	"strings"
	"time"

	"parley/backend/desk/alerts"
)

// Of makes the notification of a decision. Contacts without a name and number are told as such.
func Of(d alerts.Decision) Notification {
	n := Notification{
		Key: d.Key, Title: d.Title, Body: d.Body, ConversationID: d.Key, MessageID: d.MessageID,
		Quiet: d.Verdict == alerts.Replace, Urgent: d.Urgent, ID: d.ID, Answerable: answerable(d), Unread: d.Mine && d.Count > 0,
	}
	if n.Title == "" {
		n.Title = "Unknown contact"
	}
	switch d.Kind {
	case alerts.KindSummary:
		n.Title, n.Body, n.ConversationID = appName, summary(d.Counts), ""
	case alerts.KindHub:
		n.Title, n.ConversationID = appName, ""
		n.Body = "The hub has not been reached for some time. What you write waits on this computer."
	case alerts.KindWindow:
		n.Body = fmt.Sprintf("Waits for an answer. The session window closes at %s, in %s.",
			time.UnixMilli(d.UntilMs).Format("15:04"), left(time.Duration(d.LeftMs)*time.Millisecond))
	case alerts.KindTrouble:
		switch {
		case d.Returned:
			n.Body = "Your message was not sent. It is a draft again."
		case d.Unconfirmed:
			n.Body = "Your message is not confirmed: it may or may not have arrived."
		default:
			n.Body = "Your message was not delivered."
		}
	case alerts.KindTransfer:
		by := d.GivenBy
		if by == "" {
			by = "A colleague"
		}
		n.Body = strings.TrimSuffix(fmt.Sprintf("%s transferred this to you: %s", by, d.Body), ": ")
	case alerts.KindInbox:
		n.Title = "Inbox: " + n.Title
		if n.Body == "" {
			n.Body = "New conversation"
		}
	default:
		if d.Count > 1 {
			n.Title = fmt.Sprintf("%s (%d)", n.Title, d.Count)
		}
		if n.Body == "" {
			n.Body = "New message"
		}
	}
	return n
}

// answerable reports whether a person can reply in the notification: to a contact of theirs whose message it is about.
func answerable(d alerts.Decision) bool {
	switch d.Kind {
	case alerts.KindMessage, alerts.KindWindow, alerts.KindTransfer:
		return d.Mine && d.MessageID != ""
	default:
		return false
	}
}

// summary counts conversations in words, the most urgent first.
func summary(c alerts.Counts) string {
	var parts []string
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{c.Windows, "1 session window closes soon", "%d session windows close soon"},
		{c.Missed, "1 session window has closed", "%d session windows have closed"},
		{c.Troubles, "1 conversation with a message that was not delivered", "%d conversations with messages that were not delivered"},
		{c.Transfers, "1 transferred to you", "%d transferred to you"},
		{c.Messages, "1 conversation with unread messages", "%d conversations with unread messages"},
		{c.Inbox, "1 in the Inbox", "%d in the Inbox"},
	} {
		switch {
		case part.n == 1:
			parts = append(parts, part.one)
		case part.n > 1:
			parts = append(parts, fmt.Sprintf(part.many, part.n))
		}
	}
	return strings.Join(parts, " · ")
}

// left writes a time in full minutes, the last one begun counted: "30 min", "1 h 12 min".
func left(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	switch hours := minutes / 60; {
	case hours == 0:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", hours)
	default:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	}
}

// Test is the notification by which a person tries whether they see any.
func Test() Notification {
	return Notification{Key: "test", Title: appName, Body: "This is how a notification looks. A click on it is noticed."}
}

package notify

import (
	"fmt"
	"strings"
	"time"

	"parley/app/words"
	"parley/backend/desk/alerts"
)

// Of makes the notification of a decision. Contacts without a name and number are told as such.
func Of(d alerts.Decision, w *words.Words) Notification {
	n := Notification{
		Key: d.Key, Title: d.Title, Body: d.Body, ConversationID: d.Key, MessageID: d.MessageID,
		Quiet: d.Verdict == alerts.Replace, Urgent: d.Urgent, ID: d.ID, Answerable: answerable(d), Unread: d.Mine && d.Count > 0,
	}
	if n.Title == "" {
		n.Title = w.UnknownContact
	}
	switch d.Kind {
	case alerts.KindSummary:
		n.Title, n.Body, n.ConversationID = appName, summary(d.Counts, w), ""
	case alerts.KindHub:
		n.Title, n.Body, n.ConversationID = appName, w.HubAway, ""
	case alerts.KindWindow:
		n.Body = fmt.Sprintf(w.Closing, time.UnixMilli(d.UntilMs).Format("15:04"), w.Left(time.Duration(d.LeftMs)*time.Millisecond))
	case alerts.KindTrouble:
		switch {
		case d.Returned:
			n.Body = w.Returned
		case d.Unconfirmed:
			n.Body = w.Unconfirmed
		default:
			n.Body = w.NotDelivered
		}
	case alerts.KindTransfer:
		given := w.Given
		if d.GivenBy != "" {
			given = fmt.Sprintf(w.Transferred, d.GivenBy)
		}
		n.Body = strings.TrimSuffix(given+": "+d.Body, ": ")
	case alerts.KindOffer:
		n.Title, n.Offered, n.Unread = fmt.Sprintf(w.Offered, n.Title), true, false
		if n.Body == "" {
			n.Body = w.NewConversation
		}
	case alerts.KindInbox:
		n.Title = fmt.Sprintf(w.FromInbox, n.Title)
		if n.Body == "" {
			n.Body = w.NewConversation
		}
	default:
		if d.Count > 1 {
			n.Title = fmt.Sprintf("%s (%d)", n.Title, d.Count)
		}
		if n.Body == "" {
			n.Body = w.NewMessage
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
func summary(c alerts.Counts, w *words.Words) string {
	var parts []string
	for _, part := range []string{
		w.CountClosing.Of(c.Windows), w.CountClosed.Of(c.Missed), w.CountTroubled.Of(c.Troubles), w.CountTransferred.Of(c.Transfers),
		w.CountUnread.Of(c.Messages), w.CountInbox.Of(c.Inbox),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// Test is the notification by which a person tries whether they see any.
func Test(w *words.Words) Notification {
	return Notification{Key: "test", Title: appName, Body: w.Test}
}

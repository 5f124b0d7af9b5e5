package notify

import (
	"fmt"

	"parley/backend/desk/alerts"
)

// Of makes the notification of a decision. Contacts without a name and number are told as such.
func Of(d alerts.Decision) Notification {
	n := Notification{Key: d.Key, Title: d.Title, Body: d.Body, ConversationID: d.Key, MessageID: d.MessageID, Quiet: d.Verdict == alerts.Replace}
	if n.Title == "" {
		n.Title = "Unknown contact"
	}
	switch d.Kind {
	case alerts.KindSummary:
		n.Title, n.Body, n.ConversationID, n.MessageID = appName, fmt.Sprintf("%d conversations have news", d.Count), "", ""
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

// Test is the notification by which a person tries whether they see any.
func Test() Notification {
	return Notification{Key: "test", Title: appName, Body: "This is how a notification looks."}
}

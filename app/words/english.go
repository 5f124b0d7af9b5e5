package words

var english = Words{
	UnknownContact:  "Unknown contact",
	NewMessage:      "New message",
	NewConversation: "New conversation",
	FromInbox:       "Inbox: %s",
	HubAway:         "The hub has not been reached for some time. What you write waits on this computer.",
	Closing:         "Waits for an answer. The session window closes at %s, in %s.",
	Returned:        "Your message was not sent. It is a draft again.",
	Unconfirmed:     "Your message is not confirmed: it may or may not have arrived.",
	NotDelivered:    "Your message was not delivered.",
	Given:           "Given to you",
	Offered:         "Offered to you: %s",
	Transferred:     "%s transferred this to you",

	Minutes:      "%d min",
	Hours:        "%d h",
	HoursMinutes: "%d h %d min",

	CountClosing:     Count{"1 session window closes soon", "%d session windows close soon"},
	CountClosed:      Count{"1 session window has closed", "%d session windows have closed"},
	CountTroubled:    Count{"1 conversation with a message that was not delivered", "%d conversations with messages that were not delivered"},
	CountTransferred: Count{"1 transferred to you", "%d transferred to you"},
	CountUnread:      Count{"1 conversation with unread messages", "%d conversations with unread messages"},
	CountInbox:       Count{"1 in the Inbox", "%d in the Inbox"},

	Open:       "Open",
	Reply:      "Reply",
	MarkRead:   "Mark read",
	Accept:     "Accept",
	Reject:     "Reject",
	WriteReply: "Write a reply",
	Send:       "Send",
	Test:       "This is how a notification looks. A click on it is noticed.",

	TrayOpen:      "Open Parley",
	TrayUnread:    Count{"1 unread message", "%d unread messages"},
	NothingUnread: "Nothing unread",
	NoHub:         "No contact with the hub",
	Away:          "Away",
	DoNotDisturb:  "Do not disturb",
	SnoozeHour:    "Snooze for 1 h",
	Quit:          "Quit Parley",

	SignedIn: "You are signed in. You can close this page and go back to Parley.",
}

// Package notify shows notifications through the operating system and hears what a person does with them. What is shown,
// and whether, is decided elsewhere (backend/desk/alerts).
//
// Each system has its own way: D-Bus on Linux, Wails' runtime on Windows and macOS; where that fails, and where a person
// prefers it, beeep, which cannot report clicks. Showing can block for as long as the system likes, so it is done by one
// worker that nobody waits for; a service that does not answer is given up after showLimit, and left alone for a while.
package notify

import (
	"context"
	"errors"
)

// Notification is what one conversation has to tell. Another one with the same key replaces it.
type Notification struct {
	Key            string
	Title          string
	Body           string
	ConversationID string // where a click leads; "" only raises the window
	MessageID      string
	Quiet          bool  // only replaces what is still shown, without a sound
	Urgent         bool  // stays until the person does something about it, where the system can do that
	Answerable     bool  // the person can reply to it
	Unread         bool  // the person can mark it read
	Offered        bool  // the person can accept or reject it
	ID             int64 // of the decision that it carries out; 0 for none
}

// Action is what a person does with a notification.
type Action string

// Actions. Their words are also the names that the systems get.
const (
	ActionOpen  Action = "open"
	ActionReply Action = "reply"
	ActionRead  Action = "read"

	ActionAccept Action = "accept"
	ActionReject Action = "reject"
)

// Response is a person's answer to a notification.
type Response struct {
	Notification
	Action Action
	Text   string // of ActionReply
}

// Notifier is one way to show notifications. Methods are called by one goroutine; only Close may come while another one
// has not returned.
type Notifier interface {
	Show(ctx context.Context, n Notification) error
	// Withdraw removes what is shown under key; nothing when there is none.
	Withdraw(ctx context.Context, key string) error
	About() About
	Close() error
}

// Way names how notifications are shown.
type Way string

// Ways.
const (
	WayDBus  Way = "dbus"
	WayWails Way = "wails"
	WayBeeep Way = "beeep"
)

// About is what a way of showing notifications can do.
type About struct {
	Way     Way
	Service string // the service's own name and version; "" when it does not tell
	Clicks  bool   // it reports them
	Replies bool   // a person can write in the notification
}

// Trouble is why notifications are not shown, or not as they should be.
type Trouble string

// Troubles.
const (
	TroubleNone     Trouble = ""
	TroubleFallback Trouble = "fallback" // the system's own way fails; beeep shows them, without clicks
	TroubleSlow     Trouble = "slow"     // the service does not answer
	TroubleMissing  Trouble = "missing"  // nothing shows notifications
)

// Health is how it went last.
type Health struct {
	About
	Trouble Trouble
	Detail  string // the last failure, in the system's words
	TookMs  int64  // of the last one that was shown
}

// Delivery is the outcome of one notification, in a word for the log: a way, or "failed", "slow", "gone".
type Delivery string

// Deliveries that are no way.
const (
	DeliveryFailed Delivery = "failed"
	DeliverySlow   Delivery = "slow"
	DeliveryGone   Delivery = "gone" // there was nothing to correct any more
)

var (
	errNoNotifier = errors.New("no notifier")
	errSlow       = errors.New("the notification service does not answer")
	// ErrGone says that a quiet notification had nothing to replace.
	ErrGone = errors.New("nothing to replace is shown")
)

package conversation

import "time"

// Window lengths that hold unless a touchpoint sets its own.
// Source: Meta docs, "Customer service windows" and "Human agent", 2026-09-28.
const (
	WhatsAppWindow          = 24 * time.Hour
	MessengerStandardWindow = 24 * time.Hour
	MessengerHumanWindow    = 7 * 24 * time.Hour
)

// WindowReason says what opened the session window.
type WindowReason string

// Reasons, as stored beside a window.
const (
	WindowMessage  WindowReason = "message"  // the contact wrote
	WindowReferral WindowReason = "referral" // the contact came through an ad or a link
	WindowRefused  WindowReason = "refused"  // Meta refused a send: the window is closed, whatever we had computed
)

// Window is the time in which the business may write freely to a contact. The zero Window has never been open.
type Window struct {
	UntilMs int64 // the first moment at which it is closed
	Reason  WindowReason
}

// Until returns when the window closes that a contact's message opened. sentMs is Meta's timestamp of that
// message, never our clock.
func Until(sentMs int64, length time.Duration) int64 { return sentMs + length.Milliseconds() }

// Extend returns the window after a contact's message of sentMs. A late, repeated or out-of-order message
// never moves a window back, nor opens one again that Meta refused when it knew that message already.
func (w Window) Extend(sentMs int64, length time.Duration, reason WindowReason) Window {
	until := Until(sentMs, length)
	if until <= w.UntilMs || w.Reason == WindowRefused && AnsweredBefore(sentMs, w.UntilMs) {
		return w
	}
	return Window{UntilMs: until, Reason: reason}
}

// Refuse returns the window after Meta refused at nowMs, because it is closed, a message that we made at madeMs.
// Meta has the last word. The window ended with our message, not with the refusal: what the contact wrote between
// them opens a new one, in whatever order we learn of it. Of several refusals the newest message's counts.
func (w Window) Refuse(madeMs, nowMs int64) Window {
	refusedMs := min(madeMs, nowMs)
	if w.Reason == WindowRefused {
		w.UntilMs = max(w.UntilMs, refusedMs)
		return w
	}
	if !w.Open(nowMs) {
		return w
	}
	return Window{UntilMs: refusedMs, Reason: WindowRefused}
}

// metaGrainMs is how exact Meta's timestamps of messages are: WhatsApp tells whole seconds.
const metaGrainMs = 1000

// AnsweredBefore reports whether a contact's message of sentMs, by Meta's clock, is certainly older than a message
// that we made at madeMs. Only such messages are meant by the refusal of ours.
func AnsweredBefore(sentMs, madeMs int64) bool { return sentMs+metaGrainMs <= madeMs }

// Open reports whether the business may write freely at nowMs.
func (w Window) Open(nowMs int64) bool { return nowMs < w.UntilMs }

// Left is how long the window stays open after nowMs, 0 when it is closed.
func (w Window) Left(nowMs int64) time.Duration {
	return time.Duration(max(0, w.UntilMs-nowMs)) * time.Millisecond
}

package practice

import (
	"cmp"
	"fmt"
	"net/http"
	"time"
)

// Faults are the troubles that can be switched on. The zero value is a healthy Meta.
type Faults struct {
	SlowMs         int64 `json:"slowMs"`         // every Graph call takes this much longer
	LostReply      bool  `json:"lostReply"`      // sends are carried out, then the connection drops instead of an answer
	WithoutID      bool  `json:"withoutId"`      // sends are carried out and answered 200 without an id
	Duplicate      bool  `json:"duplicate"`      // every webhook comes twice
	Shuffle        bool  `json:"shuffle"`        // webhooks about a contact come in any order
	WebhookDelayMs int64 `json:"webhookDelayMs"` // webhooks come this much later
	ExpiredToken   bool  `json:"expiredToken"`   // 190
	RequireProof   bool  `json:"requireProof"`   // calls without appsecret_proof are refused, as with the app's setting
	RateLimit      bool  `json:"rateLimit"`      // 130429, 613 on Messenger
	NoPairRate     bool  `json:"noPairRate"`     // 131056 never comes; else one message per 6 s to a contact, burst 45
	MediaGone      bool  `json:"mediaGone"`      // no media can be fetched: their ids are unknown and their addresses 404
	NeverRead      bool  `json:"neverRead"`      // contacts do not look at what they get, unless a person has them do it
	// FailNext answers the next sends with an error; it counts itself down.
	FailNext *FailNext `json:"failNext,omitempty"`
	// RefuseLate accepts what the session window forbids, and refuses it by a failed status. WhatsApp only;
	// Meta does either or both.
	RefuseLate bool `json:"refuseLate"`
}

// FailNext is an error for the next sends.
type FailNext struct {
	Code      int    `json:"code"`
	Subcode   int    `json:"subcode,omitempty"`
	Status    int    `json:"status,omitempty"` // HTTP status; 0 is 400
	Times     int    `json:"times,omitempty"`  // 0 is once
	Transient bool   `json:"transient,omitempty"`
	Details   string `json:"details,omitempty"` // "" is what Meta says with the code
	// Late accepts the send and lets it fail by a status webhook. WhatsApp only; Messenger has no such webhook.
	Late bool `json:"late,omitempty"`
}

// Longest delays: what a person would take for broken.
const (
	longestSlow  = 10 * time.Minute
	longestDelay = time.Hour
)

func (f Faults) slow() time.Duration         { return bounded(f.SlowMs, longestSlow) }
func (f Faults) webhookDelay() time.Duration { return bounded(f.WebhookDelayMs, longestDelay) }

func bounded(ms int64, longest time.Duration) time.Duration {
	return time.Duration(max(0, min(ms, longest.Milliseconds()))) * time.Millisecond
}

// Faults returns the faults that are on.
func (m *Meta) Faults() Faults {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults.copy()
}

// SetFaults replaces all faults.
func (m *Meta) SetFaults(faults Faults) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = faults.copy()
}

func (f Faults) copy() Faults {
	if f.FailNext != nil {
		next := *f.FailNext
		f.FailNext = &next
	}
	return f
}

// failSend returns the error that a send meets because of a fault, nil for none. late says that it comes by a
// status, after the send was accepted.
func (m *Meta) failSend(rate graphError, canBeLate bool) (failure *graphError, late bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.faults.RateLimit {
		return &rate, false
	}
	next := m.faults.FailNext
	if next == nil {
		return nil, false
	}
	failure = &graphError{
		Status: next.Status, Type: "OAuthException", Code: next.Code, Subcode: next.Subcode, Transient: next.Transient,
		Message: fmt.Sprintf("(#%d) %s", next.Code, cmp.Or(knownCodes[next.Code], "Practice fault")),
		Details: cmp.Or(next.Details, knownCodes[next.Code]),
	}
	if failure.Status < 400 || failure.Status > 599 {
		failure.Status = http.StatusBadRequest
	}
	late = next.Late && canBeLate
	if next.Times--; next.Times <= 0 {
		m.faults.FailNext = nil
	}
	return failure, late
}

// answerSend answers a send that was carried out, or does not when the reply is to be lost.
func (m *Meta) answerSend(c call, value object) {
	faults := m.Faults()
	switch {
	case faults.WithoutID:
		delete(value, "messages")
		delete(value, "message_id")
		c.answer(value)
		return
	case !faults.LostReply:
		c.answer(value)
		return
	}
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and servers without a connection: net/http ends the request without an answer
	}
	_ = conn.Close()
}

// knownCodes are Meta's titles of errors. Sources: Meta docs, "Cloud API: error codes", 2026-09-11; "Messenger
// Platform: error codes", 2026-06-25.
var knownCodes = map[int]string{
	0: "AuthException", 1: "API Unknown", 2: "API Service", 3: "API Method", 4: "API Too Many Calls", 10: "API Permission Denied",
	33: "Parameter value is not valid", 100: "Invalid parameter", 104: "Access token is required", 190: "Access token has expired",
	200: "API Permission", 368: "Temporarily blocked for policies violations", 470: "Re-engagement message", 551: "This person isn't available right now.",
	613: "Calls to this api have exceeded the rate limit.", 1200: "Temporary send message failure. Please try again later.", 2022: "Page restricted from sending messages",
	80007: "Rate limit issues", 130403: "Message to blocked user", 130429: "Rate limit hit", 130472: "User's number is part of an experiment",
	130497: "Business account is restricted from messaging users in this country", 131000: "Something went wrong", 131005: "Access denied",
	131008: "Required parameter is missing", 131009: "Parameter value is not valid", 131016: "Service unavailable",
	131021: "Recipient cannot be sender", 131026: "Message undeliverable", 131030: "Recipient phone number not in allowed list",
	131031: "Account has been locked", 131042: "Business eligibility payment issue", 131045: "Incorrect certificate",
	131047: "Re-engagement message", 131048: "Spam rate limit hit", 131049: "Meta chose not to deliver", 131050: "User has stopped marketing messages",
	131051: "Unsupported message type", 131052: "Media download error", 131053: "Media upload error",
	131056: "(Business Account, Consumer Account) pair rate limit hit", 131057: "Account in maintenance mode",
	131062: "Business-scoped user id is not supported for this message type", 131064: "Business account is restricted",
	132000: "Template param count mismatch", 132001: "Template does not exist", 132005: "Template hydrated text too long",
	132007: "Template format character policy violated", 132008: "Template parameter is invalid", 132012: "Template parameter format mismatch",
	132015: "Template is paused", 132016: "Template is disabled", 132068: "Flow is blocked", 132069: "Flow is throttled",
	133010: "Phone number not registered", 135000: "Generic user error", 1545041: "This person isn't available right now.",
	2018300: "Another app is controlling this thread now", 2018321: "Automated responses are running",
}

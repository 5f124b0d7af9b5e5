package channel

import (
	"errors"
	"io"
	"time"

	"parley/backend/conversation"
)

// ErrNoProfile says that Meta has no profile for us. Asking again does not help.
var ErrNoProfile = errors.New("no profile")

// ErrMediaGone says that Meta no longer has the bytes.
var ErrMediaGone = errors.New("media is gone at Meta")

// Outgoing is one message to a contact.
type Outgoing struct {
	ClientRef string // our message id; comes back in statuses or echoes
	To        Address
	Kind      conversation.Kind
	Text      string // body, or caption of media; nothing else has a text
	Media     *OutgoingMedia
	Template  *OutgoingTemplate // with conversation.KindTemplate
	ReplyTo   string            // provider id of the quoted message, "" for none
	TargetID  string            // with conversation.KindReaction: provider id of the message it is about
	Emoji     string            // with conversation.KindReaction; "" takes the reaction back
	Location  *Location         // with conversation.KindLocation
	Contacts  []Card            // with conversation.KindContacts

	// HumanAgent asks for the human-agent mark: the standard window has closed, a longer one is open, and a
	// person wrote this. Channels without such a mark ignore it.
	HumanAgent bool
}

// OutgoingMedia is a file to send. Open may be called more than once; each reader is closed by the channel.
type OutgoingMedia struct {
	MIME      string
	FileName  string
	SizeBytes int64
	Voice     bool
	Open      func() (io.ReadCloser, error)
}

// Verdict says what became of a send.
type Verdict int

// The verdicts. Every send has exactly one.
const (
	VerdictUnknown  Verdict = iota // it may have been sent; the program never sends it again
	VerdictAccepted                // Meta gave it an id
	VerdictRefused                 // Meta said no for this message; it was not sent
	VerdictRetry                   // not sent; the same request may work later
	VerdictHold                    // not sent; nothing of this account will be until someone repairs it
)

// Outcome is what a send ended as.
type Outcome struct {
	Verdict    Verdict
	ProviderID string        // with VerdictAccepted; "" for a reaction on Messenger, which gets none
	Canonical  Address       // how Meta names the receiver, where it said so
	Failure    Failure       // with all others
	After      time.Duration // with VerdictRetry: not before this long; 0 leaves it to the caller
	Scope      Scope         // with VerdictRetry: who has to wait
}

// Scope says how far a limit reaches.
type Scope int

// Scopes of a limit.
const (
	ScopeContact Scope = iota // only this contact's lane
	ScopeAccount              // everything of the account
)

// Class groups Meta's error codes by what has to be done.
type Class string

// Classes of failures. The page has words and a next action for each.
const (
	ClassToken       Class = "token"     // sign-in or permission lost
	ClassAccount     Class = "account"   // blocked, unregistered or unpaid
	ClassBusy        Class = "busy"      // throttled
	ClassPair        Class = "pair"      // too fast for this contact
	ClassSpam        Class = "spam"      // Meta protects the contact from us
	ClassWindow      Class = "window"    // the session window has closed
	ClassRecipient   Class = "recipient" // this contact cannot be reached
	ClassContent     Class = "content"   // Meta does not accept what we sent
	ClassMedia       Class = "media"     // Meta cannot use the file
	ClassTemplate    Class = "template"
	ClassThread      Class = "thread"      // another app owns the Messenger thread
	ClassUnconfirmed Class = "unconfirmed" // the outcome is not known
	ClassNetwork     Class = "network"     // Meta was not reached
	ClassUnknown     Class = "unknown"     // a code that we do not know
)

// Failure is why something did not work, in Meta's words and ours.
type Failure struct {
	Class   Class  `json:"class"`
	Reason  Reason `json:"reason,omitempty"` // more exact than Class; "" in what older hubs stored
	Code    int    `json:"code,omitempty"`
	Subcode int    `json:"subcode,omitempty"`
	Detail  string `json:"detail,omitempty"` // Meta's own text, for the curious; never the only explanation

	// Limit is what the channel takes at most, and Actual what it was given: bytes with ReasonFileTooLarge,
	// characters with ReasonTextTooLong and ReasonCaptionTooLong. 0 with every other reason.
	Limit  int64 `json:"limit,omitempty"`
	Actual int64 `json:"actual,omitempty"`
	// As is the kind as which the channel would take the same content; "" when there is none.
	As conversation.Kind `json:"as,omitempty"`
}

// Refusal is a failure for a reason, before Meta was asked.
func Refusal(reason Reason, detail string) *Failure {
	return &Failure{Class: reason.Class(), Reason: reason, Detail: detail}
}

// CallError is how a call to Meta ended that is no send: MarkRead, FetchMedia, Profile. VerdictRetry and
// VerdictUnknown may be tried again, VerdictHold when the account has been repaired, VerdictRefused never.
type CallError struct {
	Verdict Verdict
	Failure Failure
	After   time.Duration // not before this long; 0 leaves it to the caller
	Err     error
}

func (e *CallError) Error() string { return e.Err.Error() }
func (e *CallError) Unwrap() error { return e.Err }

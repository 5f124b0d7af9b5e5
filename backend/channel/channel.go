// Package channel says what Parley needs of a way to reach contacts, in words that fit every channel.
// A channel package (whatsapp, messenger) is pure translation plus tables: bytes of a webhook become
// events, an outgoing message becomes a request, an answer becomes an outcome. HTTP lives in graph,
// decisions live in conversation and in the hub.
package channel

import (
	"context"
	"io"
	"time"

	"parley/backend/conversation"
)

// Adapter is one channel. Its methods may run at the same time. What only some channels can do has an interface of
// its own: TemplateLister, Typer, Prober.
type Adapter interface {
	// Channel names the channel.
	Channel() conversation.Channel

	// Parse turns the body of one correctly signed webhook into events, in the order of the body. What it
	// cannot understand becomes Batch.Rejected and never costs the rest; the error is only for a body that
	// is no webhook of this channel at all.
	Parse(body []byte) (Batch, error)

	// Send hands one message to Meta. It never retries: an outcome that cannot be known is VerdictUnknown.
	Send(ctx context.Context, account Account, message Outgoing) Outcome

	// MarkRead shows the contact that everything up to the given message was read.
	MarkRead(ctx context.Context, account Account, to Address, providerID string) error

	// FetchMedia opens the bytes of media that a contact sent. The caller closes the body.
	FetchMedia(ctx context.Context, account Account, media Media) (MediaBody, error)

	// Profile asks for a contact's name and picture. ErrNoProfile when Meta has none for us.
	Profile(ctx context.Context, account Account, to Address) (Profile, error)

	// Limits are the channel's limits on what an agent may send.
	Limits() Limits

	// Window is the channel's rule for the session window.
	Window() WindowRule
}

// Account is how the business appears on a channel: one WhatsApp number or one Page.
type Account struct {
	ID         string // phone_number_id or Page id
	BusinessID string // WhatsApp Business Account id; empty on Messenger
	Token      Secret
	AppSecret  Secret
	BaseURL    string // "" is Meta's own
	Version    string // Graph version such as "v26.0"; "" is graph.DefaultVersion
}

// Secret is a token or key. It prints as [redacted].
type Secret string

// String hides the secret from fmt and logs.
func (Secret) String() string { return "[redacted]" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "[redacted]" }

// MarshalText hides the secret from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Address is everything that a channel told us to know a contact by. At least one field is set.
type Address struct {
	UserID       string // WhatsApp business-scoped user id (BSUID), or Messenger page-scoped id (PSID)
	Scope        string // what UserID is unique in: the Page of a PSID; "" for a BSUID, unique in the business
	ParentUserID string // BSUID of the parent portfolio
	Phone        string // E.164 digits without "+", as Meta gives them; "" for a WhatsApp person with a username
}

// Profile is how a contact calls themself.
type Profile struct {
	Name     string
	Username string
	// PictureURL is where their picture is for now, "" when Meta tells none. The address expires within days: fetch
	// the bytes with FetchMedia (Media.URL) and keep those. Only Messenger tells it, and only from Adapter.Profile.
	PictureURL string
}

// MediaBody is an open download. Size is -1 when unknown.
type MediaBody struct {
	io.ReadCloser
	MIME string
	Size int64
}

// WindowRule is how a channel computes the session window.
type WindowRule struct {
	// Length is how long the window stays open after the contact's latest message, unless the touchpoint
	// sets its own.
	Length time.Duration
	// Standard is the part of Length in which no human-agent mark is needed; 0 when the channel has none.
	Standard time.Duration
	// Templates reports whether the channel can send approved templates once the window has closed.
	Templates bool
	// WrapUp reports whether End Chat leads to notes and a disposition, unless the touchpoint says otherwise.
	WrapUp bool
}

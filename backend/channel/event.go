package channel

import (
	"encoding/json"

	"parley/backend/conversation"
)

// Batch is what one webhook body held.
type Batch struct {
	Events   []Event
	Rejected []Rejected
}

// Rejected is a part of a body that could not be understood. It ends as a dead letter.
type Rejected struct {
	AccountID string // "" when not even that could be read
	Reason    string
	Raw       json.RawMessage
}

// Event is one thing that happened on an account. Exactly one of the pointers is set.
type Event struct {
	AccountID string // phone_number_id or Page id
	Message   *Message
	Status    *Status
	Watermark *Watermark
	Fault     *Fault
	Raw       json.RawMessage // the element of the body it was read from
}

// Message is a message in a conversation: the contact's, or (Echo) one that the business sent, by us or elsewhere.
type Message struct {
	ProviderID string  // wamid or mid; unique for the account
	SentMs     int64   // Meta's timestamp
	From       Address // the contact, also of an echo
	Profile    Profile
	Content    Content

	Echo      bool   // sent by the business
	EchoApp   string // the app that sent an echo, "" when unknown
	ClientRef string // our message id, when an echo carries it

	// OpensWindow says why this message opens the session window; "" when it does not (reactions on WhatsApp, echoes).
	OpensWindow conversation.WindowReason
}

// Content is what a message says. Kind decides which fields are meant; Text is always the text to show,
// search and preview (body, caption, chosen answer), empty when there is none. It is stored as JSON.
type Content struct {
	Kind      conversation.Kind `json:"kind"`
	Text      string            `json:"text,omitempty"`
	Media     *Media            `json:"media,omitempty"`
	Location  *Location         `json:"location,omitempty"`
	Contacts  []Card            `json:"contacts,omitempty"`
	Emoji     string            `json:"emoji,omitempty"`    // KindReaction; "" removes the reaction
	TargetID  string            `json:"targetId,omitempty"` // provider id that a reaction, edit or deletion is about
	ReplyTo   string            `json:"replyTo,omitempty"`  // provider id of the quoted message
	Payload   string            `json:"payload,omitempty"`  // KindAnswer: the button's own value; KindOrder: Meta's JSON; KindSystem: the new number or user id
	Forwarded bool              `json:"forwarded,omitempty"`
	Referral  *Referral         `json:"referral,omitempty"`
	RawKind   string            `json:"rawKind,omitempty"` // KindUnsupported, KindSystem: Meta's own word
	ErrorCode int               `json:"errorCode,omitempty"`
}

// Media points at bytes. Inbound it carries Meta's id or address, which both die; the hub fetches at once.
type Media struct {
	ProviderID string `json:"providerId,omitempty"`
	URL        string `json:"url,omitempty"`
	MIME       string `json:"mime,omitempty"`
	SHA256     string `json:"sha256,omitempty"` // lower-case hex of the bytes, "" when Meta did not say
	FileName   string `json:"fileName,omitempty"`
	Voice      bool   `json:"voice,omitempty"`
	Animated   bool   `json:"animated,omitempty"`
}

// Location is a place that a contact shared.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Card is a contact card.
type Card struct {
	Name   string   `json:"name"`
	Phones []string `json:"phones,omitempty"`
	Emails []string `json:"emails,omitempty"`
}

// Referral says where a contact came from: an ad, a link, a post.
type Referral struct {
	Source   string `json:"source,omitempty"` // "ad", "post", "link"
	ID       string `json:"id,omitempty"`
	URL      string `json:"url,omitempty"`
	Headline string `json:"headline,omitempty"`
	Body     string `json:"body,omitempty"`
	Ref      string `json:"ref,omitempty"`
}

// Status is news of a message that we sent.
type Status struct {
	ProviderID string
	ClientRef  string                     // our message id, when Meta gives it back
	State      conversation.DeliveryState // accepted, delivered, read or failed
	RawState   string                     // Meta's own word where it is none of ours; State is accepted then
	AtMs       int64
	Failure    *Failure // with DeliveryFailed
}

// Watermark is news of all messages to a contact up to a time (Messenger).
type Watermark struct {
	Contact Address
	State   conversation.DeliveryState // delivered or read
	UntilMs int64                      // messages sent at or before it
	AtMs    int64
}

// Fault is trouble with the account itself. It is shown on the touchpoint, not in a conversation.
type Fault struct {
	Failure Failure
	AtMs    int64
}

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

// Event is one thing that happened on an account. Exactly one of the pointers is set. One element of a body can
// become several events, in the order in which they are to be applied.
type Event struct {
	// AccountID is the phone_number_id or Page id. It is empty when Meta names only the business account:
	// always with Template and Health of WhatsApp.
	AccountID string
	// BusinessID is the WhatsApp Business Account; empty on Messenger.
	BusinessID string

	Message   *Message
	Status    *Status
	Watermark *Watermark
	Identity  *Identity
	Template  *TemplateChange
	Health    *Health
	Fault     *Fault

	Raw json.RawMessage // the element of the body it was read from
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

	// Standby says that another app owns the thread (Messenger): Meta refuses an answer until we take it.
	Standby bool

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
	Payload   string            `json:"payload,omitempty"`  // KindAnswer: the button's own value, or a form's answers as JSON; KindOrder: Meta's JSON; KindSystem: see RawKind
	Forwarded bool              `json:"forwarded,omitempty"`
	Referral  *Referral         `json:"referral,omitempty"`
	Product   *Product          `json:"product,omitempty"` // what the message asks about

	// ForwardedOften says that it went through many hands (WhatsApp's double arrow). Forwarded is set as well.
	ForwardedOften bool `json:"forwardedOften,omitempty"`

	// RawKind is Meta's own word. With KindUnsupported it is the kind that we cannot show. With KindText it is
	// what was shared as the link in Text (reel, post, ig_post …). With KindSystem it says what happened:
	//
	//	user_changed_number        Payload: the new number, as digits
	//	user_changed_user_id       Payload: the new user id
	//	customer_identity_changed  the contact's security code is another one
	//	request_welcome            the contact opened the conversation for the first time
	//	optin                      Payload: the ref of the opt-in
	//	account_linking            Payload: "linked" or "unlinked"
	//	pass_thread_control, take_thread_control, request_thread_control, app_roles
	//	                           another app and we changed hands; Payload: the app's id
	RawKind   string `json:"rawKind,omitempty"`
	ErrorCode int    `json:"errorCode,omitempty"` // KindUnsupported: Meta's code of what it could not give us

	Template *SentTemplate `json:"template,omitempty"` // KindTemplate; Text is the body as the contact reads it
}

// SentTemplate is a template that we send: what stands around its body as the contact reads it, and the values that
// Meta gets.
type SentTemplate struct {
	Name         string                `json:"name"`
	Language     string                `json:"language"`
	Header       string                `json:"header,omitempty"`
	Footer       string                `json:"footer,omitempty"`
	Buttons      []string              `json:"buttons,omitempty"`
	HeaderValues []TemplateValue       `json:"headerValues,omitempty"`
	BodyValues   []TemplateValue       `json:"bodyValues,omitempty"`
	ButtonValues []TemplateButtonValue `json:"buttonValues,omitempty"`
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
	URL       string  `json:"url,omitempty"` // http or https
}

// Card is a contact card.
type Card struct {
	Name         string   `json:"name"`
	Phones       []string `json:"phones,omitempty"`
	Emails       []string `json:"emails,omitempty"`
	Organisation string   `json:"organisation,omitempty"` // company, department and title, as far as they are given
	Addresses    []string `json:"addresses,omitempty"`
	URLs         []string `json:"urls,omitempty"`
	Birthday     string   `json:"birthday,omitempty"` // as Meta sends it, YYYY-MM-DD
	// Origin says why it came: "contact_request" answers a button that asked for the number, "other" everything else.
	Origin string `json:"origin,omitempty"`
}

// Referral says where a contact came from: an ad, a link, a post.
type Referral struct {
	Source   string `json:"source,omitempty"` // "ad", "post", "link"
	ID       string `json:"id,omitempty"`
	URL      string `json:"url,omitempty"` // of the ad or post
	Headline string `json:"headline,omitempty"`
	Body     string `json:"body,omitempty"`
	Ref      string `json:"ref,omitempty"`
	MediaURL string `json:"mediaUrl,omitempty"` // picture or video of the ad; it expires
	ClickID  string `json:"clickId,omitempty"`  // ctwa_clid, for reports to the advertiser
	Welcome  string `json:"welcome,omitempty"`  // the greeting that the ad showed
}

// Product is an article of a catalogue.
type Product struct {
	CatalogID string `json:"catalogId,omitempty"`
	ID        string `json:"id"` // the shop's own number of it
}

// Status is news of a message that we sent.
type Status struct {
	ProviderID string
	ClientRef  string                     // our message id, when Meta gives it back
	State      conversation.DeliveryState // accepted, delivered, read or failed
	RawState   string                     // Meta's own word where it is none of ours; State is accepted then
	AtMs       int64
	Failure    *Failure // with DeliveryFailed
	Recipient  Address  // who the message went to, as far as Meta says; the zero value when it does not
}

// Watermark is news of all messages to a contact up to a time (Messenger).
type Watermark struct {
	Contact Address
	State   conversation.DeliveryState // delivered or read
	UntilMs int64                      // messages sent at or before it
	AtMs    int64
}

// IdentityChange says what happened to a contact's identity.
type IdentityChange string

// Changes of an identity.
const (
	IdentityNumber   IdentityChange = "number"   // another phone number; on WhatsApp usually another user id with it
	IdentityUserID   IdentityChange = "user_id"  // the same person under another user id
	IdentitySecurity IdentityChange = "security" // same ids, another device or account behind them: perhaps another person
)

// Identity says that the contact known by Before is known by After from now on. Applying it twice, or after
// messages that already came from After, changes nothing more; contacts that were made for After in the meantime
// are for a person to merge. Where Meta tells it as a line of the thread, that is a Message of KindSystem with the
// same Raw, from Before, which comes first.
type Identity struct {
	Change IdentityChange
	Before Address
	After  Address // by what they are known from now on; an empty field stays as it was
	AtMs   int64
}

// TemplateChange says that Meta changed something about a template: what is kept of the account's templates is
// out of date. Fields that Meta did not name are empty.
type TemplateChange struct {
	ID       string
	Name     string
	Language string
	Status   string // Meta's word, such as APPROVED, REJECTED, PAUSED
	Reason   string // why it was rejected, paused or disabled
	Category string // with a new category
	Quality  string // with a new quality score: GREEN, YELLOW, RED, UNKNOWN
	AtMs     int64  // 0 when Meta does not say
}

// HealthLevel says how bad the standing of an account is.
type HealthLevel string

// Levels of health.
const (
	HealthGood    HealthLevel = "good"    // what was wrong is over
	HealthNotice  HealthLevel = "notice"  // something changed, nothing is wrong
	HealthWarning HealthLevel = "warning" // sending is restricted, or will be
	HealthBlocked HealthLevel = "blocked" // nothing can be sent
)

// HealthTopic says what a Health is about. A newer Health of the same topic and number replaces an older one.
type HealthTopic string

// Topics of health.
const (
	HealthAccount  HealthTopic = "account"  // restrictions, violations, bans, review
	HealthQuality  HealthTopic = "quality"  // Meta's rating of a number
	HealthLimit    HealthTopic = "limit"    // how many people may be written to
	HealthName     HealthTopic = "name"     // the name that contacts see
	HealthSecurity HealthTopic = "security" // PIN of a number
	HealthPolicy   HealthTopic = "policy"   // Messenger: policy enforcement
)

// Health is news of how an account stands with Meta. It is shown on the touchpoint, not in a conversation, and
// decides nothing about a send: Meta's answer to that does.
type Health struct {
	Topic  HealthTopic
	Level  HealthLevel
	Number string // the number's digits, when it is about one of the business account's numbers
	Event  string // Meta's own word, such as FLAGGED or ACCOUNT_RESTRICTION
	Detail string // Meta's own words on it
	// PerDay is how many people may be written to within 24 hours: 0 when it is not about that, -1 without a limit.
	PerDay int
	AtMs   int64 // 0 when Meta does not say
}

// Fault is an error of Meta's that belongs to no message: something is wrong with the app or the account.
type Fault struct {
	Failure Failure
	AtMs    int64 // 0 when Meta does not say
}

package dto

import "log/slog"

// Member is somebody who works here, as admins see them. Times are in Unix milliseconds, 0 for none.
type Member struct {
	AgentID        string   `json:"agentId"`
	Email          string   `json:"email"`
	Name           string   `json:"name"`
	Role           string   `json:"role"`
	QueueIDs       []string `json:"queueIds"` // of the queues that have people; those without are everybody's
	Disabled       bool     `json:"disabled"`
	InvitedUntilMs int64    `json:"invitedUntilMs"` // of an invitation that was not accepted; one in the past has run out
	LockedUntilMs  int64    `json:"lockedUntilMs"`  // by too many failed attempts
	Sessions       int64    `json:"sessions"`       // on how many computers they are signed in
	UsedMs         int64    `json:"usedMs"`         // when one of these was used last
	Open           int64    `json:"open"`           // conversations that they have
}

// MemberInvitation is what a person sets their password with.
type MemberInvitation struct {
	Link      string `json:"link"` // "" in practice, which nobody can join
	ExpiresMs int64  `json:"expiresMs"`
}

// Traffic is what goes through a number or Page. Times are in Unix milliseconds, 0 for none in the last 30 days.
type Traffic struct {
	TouchpointID string `json:"touchpointId"`
	InboundMs    int64  `json:"inboundMs"`   // when a contact last wrote
	SentMs       int64  `json:"sentMs"`      // when Meta last took a message
	Waiting      int64  `json:"waiting"`     // messages to be sent
	OldestMs     int64  `json:"oldestMs"`    // since when the oldest of these waits
	Failed       int64  `json:"failed"`      // conversations whose last message has failed within a day
	DeadLetters  int64  `json:"deadLetters"` // webhooks of its channel that could not be worked in
}

// Check is how one step of a connection stands; the words are those of the contract.
type Check struct {
	Step   string `json:"step"`
	Result string `json:"result"` // "good", "warning", "bad", "unknown"
	Reason string `json:"reason"` // "" when it is good
	Detail string `json:"detail"`
}

// DeadLetter is a part of a webhook that was not understood.
type DeadLetter struct {
	ID         string `json:"id"`
	Channel    string `json:"channel"`
	AccountID  string `json:"accountId"` // "" when the part does not say
	Reason     string `json:"reason"`
	ReceivedMs int64  `json:"receivedMs"`
	Whole      bool   `json:"whole"` // its webhook was kept whole, so that it can be worked in again
}

// DeadLetters is a page of them, the latest first.
type DeadLetters struct {
	Letters []DeadLetter `json:"letters"`
	More    bool         `json:"more"`
}

// AuditFilter narrows down what is listed. What is "" or 0 does not.
type AuditFilter struct {
	ActorID string `json:"actorId"`
	Action  string `json:"action"`
	SinceMs int64  `json:"sinceMs"`
	UntilMs int64  `json:"untilMs"`
}

// AuditEntry is one thing that was done.
type AuditEntry struct {
	ID        string `json:"id"`
	AtMs      int64  `json:"atMs"`
	ActorID   string `json:"actorId"` // "" for the hub, and its command line
	Action    string `json:"action"`
	SubjectID string `json:"subjectId"`
	Detail    string `json:"detail"`
	Address   string `json:"address"`
}

// AuditPage is a page of what was done, the latest first.
type AuditPage struct {
	Entries []AuditEntry `json:"entries"`
	More    bool         `json:"more"`
}

// Keeping is for how many days desks keep what was said, show it after their last contact with the hub, and the hub keeps what
// it did not understand.
type Keeping struct {
	HistoryDays int64 `json:"historyDays"`
	AccessDays  int64 `json:"accessDays"`
	LetterDays  int64 `json:"letterDays"`
}

// Erasure is what erasing a contact would remove.
type Erasure struct {
	ContactID     string `json:"contactId"` // whom the others were merged into
	Name          string `json:"name"`
	Number        string `json:"number"`
	Merged        int64  `json:"merged"`
	Conversations int64  `json:"conversations"`
	Open          int64  `json:"open"` // of these
	Messages      int64  `json:"messages"`
	Files         int64  `json:"files"`
	Notes         int64  `json:"notes"`
	Drafts        int64  `json:"drafts"` // of all agents
	Unsent        int64  `json:"unsent"` // messages that Meta does not have yet
}

// QueueChange is how a queue is to be.
type QueueChange struct {
	ID       string   `json:"id"`      // "" for a new one
	Version  int64    `json:"version"` // that was seen; 0 for a new one
	Name     string   `json:"name"`
	AgentIDs []string `json:"agentIds"` // none: everybody's
	SetID    string   `json:"setId"`    // of dispositions; "" gives it one of its own
}

// NewTouchpoint describes a number or Page that is to be connected.
type NewTouchpoint struct {
	Channel    string  `json:"channel"`
	Name       string  `json:"name"`
	Number     string  `json:"number"`     // "" on Messenger
	AccountID  string  `json:"accountId"`  // Meta's phone_number_id or Page id
	BusinessID string  `json:"businessId"` // "" on Messenger
	Secrets    Secrets `json:"secrets"`
	QueueID    string  `json:"queueId"`
}

// Secrets of a touchpoint go to the hub and never come back.
type Secrets struct {
	Token       string `json:"token"`
	AppSecret   string `json:"appSecret"`
	VerifyToken string `json:"verifyToken"`
}

// LogValue keeps them out of logs.
func (Secrets) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String keeps them out of texts.
func (Secrets) String() string { return "[redacted]" }

// TestContact is somebody who has written to a Page and may be written to. Times are in Unix milliseconds.
type TestContact struct {
	ConversationID string `json:"conversationId"`
	Name           string `json:"name"`
	LastInboundMs  int64  `json:"lastInboundMs"`
	WindowUntilMs  int64  `json:"windowUntilMs"`
}

// TestMessage is what a WhatsApp number is to write to a phone, a template without places or a line of text; or to the contact of
// which conversation a Page writes a line of text.
type TestMessage struct {
	TouchpointID   string `json:"touchpointId"`
	Number         string `json:"number"`
	Template       string `json:"template"` // "" for text
	Language       string `json:"language"`
	ConversationID string `json:"conversationId"`
}

// TestAnswer is what Meta said to a test message.
type TestAnswer struct {
	Taken  bool   `json:"taken"`
	Reason string `json:"reason"` // why not, as of a failed message
	Detail string `json:"detail"`
}

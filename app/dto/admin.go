package dto

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

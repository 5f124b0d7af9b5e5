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

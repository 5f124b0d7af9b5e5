package dto

// APIKey is what a program calls the hub with, as it can be recognised. Times are in Unix milliseconds, 0 for never.
type APIKey struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	AgentID   string   `json:"agentId"`   // as whom it acts
	Beginning string   `json:"beginning"` // its first letters
	Scopes    []string `json:"scopes"`
	CreatedMs int64    `json:"createdMs"`
	ExpiresMs int64    `json:"expiresMs"`
	UsedMs    int64    `json:"usedMs"`
	Address   string   `json:"address"` // where it was used last
}

// NewKey is an API key that is to be made.
type NewKey struct {
	Name    string   `json:"name"`
	AgentID string   `json:"agentId"`
	Scopes  []string `json:"scopes"`
	Days    int64    `json:"days"` // 0 for ever
}

// Hook is a program that the hub tells what changes. Times are in Unix milliseconds, 0 for never.
type Hook struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Address        string   `json:"address"`
	Tells          []string `json:"tells"`
	QueueIDs       []string `json:"queueIds"`  // none: all
	OffReason      string   `json:"offReason"` // "" while it is on
	OffMs          int64    `json:"offMs"`
	GaveUp         bool     `json:"gaveUp"`   // off because it failed for too long
	Failures       int64    `json:"failures"` // in a row
	FailingSinceMs int64    `json:"failingSinceMs"`
	HoldUntilMs    int64    `json:"holdUntilMs"`
	TakenMs        int64    `json:"takenMs"`
	Waiting        int64    `json:"waiting"` // what it has not been told
	LastFailure    string   `json:"lastFailure"`
	LastFailureMs  int64    `json:"lastFailureMs"`
}

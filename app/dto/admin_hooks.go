package dto

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

// HookSettings are what an admin says of a program that the hub tells what changes.
type HookSettings struct {
	Name     string   `json:"name"`
	Address  string   `json:"address"`  // https://…, or of the hub's own computer
	Tells    []string `json:"tells"`    // "conversations", "messages", "contacts", "notes"
	QueueIDs []string `json:"queueIds"` // none: all
}

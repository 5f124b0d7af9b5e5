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

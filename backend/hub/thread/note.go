package thread

import (
	"encoding/json"
	"fmt"

	"parley/backend/hub/store/db"
)

// NoteText is what a note said before, as the column "earlier" keeps it.
type NoteText struct {
	Text    string `json:"text"`
	AgentID string `json:"agent"`
	AtMs    int64  `json:"at"`
}

// EarlierTexts are what a note said before, oldest first.
func EarlierTexts(note db.Note) (earlier []NoteText, err error) {
	if note.Earlier == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(note.Earlier), &earlier); err != nil {
		return nil, fmt.Errorf("read note's earlier texts: %w", err)
	}
	return earlier, nil
}

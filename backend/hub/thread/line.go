// Package thread writes the lines by which a conversation tells its own history.
package thread

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Tell adds a line to a thread that says what has just become of a conversation, and notes both as changed. The update that
// returned row has taken the line's number. agentID is who did it; "" for the hub.
func Tell(ctx context.Context, tx *store.Tx, row db.Conversation, agentID string, what channel.Content, nowMs int64) error {
	content, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("add event line: %w", err)
	}
	line := db.InsertMessageParams{
		WorkspaceID: row.WorkspaceID, ID: conversation.NewID(), ConversationID: row.ID, TouchpointID: row.TouchpointID,
		ContactID: row.ContactID, No: row.LastNo, Direction: string(conversation.DirectionEvent), Kind: string(what.Kind),
		SentMs: max(nowMs, row.LastMessageMs), CreatedMs: nowMs, AgentID: agentID, Content: string(content), Version: 1,
	}
	if err := tx.InsertMessage(ctx, line); err != nil {
		return fmt.Errorf("add event line: %w", err)
	}
	tx.Changed(store.TypeConversation, row.ID)
	tx.Changed(store.TypeMessage, line.ID)
	return nil
}

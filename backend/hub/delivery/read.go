package delivery

import (
	"context"
	"fmt"

	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// LaneRead is the kind of the lanes that show contacts that they were read. Their key is the conversation's id.
const LaneRead = "read"

// maxReadAttempts is how often a read mark is tried: it is a courtesy, and the next one includes it.
const maxReadAttempts = 5

// HandleRead is the lane.Handler of LaneRead.
func (s *Sender) HandleRead(ctx context.Context, l db.Lane) (lane.Result, error) {
	q := s.Store.Read()
	c, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: l.WorkspaceID, ID: l.Key})
	if store.NotFound(err) { // erased meanwhile
		return lane.Done, nil
	}
	if err != nil {
		return lane.Result{}, fmt.Errorf("read conversation: %w", err)
	}
	last, err := q.LastInbound(ctx, db.LastInboundParams{WorkspaceID: l.WorkspaceID, ConversationID: c.ID, No: c.ReadNo})
	if store.NotFound(err) {
		return lane.Done, nil
	}
	if err != nil {
		return lane.Result{}, fmt.Errorf("find last message: %w", err)
	}
	t, ok := s.Directory.ByID(l.WorkspaceID, c.TouchpointID)
	if !ok {
		return lane.Done, nil
	}
	to, err := s.address(ctx, last, t)
	if err != nil {
		return lane.Result{}, err
	}
	if err := t.Adapter.MarkRead(ctx, t.Account, to, last.ProviderID); err != nil {
		if l.Attempts+1 >= maxReadAttempts {
			s.Log.Warn("Read mark given up", "conversation", c.ID, "error", err)
			return lane.Done, nil
		}
		return lane.Retry(l.Attempts), nil
	}
	return lane.Done, nil
}

package feed

import (
	"context"
	"fmt"
	"maps"

	"parley/backend/conversation"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// places is where conversations were when a tail began, or at their last change that it has read: so it knows whether anybody
// lost sight of one. Not for several goroutines.
type places map[string]whereabouts

// whereabouts decide who sees a conversation.
type whereabouts struct {
	queueID, assigneeID, contactID string
	open                           bool
}

// placesMost bounds what is remembered. Of what is not, readers are told once more than they need.
const placesMost = 50_000

// begin forgets everything but where open conversations are now, and returns the position of the feed at which they were
// there. A later one would not do: who lost sight of a conversation in between would not be told.
func (p *places) begin(ctx context.Context, q *db.Queries, workspaceID, epoch string) (seq int64, err error) {
	rows, err := q.OpenPlaces(ctx, db.OpenPlacesParams{WorkspaceID: workspaceID, N: placesMost})
	if err != nil {
		return 0, fmt.Errorf("read where conversations are: %w", err)
	}
	*p = make(places, len(rows))
	for _, row := range rows {
		if row.Epoch != epoch {
			return 0, fmt.Errorf("read where conversations are: the database was restored meanwhile")
		}
		seq = row.Seq
		if row.ID != "" {
			(*p)[row.ID] = whereabouts{row.QueueID, row.AssigneeID, row.ContactID, true}
		}
	}
	return seq, nil
}

// stayed reports whether nobody has lost sight of a conversation (nil: of something else) since its change before: it is where
// it was, or has just been made. One that is not known otherwise was closed when the tail began and may have been seen as
// somebody's past, or has been given on before the tail met it.
func (p places) stayed(c *hubv1.Conversation) bool {
	if c == nil {
		return false
	}
	here := whereabouts{c.GetQueueId(), c.GetAssigneeId(), c.GetContactId(), conversation.Status(c.GetStatus()).Open()}
	before, known := p[c.GetId()]
	if !known && len(p) >= placesMost {
		p.makeRoom()
	}
	p[c.GetId()] = here
	return known && before == here || !known && c.GetVersion() == 1
}

// makeRoom forgets what was closed, of which little is heard any more.
func (p places) makeRoom() {
	maps.DeleteFunc(p, func(_ string, at whereabouts) bool { return !at.open })
	if len(p) >= placesMost {
		clear(p)
	}
}

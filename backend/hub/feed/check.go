package feed

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// checkPage is how many conversations one page of a check names at most.
const checkPage = 2000

// CheckOpen lists how far the open conversations have come that a reader works with, page by page in the order of their
// ids, for their desk to compare with what it has.
func (f *Feed) CheckOpen(ctx context.Context, reader access.Actor, afterID string) (*hubv1.CheckOpenPage, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	rows, err := f.store.Read().CheckOpen(ctx, db.CheckOpenParams{WorkspaceID: reader.WorkspaceID, After: afterID, N: checkPage})
	if err != nil {
		return nil, fmt.Errorf("read open conversations: %w", err)
	}
	page := &hubv1.CheckOpenPage{}
	for _, row := range rows {
		if v.All() || v.Works(db.Conversation{QueueID: row.QueueID, AssigneeID: row.AssigneeID}) {
			page.Conversations = append(page.Conversations, &hubv1.OpenConversation{
				Id: row.ID, Version: row.Version, LastNo: row.LastNo, Notes: row.Notes,
			})
		}
	}
	if len(rows) == checkPage { // the next page begins where the rows end, also when they are not the reader's
		page.NextAfterId = rows[len(rows)-1].ID
	}
	return page, nil
}

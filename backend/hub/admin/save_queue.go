package admin

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// QueueChange is how a queue is to be.
type QueueChange struct {
	ID       string // "" for a new one
	Version  int64  // that was seen
	Name     string
	AgentIDs []string // none makes it everybody's
	SetID    string   // of dispositions; "" gives it one of its own, which begins with what its present one offers
}

// SaveQueue adds a queue or changes it, and returns its id. Desks of those who gain or lose it begin anew with what they may see.
func SaveQueue(ctx context.Context, s *store.Store, by access.Actor, c QueueChange) (id string, err error) {
	if c.Name, err = labelName(c.Name); err != nil {
		return "", err
	}
	c.AgentIDs = slices.Compact(slices.Sorted(slices.Values(c.AgentIDs)))
	err = inWorkspace(ctx, s, by, "save queue", func(tx *store.Tx) error {
		queues, err := tx.Queues(ctx, by.WorkspaceID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(queues, func(q db.Queue) bool { return q.ID != c.ID && strings.EqualFold(q.Name, c.Name) }) {
			return ErrQueueTaken
		}
		before := queues[0] // every workspace has one
		if c.ID != "" {
			at := slices.IndexFunc(queues, func(q db.Queue) bool { return q.ID == c.ID })
			if at < 0 {
				return ErrNoQueue
			}
			if before = queues[at]; before.Version != c.Version {
				return ErrChanged
			}
		}
		if c.SetID == "" {
			if c.SetID, err = copySet(ctx, tx, before.DispositionSetID); err != nil {
				return err
			}
		} else if set, err := labelsOf(ctx, tx, c.SetID); err != nil || !isSet(queues, set, c.SetID) {
			return cmp.Or(err, error(ErrNoSet))
		}
		id, err = putQueue(ctx, tx, by, c, before.Name)
		return err
	})
	return id, err
}

func putQueue(ctx context.Context, tx *store.Tx, by access.Actor, c QueueChange, was string) (id string, err error) {
	entry := audit.Entry{Action: audit.QueueChanged, SubjectID: c.ID, Detail: c.Name}
	if c.ID == "" {
		entry.Action, c.ID = audit.QueueAdded, conversation.NewID()
		entry.SubjectID = c.ID
		err = tx.InsertQueue(ctx, db.InsertQueueParams{
			WorkspaceID: by.WorkspaceID, ID: c.ID, Name: c.Name, DispositionSetID: c.SetID, Version: 1,
		})
	} else {
		if was != c.Name {
			entry.Detail = was + " → " + c.Name
		}
		_, err = tx.ChangeQueue(ctx, db.ChangeQueueParams{
			WorkspaceID: by.WorkspaceID, ID: c.ID, Name: c.Name, DispositionSetID: c.SetID, Version: c.Version,
		})
	}
	if err != nil {
		return "", err
	}
	tx.Changed(store.TypeQueue, c.ID)
	told, err := setMembers(ctx, tx, c.ID, c.AgentIDs)
	if err != nil {
		return "", err
	}
	entry.Detail += told
	return c.ID, note(ctx, tx, by, entry)
}

// setMembers says who works in a queue, and tells what has changed by that.
func setMembers(ctx context.Context, tx *store.Tx, queueID string, ids []string) (told string, err error) {
	before, err := tx.AgentsOfQueue(ctx, db.AgentsOfQueueParams{WorkspaceID: tx.WorkspaceID, QueueID: queueID})
	if err != nil {
		return "", err
	}
	slices.Sort(before)
	if slices.Equal(before, ids) {
		return "", nil
	}
	names := []string{}
	for _, id := range ids {
		agent, err := tx.Agent(ctx, db.AgentParams{WorkspaceID: tx.WorkspaceID, ID: id})
		if err != nil {
			return "", orNoPerson(err)
		}
		names = append(names, agent.Name)
	}
	if err := tx.ClearQueueAgents(ctx, db.ClearQueueAgentsParams{WorkspaceID: tx.WorkspaceID, QueueID: queueID}); err != nil {
		return "", err
	}
	for _, id := range ids {
		if err := tx.InsertQueueAgent(ctx, db.InsertQueueAgentParams{WorkspaceID: tx.WorkspaceID, QueueID: queueID, AgentID: id}); err != nil {
			return "", err
		}
	}
	if told = ": everybody"; len(names) > 0 {
		slices.Sort(names)
		told = ": " + strings.Join(names, ", ")
	}
	return told, tx.BumpScopes(ctx, tx.WorkspaceID)
}

// copySet makes a set of what another one offers.
func copySet(ctx context.Context, tx *store.Tx, setID string) (string, error) {
	set, err := labelsOf(ctx, tx, setID)
	if err != nil {
		return "", err
	}
	own := conversation.NewID()
	var copyUnder func(parentID, newParentID string) error
	copyUnder = func(parentID, newParentID string) error {
		for _, d := range set.under(parentID) {
			if d.Hidden {
				continue
			}
			row := db.InsertDispositionParams{
				WorkspaceID: tx.WorkspaceID, ID: conversation.NewID(), SetID: own, ParentID: newParentID, Name: d.Name, Position: d.Position, Version: 1,
			}
			if err := tx.InsertDisposition(ctx, row); err != nil {
				return err
			}
			tx.Changed(store.TypeDisposition, row.ID)
			if err := copyUnder(d.ID, row.ID); err != nil {
				return err
			}
		}
		return nil
	}
	return own, copyUnder("", "")
}

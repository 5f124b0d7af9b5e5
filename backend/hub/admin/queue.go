package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Queue is a queue with its people.
type Queue struct {
	db.Queue
	Agents []db.Agent // none: it is everybody's
}

// Queues lists the queues of a workspace.
func Queues(ctx context.Context, s *store.Store, workspaceID string) ([]Queue, error) {
	rows, err := s.Read().Queues(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list queues: %w", err)
	}
	queues := make([]Queue, 0, len(rows))
	for _, row := range rows {
		queue := Queue{Queue: row}
		ids, err := s.Read().AgentsOfQueue(ctx, db.AgentsOfQueueParams{WorkspaceID: workspaceID, QueueID: row.ID})
		if err != nil {
			return nil, fmt.Errorf("list queues: %w", err)
		}
		for _, id := range ids {
			agent, err := s.Read().Agent(ctx, db.AgentParams{WorkspaceID: workspaceID, ID: id})
			if err != nil {
				return nil, fmt.Errorf("list queues: %w", err)
			}
			queue.Agents = append(queue.Agents, agent)
		}
		queues = append(queues, queue)
	}
	return queues, nil
}

// FindQueue finds a queue by its name, whatever its case. ErrNoQueue: there is none.
func FindQueue(ctx context.Context, s *store.Store, workspaceID, name string) (db.Queue, error) {
	rows, err := s.Read().Queues(ctx, workspaceID)
	if err != nil {
		return db.Queue{}, fmt.Errorf("find queue: %w", err)
	}
	for _, row := range rows {
		if strings.EqualFold(row.Name, strings.TrimSpace(name)) {
			return row, nil
		}
	}
	return db.Queue{}, ErrNoQueue
}

// AddQueue adds a queue, with the dispositions of the workspace's first one. It is everybody's until it gets people.
func AddQueue(ctx context.Context, s *store.Store, workspaceID, name string) (db.Queue, error) {
	name = strings.TrimSpace(conversation.CleanText(name))
	if name == "" {
		return db.Queue{}, errors.New("a queue needs a name")
	}
	if _, err := FindQueue(ctx, s, workspaceID, name); !errors.Is(err, ErrNoQueue) {
		return db.Queue{}, errors.Join(err, ErrQueueTaken)
	}
	existing, err := s.Read().Queues(ctx, workspaceID)
	if err != nil || len(existing) == 0 {
		return db.Queue{}, fmt.Errorf("add queue: %w", errors.Join(err, ErrNone))
	}
	row := db.Queue{WorkspaceID: workspaceID, ID: conversation.NewID(), Name: name, DispositionSetID: existing[0].DispositionSetID, Version: 1}
	_, err = s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		tx.Changed(store.TypeQueue, row.ID)
		return tx.InsertQueue(ctx, db.InsertQueueParams(row))
	})
	if err != nil {
		return db.Queue{}, fmt.Errorf("add queue: %w", err)
	}
	return row, nil
}

// SetQueueAgents says who works in a queue; nobody makes it everybody's. Desks of those who gain or lose it begin anew
// with what they may see.
func SetQueueAgents(ctx context.Context, s *store.Store, workspaceID, queueID string, emails []string) error {
	var ids []string
	for _, email := range emails {
		agent, err := FindAgent(ctx, s, workspaceID, email)
		if err != nil {
			return err
		}
		ids = append(ids, agent.ID)
	}
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		if _, err := tx.BumpQueue(ctx, db.BumpQueueParams{WorkspaceID: workspaceID, ID: queueID}); err != nil {
			if store.NotFound(err) {
				return ErrNoQueue
			}
			return err
		}
		if err := tx.ClearQueueAgents(ctx, db.ClearQueueAgentsParams{WorkspaceID: workspaceID, QueueID: queueID}); err != nil {
			return err
		}
		for _, id := range ids {
			if err := tx.InsertQueueAgent(ctx, db.InsertQueueAgentParams{WorkspaceID: workspaceID, QueueID: queueID, AgentID: id}); err != nil {
				return err
			}
		}
		tx.Changed(store.TypeQueue, queueID)
		if err := tx.BumpScopes(ctx, workspaceID); err != nil {
			return err
		}
		return note(ctx, tx, access.Actor{}, audit.Entry{Action: audit.QueueChanged, SubjectID: queueID, Detail: fmt.Sprintf("%d people", len(ids))})
	})
	if err != nil {
		return fmt.Errorf("set people of queue: %w", err)
	}
	return nil
}

// FindAgent finds a person by their email address.
func FindAgent(ctx context.Context, s *store.Store, workspaceID, email string) (db.Agent, error) {
	agent, err := s.Read().AgentByEmail(ctx, access.CleanEmail(email))
	if store.NotFound(err) || err == nil && agent.WorkspaceID != workspaceID {
		return db.Agent{}, fmt.Errorf("nobody has the email address %q", email)
	}
	if err != nil {
		return db.Agent{}, fmt.Errorf("find agent: %w", err)
	}
	return agent, nil
}

package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// SetRole gives somebody another role. Their desks begin anew with what they may see.
func SetRole(ctx context.Context, s *store.Store, workspaceID, email, role string) error {
	if !validRole(role) {
		return ErrRole
	}
	agent, err := FindAgent(ctx, s, workspaceID, email)
	if err != nil {
		return err
	}
	_, err = s.InTx(ctx, workspaceID, func(tx *store.Tx) error { return setRole(ctx, tx, access.Actor{}, agent, role) })
	if err != nil {
		return fmt.Errorf("set role: %w", err)
	}
	return nil
}

func validRole(role string) bool { return slices.Contains(access.Roles, role) }

func setRole(ctx context.Context, tx *store.Tx, by access.Actor, agent db.Agent, role string) error {
	if role != "admin" {
		if err := keepAdmin(ctx, tx, by, agent); err != nil {
			return err
		}
	}
	if err := tx.SetAgentRole(ctx, db.SetAgentRoleParams{WorkspaceID: tx.WorkspaceID, ID: agent.ID, Role: role}); err != nil {
		return err
	}
	tx.Changed(store.TypeAgent, agent.ID)
	if err := tx.BumpScopes(ctx, tx.WorkspaceID); err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Entry{Action: audit.RoleChanged, SubjectID: agent.ID, Detail: agent.Role + " to " + role})
}

// keepAdmin refuses to take the last admin. The command line may: it can make another one.
func keepAdmin(ctx context.Context, tx *store.Tx, by access.Actor, agent db.Agent) error {
	if agent.Role != "admin" || by.AgentID == "" {
		return nil
	}
	others, err := tx.OtherAdmins(ctx, db.OtherAdminsParams{WorkspaceID: tx.WorkspaceID, ButID: agent.ID})
	if err != nil {
		return fmt.Errorf("count admins: %w", err)
	}
	if others == 0 {
		return ErrLastAdmin
	}
	return nil
}

// setQueues says in which queues somebody works, of those that have people.
func setQueues(ctx context.Context, tx *store.Tx, by access.Actor, agentID string, queueIDs []string) error {
	members, names, err := staffed(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range queueIDs {
		if names[id] == "" {
			return ErrNoQueue
		}
		if len(members[id]) == 0 {
			return ErrEverybodys
		}
	}
	var told []string
	for id, people := range members {
		is, shall := slices.Contains(people, agentID), slices.Contains(queueIDs, id)
		switch {
		case is == shall:
			continue
		case shall:
			err = tx.InsertQueueAgent(ctx, db.InsertQueueAgentParams{WorkspaceID: tx.WorkspaceID, QueueID: id, AgentID: agentID})
			told = append(told, "into "+names[id])
		case len(people) == 1:
			return ErrQueueEmpty
		default:
			err = tx.DeleteQueueAgent(ctx, db.DeleteQueueAgentParams{WorkspaceID: tx.WorkspaceID, QueueID: id, AgentID: agentID})
			told = append(told, "out of "+names[id])
		}
		if err != nil {
			return fmt.Errorf("set queues: %w", err)
		}
		if _, err := tx.BumpQueue(ctx, db.BumpQueueParams{WorkspaceID: tx.WorkspaceID, ID: id}); err != nil {
			return fmt.Errorf("set queues: %w", err)
		}
		tx.Changed(store.TypeQueue, id)
	}
	if len(told) == 0 {
		return nil
	}
	if err := tx.BumpScopes(ctx, tx.WorkspaceID); err != nil {
		return err
	}
	slices.Sort(told)
	return note(ctx, tx, by, audit.Entry{Action: audit.QueuesOfAgent, SubjectID: agentID, Detail: strings.Join(told, ", ")})
}

// staffed is who works in which queue that has people, and what all queues are called.
func staffed(ctx context.Context, tx *store.Tx) (members map[string][]string, names map[string]string, err error) {
	queues, err := tx.Queues(ctx, tx.WorkspaceID)
	if err != nil {
		return nil, nil, fmt.Errorf("read queues: %w", err)
	}
	rows, err := tx.QueueAgents(ctx, tx.WorkspaceID)
	if err != nil {
		return nil, nil, fmt.Errorf("read who works where: %w", err)
	}
	members, names = map[string][]string{}, map[string]string{}
	for _, queue := range queues {
		names[queue.ID] = queue.Name
	}
	for _, row := range rows {
		members[row.QueueID] = append(members[row.QueueID], row.AgentID)
	}
	return members, names, nil
}

package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/thread"
)

// People manages who works in a workspace. by is who does something; one without an AgentID is the command line.
type People struct {
	Store  *store.Store
	Access *access.Access
	Now    func() time.Time // the hub's clock
}

// Person is somebody with how they stand. Times are in Unix milliseconds.
type Person struct {
	db.Agent
	QueueIDs     []string // of queues that have people; what is everybody's is theirs, too
	InvitedUntil int64    // 0: no invitation is out; one in the past has run out
	LockedUntil  int64    // by failed attempts; 0 when it is not
	Sessions     int64
	UsedMs       int64 // when one of these was used last; 0 without
	Open         int64 // conversations
}

// maxName bounds people's names, in characters.
const maxName = 80

// List lists everybody by name, who is switched off last.
func (p *People) List(ctx context.Context, workspaceID string) ([]Person, error) {
	q := p.Store.Read()
	agents, err := q.Agents(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	people, at := make([]Person, len(agents)), make(map[string]*Person, len(agents))
	for i, agent := range agents {
		people[i].Agent = agent
		at[agent.ID] = &people[i]
	}
	if err := p.facts(ctx, workspaceID, at); err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	slices.SortStableFunc(people, func(a, b Person) int {
		if a.Disabled != b.Disabled {
			return map[bool]int{true: 1, false: -1}[a.Disabled]
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return people, nil
}

// facts adds what other tables know of people.
func (p *People) facts(ctx context.Context, workspaceID string, at map[string]*Person) error {
	q := p.Store.Read()
	members, err := q.QueueAgents(ctx, workspaceID)
	if err != nil {
		return err
	}
	for _, row := range members {
		if person := at[row.AgentID]; person != nil {
			person.QueueIDs = append(person.QueueIDs, row.QueueID)
		}
	}
	invitations, err := q.Invitations(ctx, workspaceID)
	if err != nil {
		return err
	}
	for _, row := range invitations {
		if person := at[row.AgentID]; person != nil {
			person.InvitedUntil = row.ExpiresMs
		}
	}
	sessions, err := q.SessionCounts(ctx, db.SessionCountsParams{WorkspaceID: workspaceID, UsedAfterMs: p.Now().Add(-access.IdleLimit).UnixMilli()})
	if err != nil {
		return err
	}
	for _, row := range sessions {
		if person := at[row.AgentID]; person != nil {
			person.Sessions, person.UsedMs = row.Sessions, row.UsedMs
		}
	}
	locked, err := q.LockedAccounts(ctx, db.LockedAccountsParams{WorkspaceID: workspaceID, NowMs: time.Now().UnixMilli()})
	if err != nil {
		return err
	}
	for _, row := range locked {
		if person := at[row.AgentID]; person != nil {
			person.LockedUntil = row.LockedUntilMs
		}
	}
	loads, err := q.AgentLoads(ctx, workspaceID)
	if err != nil {
		return err
	}
	for _, row := range loads {
		if person := at[row.AssigneeID]; person != nil {
			person.Open = row.Conversations
		}
	}
	return nil
}

// Invite adds a person and makes the code of their invitation.
func (p *People) Invite(ctx context.Context, by access.Actor, a Agent, queueIDs []string) (agent db.Agent, code string, err error) {
	if err := checkName(a.Name); err != nil {
		return db.Agent{}, "", err
	}
	a.By, a.Password = by, ""
	if agent, err = AddAgent(ctx, p.Store, by.WorkspaceID, a, queueIDs...); err != nil {
		return db.Agent{}, "", err
	}
	code, err = p.Access.Invite(ctx, agent, by)
	return agent, code, err
}

// InviteAgain makes another code for somebody, by which they set their password. An earlier one is no good any more.
func (p *People) InviteAgain(ctx context.Context, by access.Actor, agentID string) (code string, err error) {
	agent, err := p.find(ctx, by.WorkspaceID, agentID)
	if err != nil {
		return "", err
	}
	if agent.Disabled {
		return "", ErrSwitchedOff
	}
	return p.Access.Invite(ctx, agent, by)
}

// ResetPassword takes somebody's password, signs them out everywhere and makes a code by which they set another one.
func (p *People) ResetPassword(ctx context.Context, by access.Actor, agentID string) (code string, err error) {
	agent, err := p.find(ctx, by.WorkspaceID, agentID)
	if err != nil {
		return "", err
	}
	if agent.Disabled {
		return "", ErrSwitchedOff
	}
	if err := p.Access.DropPassword(ctx, agent, by); err != nil {
		return "", err
	}
	return p.Access.Invite(ctx, agent, by)
}

// EndSessions signs somebody out everywhere and returns of how many devices.
func (p *People) EndSessions(ctx context.Context, by access.Actor, agentID string) (int64, error) {
	if _, err := p.find(ctx, by.WorkspaceID, agentID); err != nil {
		return 0, err
	}
	return p.Access.EndSessions(ctx, by.WorkspaceID, agentID, by)
}

// Change gives somebody a name, a role and queues. The queues are of those that have people: a queue without is everybody's,
// and putting one person in would take it from all others.
func (p *People) Change(ctx context.Context, by access.Actor, agentID, name, role string, queueIDs []string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if !validRole(role) {
		return ErrRole
	}
	name = cleanName(name)
	return p.alone(ctx, by.WorkspaceID, "change person", func(tx *store.Tx) error {
		agent, err := tx.LockAgent(ctx, db.LockAgentParams{WorkspaceID: tx.WorkspaceID, ID: agentID})
		if err != nil {
			return orNoPerson(err)
		}
		if err := p.rename(ctx, tx, by, agent, name); err != nil {
			return err
		}
		if role != agent.Role {
			if err := setRole(ctx, tx, by, agent, role); err != nil {
				return err
			}
		}
		return setQueues(ctx, tx, by, agent.ID, queueIDs)
	})
}

func (p *People) rename(ctx context.Context, tx *store.Tx, by access.Actor, agent db.Agent, name string) error {
	if name == agent.Name {
		return nil
	}
	if err := tx.SetAgentName(ctx, db.SetAgentNameParams{WorkspaceID: tx.WorkspaceID, ID: agent.ID, Name: name}); err != nil {
		return err
	}
	tx.Changed(store.TypeAgent, agent.ID)
	return note(ctx, tx, by, audit.Entry{Action: audit.AgentRenamed, SubjectID: agent.ID, Detail: agent.Name + " to " + name})
}

// Switch switches an account off or on again. Who is switched off is signed out everywhere, what they have goes back to its
// queue, where customers are seen, and their wrap-ups close.
func (p *People) Switch(ctx context.Context, by access.Actor, agentID string, off bool) error {
	if off && agentID == by.AgentID {
		return ErrSelf
	}
	return p.alone(ctx, by.WorkspaceID, "switch account", func(tx *store.Tx) error {
		agent, err := tx.LockAgent(ctx, db.LockAgentParams{WorkspaceID: tx.WorkspaceID, ID: agentID})
		if err != nil {
			return orNoPerson(err)
		}
		if off {
			if err := keepAdmin(ctx, tx, by, agent); err != nil {
				return err
			}
			if err := p.release(ctx, tx, by, agent.ID); err != nil {
				return err
			}
		}
		return p.Access.SetDisabled(ctx, tx, agent.ID, off, by)
	})
}

// release gives away what somebody has.
func (p *People) release(ctx context.Context, tx *store.Tx, by access.Actor, agentID string) error {
	nowMs := p.Now().UnixMilli()
	returned, err := tx.ReturnAllOf(ctx, db.ReturnAllOfParams{WorkspaceID: tx.WorkspaceID, AgentID: agentID})
	if err != nil {
		return fmt.Errorf("return conversations: %w", err)
	}
	for _, row := range returned {
		if err := thread.Tell(ctx, tx, row, by.AgentID, channel.Content{Kind: conversation.KindSentToInbox}, nowMs); err != nil {
			return err
		}
	}
	closed, err := tx.CloseAllWrapUpsOf(ctx, db.CloseAllWrapUpsOfParams{WorkspaceID: tx.WorkspaceID, AgentID: agentID, NowMs: nowMs})
	if err != nil {
		return fmt.Errorf("close wrap-ups: %w", err)
	}
	for _, row := range closed {
		if err := thread.Tell(ctx, tx, row, by.AgentID, channel.Content{Kind: conversation.KindClosed}, nowMs); err != nil {
			return err
		}
	}
	return nil
}

// alone runs a change while nobody else administers the workspace: two admins cannot each take the other's role away.
func (p *People) alone(ctx context.Context, workspaceID, act string, change func(tx *store.Tx) error) error {
	_, err := p.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		if err := tx.LockWorkspace(ctx, workspaceID); err != nil {
			return err
		}
		return change(tx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

func (p *People) find(ctx context.Context, workspaceID, agentID string) (db.Agent, error) {
	agent, err := p.Store.Read().Agent(ctx, db.AgentParams{WorkspaceID: workspaceID, ID: agentID})
	if err != nil {
		return agent, orNoPerson(err)
	}
	return agent, nil
}

func orNoPerson(err error) error {
	if store.NotFound(err) {
		return ErrNoPerson
	}
	return fmt.Errorf("find person: %w", err)
}

func cleanName(name string) string { return strings.TrimSpace(conversation.CleanText(name)) }

func checkName(name string) error {
	seen := func(r rune) bool { return r != ' ' && unicode.IsPrint(r) }
	if name = cleanName(name); strings.IndexFunc(name, seen) < 0 || utf8.RuneCountInString(name) > maxName {
		return ErrName
	}
	return nil
}

// note writes down who has done something, and where.
func note(ctx context.Context, tx *store.Tx, by access.Actor, e audit.Entry) error {
	e.ActorID, e.SessionID, e.Address = by.AgentID, by.SessionID, access.Address(ctx)
	return audit.Write(ctx, tx, time.Now().UnixMilli(), e)
}

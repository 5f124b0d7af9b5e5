package admin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/audit"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const password = "correct horse battery"

// team is a furnished workspace with an admin, Eva, who administers it.
type team struct {
	*hubtest.Workspace
	t      *testing.T
	access *access.Access
	people *admin.People
	eva    access.Actor
}

func newTeam(t *testing.T, s *store.Store, agents int) *team {
	w := hubtest.New(t, s, agents, hubtest.Channels()...)
	a := access.New(s, w.Now)
	row, err := admin.AddAgent(t.Context(), s, w.ID, admin.Agent{Email: "eva@ondaverde.example", Name: "Eva", Role: "admin", Password: password})
	must(t, err)
	return &team{
		Workspace: w, t: t, access: a, people: &admin.People{Store: s, Access: a, Now: w.Now},
		eva: access.Actor{WorkspaceID: w.ID, AgentID: row.ID, Role: "admin", SessionID: "eva's"},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (m *team) person(id string) admin.Person {
	m.t.Helper()
	all, err := m.people.List(m.t.Context(), m.ID)
	must(m.t, err)
	at := slices.IndexFunc(all, func(p admin.Person) bool { return p.ID == id })
	if at < 0 {
		m.t.Fatalf("%s is not listed", id)
	}
	return all[at]
}

// done lists what the audit log says that Eva did to somebody, the first thing first.
func (m *team) done(subjectID string) []string {
	m.t.Helper()
	rows, err := audit.Latest(m.t.Context(), m.Store, m.ID, 200)
	must(m.t, err)
	var done []string
	for _, row := range slices.Backward(rows) {
		if row.SubjectID == subjectID && row.ActorID == m.eva.AgentID {
			done = append(done, row.Action+" "+row.Detail)
		}
	}
	return done
}

func (m *team) refuses(want *admin.Problem, err error) {
	m.t.Helper()
	if !errors.Is(err, want) {
		m.t.Errorf("%v instead of %q", err, want.Text)
	}
}

// An admin lets somebody in, moves them about, locks them out of everything and lets them in again, and each of it is written
// down.
func TestPeople(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 2), t.Context()
		complaints := m.Queue(t, "Complaints", m.Agents[0], m.Agents[1])

		rui, code, err := m.people.Invite(ctx, m.eva, admin.Agent{Email: " Rui@ondaverde.example", Name: "Rui", Role: "agent"}, []string{complaints})
		must(t, err)
		listed := m.person(rui.ID)
		if listed.Email != "rui@ondaverde.example" || listed.InvitedUntil == 0 || !slices.Equal(listed.QueueIDs, []string{complaints}) || listed.Sessions != 0 {
			t.Errorf("invited: %+v", listed)
		}
		_, _, err = m.access.AcceptInvitation(ctx, code, password, "desk")
		must(t, err)
		if listed = m.person(rui.ID); listed.InvitedUntil != 0 || listed.Sessions != 1 || listed.UsedMs != m.NowMs() {
			t.Errorf("has joined: %+v", listed)
		}

		must(t, m.people.Change(ctx, m.eva, rui.ID, "Rui Teixeira", "supervisor", nil))
		if listed = m.person(rui.ID); listed.Name != "Rui Teixeira" || listed.Role != "supervisor" || len(listed.QueueIDs) != 0 {
			t.Errorf("changed: %+v", listed)
		}
		must(t, m.people.Change(ctx, m.eva, rui.ID, "Rui Teixeira", "supervisor", nil)) // changes nothing, and says nothing

		code, err = m.people.ResetPassword(ctx, m.eva, rui.ID)
		must(t, err)
		if _, _, err := m.access.SignIn(ctx, rui.Email, password, ""); !errors.Is(err, access.ErrDenied) {
			t.Errorf("the password still works: %v", err)
		}
		if listed = m.person(rui.ID); listed.Sessions != 0 || listed.InvitedUntil == 0 {
			t.Errorf("reset: %+v", listed)
		}
		_, _, err = m.access.AcceptInvitation(ctx, code, password+"!", "desk")
		must(t, err)
		n, err := m.people.EndSessions(ctx, m.eva, rui.ID)
		if err != nil || n != 1 {
			t.Errorf("ended %d sessions: %v", n, err)
		}

		_, err = m.people.InviteAgain(ctx, m.eva, rui.ID)
		must(t, err)
		must(t, m.people.Switch(ctx, m.eva, rui.ID, true))
		if listed = m.person(rui.ID); !listed.Disabled || listed.InvitedUntil != 0 {
			t.Errorf("switched off: %+v", listed)
		}
		must(t, m.people.Switch(ctx, m.eva, rui.ID, false))
		want := []string{
			"agent_added agent", "queues_of_agent into Complaints", "agent_invited ", "agent_renamed Rui to Rui Teixeira",
			"role_changed agent to supervisor", "queues_of_agent out of Complaints", "password_reset ", "agent_invited ", "session_ended all",
			"agent_invited ", "agent_disabled ", "agent_enabled ",
		}
		if got := m.done(rui.ID); !slices.Equal(got, want) {
			t.Errorf("the audit says\n%q, not\n%q", got, want)
		}
	})
}

// What cannot be done says why, and leaves everything as it was.
func TestPeopleProblems(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 2), t.Context()
		ana := m.Agents[0].AgentID
		complaints := m.Queue(t, "Complaints", m.Agents[0])
		everybodys := m.WhatsApp.QueueID
		invite := func(email, name, role string, queues ...string) error {
			_, _, err := m.people.Invite(ctx, m.eva, admin.Agent{Email: email, Name: name, Role: role}, queues)
			return err
		}
		before, err := m.people.List(ctx, m.ID)
		must(t, err)
		m.refuses(admin.ErrEmailTaken, invite("EVA@ondaverde.example", "Eva", "agent"))
		m.refuses(admin.ErrEmail, invite("nobody", "Nobody", "agent"))
		m.refuses(admin.ErrRole, invite("new@ondaverde.example", "New", "owner"))
		m.refuses(admin.ErrName, invite("new@ondaverde.example", " \u202e ", "agent"))
		m.refuses(admin.ErrNoQueue, invite("new@ondaverde.example", "New", "agent", "nowhere"))
		m.refuses(admin.ErrEverybodys, invite("new@ondaverde.example", "New", "agent", everybodys))
		m.refuses(admin.ErrNoPerson, m.people.Change(ctx, m.eva, "nobody", "New", "agent", nil))
		m.refuses(admin.ErrQueueEmpty, m.people.Change(ctx, m.eva, ana, "Ana", "agent", nil))
		m.refuses(admin.ErrEverybodys, m.people.Change(ctx, m.eva, ana, "Ana", "agent", []string{complaints, everybodys}))
		m.refuses(admin.ErrLastAdmin, m.people.Change(ctx, m.eva, m.eva.AgentID, "Eva", "agent", nil))
		m.refuses(admin.ErrSelf, m.people.Switch(ctx, m.eva, m.eva.AgentID, true))
		m.refuses(admin.ErrNoPerson, m.people.Switch(ctx, m.eva, "nobody", true))
		_, err = m.people.ResetPassword(ctx, m.eva, "nobody")
		m.refuses(admin.ErrNoPerson, err)
		after, err := m.people.List(ctx, m.ID)
		must(t, err)
		if !slices.EqualFunc(before, after, func(a, b admin.Person) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("refused changes have changed\n%v into\n%v", before, after)
		}
		must(t, m.people.Switch(ctx, m.eva, ana, true))
		_, err = m.people.InviteAgain(ctx, m.eva, ana)
		m.refuses(admin.ErrSwitchedOff, err)
	})
}

// Two admins who take each other's role at the same moment do not leave the workspace without one.
func TestSomebodyStaysAdmin(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m := newTeam(t, s, 0)
		row, err := admin.AddAgent(t.Context(), s, m.ID, admin.Agent{Email: "lia@ondaverde.example", Name: "Lia", Role: "admin"})
		must(t, err)
		lia := access.Actor{WorkspaceID: m.ID, AgentID: row.ID, Role: "admin"}
		var both sync.WaitGroup
		both.Go(func() { _ = m.people.Change(t.Context(), m.eva, lia.AgentID, "Lia", "agent", nil) })
		both.Go(func() { _ = m.people.Switch(context.WithoutCancel(t.Context()), lia, m.eva.AgentID, true) })
		both.Wait()
		n, err := s.Read().OtherAdmins(t.Context(), db.OtherAdminsParams{WorkspaceID: m.ID})
		if err != nil || n != 1 {
			t.Errorf("%d admins are left: %v", n, err)
		}
	})
}

// Nobody's customer waits unseen because an agent has left: what they had goes back to its queue, and says so in its thread.
func TestWhoIsSwitchedOffLeavesNothing(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 2), t.Context()
		ana := m.Agents[0].AgentID
		has := func(status, who string) db.Conversation {
			return m.Conversation(t, func(c *db.Conversation) { c.Status, c.AssigneeID, c.AssignedMs, c.Weight = status, who, c.OpenedMs, 20 })
		}
		open, ended, foreign := has("assigned", ana), has("wrap_up", ana), has("assigned", m.Agents[1].AgentID)
		if listed := m.person(ana); listed.Open != 2 {
			t.Errorf("has %d", listed.Open)
		}
		must(t, m.people.Switch(ctx, m.eva, ana, true))
		row := func(c db.Conversation) db.Conversation {
			c, err := s.Read().Conversation(ctx, db.ConversationParams{WorkspaceID: m.ID, ID: c.ID})
			must(t, err)
			return c
		}
		if c := row(open); c.Status != "queued" || c.AssigneeID != "" || c.WaitingSinceMs != open.WaitingSinceMs || c.QueueID != open.QueueID {
			t.Errorf("what they had: %+v", c)
		}
		if c := row(ended); c.Status != "closed" || c.DispositionID != "" {
			t.Errorf("what they had ended: %+v", c)
		}
		if c := row(foreign); c.Status != "assigned" || c.Version != foreign.Version {
			t.Errorf("what a colleague has: %+v", c)
		}
		lines, err := s.Read().MessagesBefore(ctx, db.MessagesBeforeParams{WorkspaceID: m.ID, ConversationID: open.ID, BeforeNo: 1 << 40, N: 1})
		if err != nil || len(lines) != 1 || lines[0].Kind != "sent_to_inbox" || lines[0].AgentID != m.eva.AgentID {
			t.Errorf("the thread says %+v, %v", lines, err)
		}
	})
}

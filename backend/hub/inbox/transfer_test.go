package inbox_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/delivery"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func transfer(t *hubv1.Transfer) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: t}}
}

func toAgent(id string, to access.Actor) *hubv1.Command {
	return transfer(&hubv1.Transfer{ConversationId: id, ToAgentId: to.AgentID})
}

func setStatus(status, text string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SetStatus{SetStatus: &hubv1.SetStatus{Status: status, Text: text}}}
}

// queue adds a queue.
func (r *room) queue(t *testing.T, name string) string {
	t.Helper()
	row, err := admin.AddQueue(t.Context(), r.Store, r.ID, name)
	if err != nil {
		t.Fatal(err)
	}
	return row.ID
}

func supervisor(a access.Actor) access.Actor {
	a.Role = "supervisor"
	return a
}

// told is the last line of a conversation's thread.
func (r *room) told(t *testing.T, id string) db.Message {
	t.Helper()
	lines := r.Thread(t, id)
	return lines[len(lines)-1]
}

func TestTransfer(t *testing.T) {
	t.Parallel()
	t.Run("a_colleague_has_it_with_the_note_and_the_thread_says_who_gave_it", func(t *testing.T) {
		t.Parallel()
		onEach(t, 2, func(t *testing.T, r *room) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			command := transfer(&hubv1.Transfer{ConversationId: c.ID, ToAgentId: r.Agents[1].AgentID, Note: " speaks German "})
			command.Id = conversation.NewID()
			if refusal := r.execute(t, r.Agents[0], command).GetRefusal(); refusal != nil {
				t.Fatal(refusal)
			}
			now := r.Reread(t, c.ID)
			if now.Status != "assigned" || now.AssigneeID != r.Agents[1].AgentID || now.Weight != conversation.DefaultWeight ||
				now.TransferredBy != r.Agents[0].AgentID || now.TransferredMs != r.NowMs() || now.LastNo != c.LastNo+1 {
				t.Errorf("it is %+v", now)
			}
			if line := r.told(t, now.ID); line.Kind != "transferred" || line.AgentID != r.Agents[0].AgentID ||
				!strings.Contains(line.Content, `"text":"agentab"`) || !strings.Contains(line.Content, `"rawKind":"agent"`) {
				t.Errorf("the line is %+v", line)
			}
			note, err := r.Store.Read().Note(t.Context(), db.NoteParams{WorkspaceID: r.ID, ID: command.Id})
			if err != nil || note.Text != "speaks German" || note.AgentID != r.Agents[0].AgentID {
				t.Errorf("the note is %+v, %v", note, err)
			}
			if r.execute(t, r.Agents[0], command); r.Reread(t, c.ID) != now {
				t.Error("the same command again moved it again")
			}
		})
	})
	t.Run("it_waits_in_another_queue_and_the_mark_goes_when_somebody_takes_it", func(t *testing.T) {
		t.Parallel()
		onEach(t, 2, func(t *testing.T, r *room) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			complaints := r.queue(t, "Complaints")
			if code := r.refused(t, transfer(&hubv1.Transfer{ConversationId: c.ID, ToQueueId: complaints})); code != "" {
				t.Fatal(code)
			}
			now := r.Reread(t, c.ID)
			if now.Status != "queued" || now.QueueID != complaints || now.AssigneeID != "" || now.Weight != 0 || now.TransferredBy != r.Agents[0].AgentID {
				t.Errorf("it is %+v", now)
			}
			r.execute(t, r.Agents[1], assign(c.ID))
			if now = r.Reread(t, c.ID); now.TransferredBy != "" || now.Weight != conversation.DefaultWeight {
				t.Errorf("taken, it is %+v", now)
			}
		})
	})
	t.Run("the_mark_goes_when_the_receiver_opens_it_and_nothing_more_is_said_to_the_contact", func(t *testing.T) {
		t.Parallel()
		onEach(t, 2, func(t *testing.T, r *room) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			r.refused(t, markRead(c.ID, c.LastInboundID))
			lane := func() db.Lane {
				lane, err := r.Store.ClaimLane(t.Context(), delivery.LaneRead, "w", r.NowMs(), 0)
				if err != nil {
					t.Fatal(err)
				}
				return lane
			}
			before := lane()
			r.refused(t, toAgent(c.ID, r.Agents[1]))
			if r.execute(t, r.Agents[1], markRead(c.ID, c.LastInboundID)); r.Reread(t, c.ID).TransferredBy != "" {
				t.Error("opened, it is still marked")
			}
			if after := lane(); after.Gen != before.Gen {
				t.Error("the contact is told again that it was read")
			}
		})
	})
	t.Run("who_cannot_take_it_is_refused_with_the_reason", func(t *testing.T) {
		t.Parallel()
		onEach(t, 3, func(t *testing.T, r *room) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			r.execute(t, r.Agents[1], setStatus("away", "Lunch"))
			for range conversation.DefaultCapacity / conversation.DefaultWeight {
				r.in(t, conversation.StatusAssigned, r.Agents[2])
			}
			gone := access.Actor{AgentID: conversation.NewID()}
			for want, to := range map[string]access.Actor{inbox.RefusedAway: r.Agents[1], inbox.RefusedFull: r.Agents[2], inbox.RefusedReceiver: gone} {
				if got := r.refused(t, toAgent(c.ID, to)); got != want {
					t.Errorf("refused as %q, want %q", got, want)
				}
			}
			for _, bad := range []*hubv1.Transfer{
				{ConversationId: c.ID}, {ConversationId: c.ID, ToAgentId: "a", ToQueueId: "b"},
				{ConversationId: c.ID, ToAgentId: r.Agents[1].AgentID, Note: strings.Repeat("x", inbox.MaxNoteRunes+1)},
			} {
				if got := r.refused(t, transfer(bad)); got != inbox.RefusedInvalid {
					t.Errorf("%v: refused as %q", bad, got)
				}
			}
			if now := r.Reread(t, c.ID); now.AssigneeID != r.Agents[0].AgentID {
				t.Errorf("it moved: %+v", now)
			}
			for _, to := range []access.Actor{r.Agents[1], r.Agents[2]} {
				if refusal := r.execute(t, supervisor(r.Agents[0]), toAgent(c.ID, to)).GetRefusal(); refusal != nil {
					t.Errorf("a supervisor may: %v", refusal)
				}
			}
		})
	})
	t.Run("agents_move_what_they_have_and_supervisors_everything", func(t *testing.T) {
		t.Parallel()
		onEach(t, 3, func(t *testing.T, r *room) {
			theirs := r.in(t, conversation.StatusAssigned, r.Agents[1])
			waiting := r.in(t, conversation.StatusQueued, r.Agents[1])
			ended := r.in(t, conversation.StatusWrapUp, r.Agents[0])
			other := r.queue(t, "Other")
			if ack := r.execute(t, r.Agents[0], toAgent(theirs.ID, r.Agents[2])); ack.GetRefusal().GetCode() != inbox.RefusedNotYours || ack.GetRefusal().GetAgentId() != r.Agents[1].AgentID {
				t.Errorf("refused as %v", ack.GetRefusal())
			}
			for _, id := range []string{waiting.ID, ended.ID} {
				if code := r.refused(t, toAgent(id, r.Agents[2])); code != inbox.RefusedStatus {
					t.Errorf("refused as %q", code)
				}
			}
			chief := supervisor(r.Agents[2])
			for _, command := range []*hubv1.Command{
				toAgent(theirs.ID, r.Agents[0]), toAgent(waiting.ID, r.Agents[0]), toAgent(theirs.ID, chief),
				transfer(&hubv1.Transfer{ConversationId: waiting.ID, ToQueueId: other}),
			} {
				if refusal := r.execute(t, chief, command).GetRefusal(); refusal != nil {
					t.Errorf("%v: %v", command, refusal)
				}
			}
			if now := r.Reread(t, theirs.ID); now.AssigneeID != chief.AgentID || now.TransferredBy != "" {
				t.Errorf("who takes over has seen it: %+v", now)
			}
			if code := r.execute(t, chief, toAgent(ended.ID, r.Agents[1])).GetRefusal().GetCode(); code != inbox.RefusedStatus {
				t.Errorf("what has ended is refused as %q", code)
			}
		})
	})
	t.Run("many_at_once_never_fill_an_agent_beyond_their_capacity", func(t *testing.T) {
		t.Parallel()
		const givers = 12
		onEach(t, givers+1, func(t *testing.T, r *room) {
			receiver := r.Agents[givers]
			var group sync.WaitGroup
			for _, giver := range r.Agents[:givers] {
				c := r.in(t, conversation.StatusAssigned, giver)
				group.Go(func() {
					ack, err := r.box.Execute(t.Context(), giver, withID(toAgent(c.ID, receiver)))
					if code := ack.GetRefusal().GetCode(); err != nil || code != "" && code != inbox.RefusedFull {
						t.Error(err, code)
					}
				})
			}
			group.Wait()
			load, err := r.Store.Read().AgentLoad(t.Context(), db.AgentLoadParams{WorkspaceID: r.ID, AgentID: receiver.AgentID})
			if err != nil || load != conversation.DefaultCapacity {
				t.Errorf("they have %d points, %v", load, err)
			}
			loads, err := r.box.Loads(t.Context(), receiver)
			want := fmt.Sprintf("%s has %d in 5", receiver.AgentID, load)
			for _, one := range loads {
				if got := fmt.Sprintf("%s has %d in %d", one.AgentId, one.Points, one.Conversations); one.AgentId == receiver.AgentID && got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
			if err != nil || len(loads) != givers+1-5 {
				t.Errorf("%d agents have something, %v", len(loads), err)
			}
		})
	})
}

func TestSetStatus(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		if code := r.refused(t, setStatus("away", " Lunch\n")); code != "" {
			t.Fatal(code)
		}
		agent := func() db.Agent {
			row, err := r.Store.Read().Agent(t.Context(), db.AgentParams{WorkspaceID: r.ID, ID: r.Agents[0].AgentID})
			if err != nil {
				t.Fatal(err)
			}
			return row
		}
		away := agent()
		if away.Status != "away" || away.StatusText != "Lunch" || away.StatusMs != r.NowMs() || away.Version != 2 {
			t.Errorf("the agent is %+v", away)
		}
		head := r.head(t)
		if r.refused(t, setStatus("away", "Lunch")); r.head(t) != head || agent() != away {
			t.Error("the same status again changed something")
		}
		for _, bad := range []*hubv1.Command{setStatus("", ""), setStatus("busy", ""), setStatus("away", strings.Repeat("x", inbox.MaxStatusRunes+1))} {
			if code := r.refused(t, bad); code != inbox.RefusedInvalid {
				t.Errorf("refused as %q", code)
			}
		}
	})
}

func TestEndChatWithNews(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		c := r.in(t, conversation.StatusAssigned, r.Agents[0])
		end := func(seen string) *hubv1.CommandAck {
			return r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: c.ID, SeenMessageId: seen}}})
		}
		if refusal := end(conversation.NewID()).GetRefusal(); refusal.GetCode() != inbox.RefusedNews || refusal.GetCurrent().GetConversation().GetId() != c.ID {
			t.Errorf("what the contact wrote meanwhile was put away: %v", refusal)
		}
		if refusal := end(c.LastInboundID).GetRefusal(); refusal != nil || r.Reread(t, c.ID).Status != "wrap_up" {
			t.Errorf("it has not ended: %v", refusal)
		}
	})
}

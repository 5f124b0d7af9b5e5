package wallboard

import (
	"slices"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestASupervisorSeesWhatWaitsAndHowLong(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 2, hubtest.Channels()...)
		board := New(s, w.Now)
		complaints := w.Queue(t, "Complaints")
		start := w.NowMs()
		minute := time.Minute.Milliseconds()

		first := w.Conversation(t, nil)                                                                           // waits longest
		w.Conversation(t, func(c *db.Conversation) { c.OpenedMs += minute; c.WindowUntilMs = start + 90*minute }) // closes soon
		taken := w.Conversation(t, func(c *db.Conversation) {
			c.Status, c.AssigneeID, c.AssignedMs, c.Weight = "assigned", w.Agents[0].AgentID, start, 20
			c.QueueID, c.WindowUntilMs = complaints, start+30*minute
		})
		w.Conversation(t, func(c *db.Conversation) { // answered
			c.Status, c.AssigneeID, c.AssignedMs, c.Weight = "assigned", w.Agents[0].AgentID, start, 15
			c.WaitingSinceMs, c.WindowUntilMs = 0, start+30*minute
		})
		w.Conversation(t, func(c *db.Conversation) { c.Status, c.ClosedMs = "closed", start })
		answer(t, w, taken, w.Agents[0].AgentID, start+3*minute)
		answer(t, w, first, "", start+minute) // nobody's: an automatic answer

		w.Advance(10 * time.Minute)
		stands, err := board.Of(t.Context(), w.ID)
		if err != nil {
			t.Fatal(err)
		}
		queues := map[string]*hubv1.QueueStanding{}
		for _, q := range stands.Queues {
			queues[q.QueueId] = q
		}
		for id, want := range map[string]*hubv1.QueueStanding{
			w.WhatsApp.QueueID: {QueueId: w.WhatsApp.QueueID, Waiting: 2, OldestMs: start, Closing: 1, NextCloseMs: start + 90*minute},
			complaints:         {QueueId: complaints, Closing: 1, NextCloseMs: start + 30*minute},
		} {
			if diff := cmp.Diff(want, queues[id], protocmp.Transform()); diff != "" {
				t.Errorf("queue %s (-want +got):\n%s", id, diff)
			}
		}
		want := []*hubv1.AgentStanding{
			{AgentId: w.Agents[0].AgentID, Conversations: 2, Points: 35, Waiting: 1, OldestMs: start}, {AgentId: w.Agents[1].AgentID},
		}
		if diff := cmp.Diff(want, stands.Agents, protocmp.Transform(), protocmp.SortRepeated(func(a, b *hubv1.AgentStanding) bool { return a.Conversations > b.Conversations })); diff != "" {
			t.Errorf("agents (-want +got):\n%s", diff)
		}
		at := slices.IndexFunc(stands.Hours, func(h *hubv1.HourStanding) bool { return h.FromMs+time.Hour.Milliseconds() > start })
		last := stands.Hours[at]
		if len(stands.Hours) != hours || last.Begun != 5 || last.Answered != 1 || last.MedianMs != 3*minute || last.MostMs != 3*minute {
			t.Errorf("%d hours, the one in which they began: %v", len(stands.Hours), last)
		}
	})
}

func TestManySupervisorsCostOneLook(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 1, hubtest.Channels()...)
		board := New(s, w.Now)
		look := func() int64 {
			stands, err := board.Of(t.Context(), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range stands.Queues {
				if q.QueueId == w.WhatsApp.QueueID {
					return q.Waiting
				}
			}
			return -1
		}
		look()
		w.Conversation(t, nil)
		if waiting := look(); waiting != 0 {
			t.Errorf("at once: %d wait", waiting)
		}
		w.Advance(fresh)
		if waiting := look(); waiting != 1 {
			t.Errorf("after %v: %d wait", fresh, waiting)
		}
	})
}

// Of any hours' conversations each counts once, in its hour, and no figure is outside of what was measured.
func TestHoursCountEachConversationOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const hourMs = int64(3_600_000)
		sinceMs := rapid.Int64Range(0, 1_000_000).Draw(t, "since") * hourMs
		answers := rapid.SliceOf(rapid.Custom(func(t *rapid.T) db.FirstAnswersRow {
			row := db.FirstAnswersRow{OpenedMs: sinceMs + rapid.Int64Range(0, hours*hourMs-1).Draw(t, "opened")}
			if rapid.Bool().Draw(t, "answered") {
				row.AnsweredMs = max(1, row.OpenedMs+rapid.Int64Range(-1000, 10*hourMs).Draw(t, "took"))
			}
			return row
		})).Draw(t, "answers")
		var begun, answered int64
		for _, hour := range byHour(answers, sinceMs) {
			begun, answered = begun+hour.Begun, answered+hour.Answered
			if hour.MedianMs > hour.MostMs || hour.MedianMs < 0 || hour.MostMs > 10*hourMs || hour.Answered > hour.Begun {
				t.Fatalf("%v", hour)
			}
		}
		want := int64(0)
		for _, one := range answers {
			if one.AnsweredMs > 0 {
				want++
			}
		}
		if begun != int64(len(answers)) || answered != want {
			t.Fatalf("%d begun of %d, %d answered of %d", begun, len(answers), answered, want)
		}
	})
}

func answer(t *testing.T, w *hubtest.Workspace, c db.Conversation, agentID string, sentMs int64) {
	t.Helper()
	_, err := w.Store.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
		return tx.InsertMessage(t.Context(), db.InsertMessageParams{
			WorkspaceID: w.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: 2,
			Direction: "out", Kind: "text", SentMs: sentMs, CreatedMs: sentMs, AgentID: agentID, Content: `{"kind":"text","text":"yes"}`,
			State: "delivered", Version: 1, Attempt: 1,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

package routing_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/delivery"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/routing"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// office is a workspace whose conversations are routed, and the inbox of its agents.
type office struct {
	*hubtest.Workspace
	router *routing.Router
	box    *inbox.Inbox
	row    db.Workspace
}

func newOffice(t *testing.T, w *hubtest.Workspace) *office {
	t.Helper()
	row, err := w.Store.Read().Workspace(t.Context(), w.ID)
	if err != nil {
		t.Fatal(err)
	}
	return &office{w, routing.New(w.Store, w.Now, slog.New(slog.NewTextHandler(t.Output(), nil)), delivery.Wake), inbox.New(w.Store, w.Directory, w.Now), row}
}

func onEach(t *testing.T, agents int, rule func(t *testing.T, o *office)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, hubtest.New(t, storetest.Open(t, engine), agents, hubtest.Channels()...))
			o.seen(t, o.Agents...)
			rule(t, o)
		})
	}
}

// seen notes that agents have their desks open at this moment.
func (o *office) seen(t testing.TB, agents ...access.Actor) {
	t.Helper()
	o.tx(t, func(tx *store.Tx) error {
		for _, a := range agents {
			id := conversation.NewID()
			if err := tx.InsertDeviceSession(t.Context(), db.InsertDeviceSessionParams{
				WorkspaceID: o.ID, ID: id, AgentID: a.AgentID, TokenHash: id, CreatedMs: o.NowMs(), UsedMs: o.NowMs(),
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *office) tx(t testing.TB, do func(*store.Tx) error) {
	t.Helper()
	if _, err := o.Store.InTx(t.Context(), o.ID, do); err != nil {
		t.Fatal(err)
	}
}

// set says how the first queue is routed.
func (o *office) set(t testing.TB, s routing.Settings) {
	t.Helper()
	o.tx(t, func(tx *store.Tx) error { return routing.SetQueue(t.Context(), tx, o.WhatsApp.QueueID, s) })
}

func (o *office) route(t testing.TB) {
	t.Helper()
	if _, err := o.router.Route(t.Context(), o.row); err != nil {
		t.Fatal(err)
	}
}

func (o *office) do(t testing.TB, agent access.Actor, command *hubv1.Command) {
	t.Helper()
	command.Id = conversation.NewID()
	ack, err := o.box.Execute(t.Context(), agent, command)
	if err != nil || ack.GetRefusal() != nil {
		t.Fatal(err, ack.GetRefusal())
	}
}

func (o *office) away(t testing.TB, agent access.Actor, status conversation.Presence) {
	t.Helper()
	o.do(t, agent, &hubv1.Command{Action: &hubv1.Command_SetStatus{SetStatus: &hubv1.SetStatus{Status: string(status)}}})
}

func reject(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_RejectOffer{RejectOffer: &hubv1.RejectOffer{ConversationId: id}}}
}

func assign(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}}
}

// lastLine is the kind and text of a thread's last line.
func (o *office) lastLine(t testing.TB, id string) (conversation.Kind, channel.Content, db.Message) {
	t.Helper()
	lines := o.Thread(t, id)
	last := lines[len(lines)-1]
	var content channel.Content
	if err := json.Unmarshal([]byte(last.Content), &content); err != nil {
		t.Fatal(err)
	}
	return conversation.Kind(last.Kind), content, last
}

// A queue without rules is left to be picked from.
func TestPicked(t *testing.T) {
	onEach(t, 1, func(t *testing.T, o *office) {
		c := o.Conversation(t, nil)
		o.route(t)
		if c = o.Reread(t, c.ID); c.Status != "queued" || c.OfferedTo != "" {
			t.Fatalf("it is %+v", c)
		}
	})
}

// What is assigned has its weight, its line and its mark, and takes turns among those who are there.
func TestAssigned(t *testing.T) {
	onEach(t, 4, func(t *testing.T, o *office) {
		o.set(t, routing.Settings{Mode: routing.Assign})
		o.away(t, o.Agents[2], conversation.PresenceAway)
		o.Advance(10 * time.Minute)
		o.seen(t, o.Agents[0], o.Agents[1], o.Agents[2]) // the fourth has not been there for ten minutes
		got := map[string]int{}
		for range 6 {
			o.Advance(time.Second)
			c := o.Conversation(t, nil)
			o.route(t)
			c = o.Reread(t, c.ID)
			got[c.AssigneeID]++
			if c.Weight != 20 || c.TransferredBy != conversation.ByRouting {
				t.Fatalf("it is %+v", c)
			}
			if kind, content, line := o.lastLine(t, c.ID); kind != conversation.KindRouted || content.Text == "" || line.AgentID != "" || line.No != c.LastNo {
				t.Fatalf("the thread says %s %+v", kind, content)
			}
		}
		if got[o.Agents[0].AgentID] != 3 || got[o.Agents[1].AgentID] != 3 || len(got) != 2 {
			t.Fatalf("six were given as %v", got)
		}
		// Full: what else comes waits.
		for range 5 {
			o.Conversation(t, nil)
		}
		o.route(t)
		waits, err := o.Store.Read().QueuedOf(t.Context(), db.QueuedOfParams{WorkspaceID: o.ID, QueueID: o.WhatsApp.QueueID, N: 10})
		if err != nil || len(waits) != 1 {
			t.Fatalf("%d wait, %v", len(waits), err)
		}
	})
}

// An offer stands for its time; who rejects it or lets it lapse is not asked again, and who goes away is not asked any more.
func TestOffered(t *testing.T) {
	onEach(t, 2, func(t *testing.T, o *office) {
		o.set(t, routing.Settings{Mode: routing.Offer, Offer: 20 * time.Second})
		c := o.Conversation(t, nil)
		o.route(t)
		c = o.Reread(t, c.ID)
		first := o.Agents[0]
		second := o.Agents[1]
		if c.OfferedTo == second.AgentID {
			first, second = second, first
		}
		if c.OfferedTo != first.AgentID || c.OfferUntilMs != o.NowMs()+20_000 || c.Status != "queued" {
			t.Fatalf("it is %+v", c)
		}
		o.do(t, first, reject(c.ID))
		o.route(t)
		if c = o.Reread(t, c.ID); c.OfferedTo != second.AgentID {
			t.Fatalf("after the first has rejected it: %+v", c)
		}
		o.Advance(20 * time.Second)
		o.route(t)
		o.route(t)
		if c = o.Reread(t, c.ID); c.OfferedTo != "" || c.OfferUntilMs != 0 {
			t.Fatalf("after both: %+v", c)
		}
		// Ten minutes later they are asked again; going away ends it.
		o.Advance(10 * time.Minute)
		o.seen(t, first, second)
		o.route(t)
		if c = o.Reread(t, c.ID); c.OfferedTo == "" {
			t.Fatal("nobody is asked again")
		}
		asked := first
		if c.OfferedTo == second.AgentID {
			asked = second
		}
		o.away(t, asked, conversation.PresenceAway)
		o.route(t)
		o.route(t)
		if after := o.Reread(t, c.ID); after.OfferedTo == asked.AgentID {
			t.Fatalf("still asked: %+v", after)
		}
		// Taking it ends every offer.
		o.do(t, asked, assign(c.ID))
		if c = o.Reread(t, c.ID); c.AssigneeID != asked.AgentID || c.OfferedTo != "" {
			t.Fatalf("it is %+v", c)
		}
	})
}

// Where a touchpoint wants it, who had the contact before is asked first, also where others pick.
func TestSticky(t *testing.T) {
	onEach(t, 3, func(t *testing.T, o *office) {
		rule := o.Directory.Adapter(conversation.ChannelWhatsApp).Window()
		o.tx(t, func(tx *store.Tx) error {
			s := touchpoint.SettingsOf(o.WhatsApp)
			s.Sticky = true
			return touchpoint.Change(t.Context(), tx, o.WhatsApp.ID, s, rule)
		})
		before := o.Conversation(t, func(c *db.Conversation) {
			c.Status, c.AssigneeID, c.ClosedMs = "closed", o.Agents[1].AgentID, o.NowMs()
		})
		o.Advance(time.Hour)
		o.seen(t, o.Agents...)
		again := o.Conversation(t, func(c *db.Conversation) { c.ContactID = before.ContactID })
		stranger := o.Conversation(t, nil)
		o.route(t)
		if c := o.Reread(t, again.ID); c.OfferedTo != o.Agents[1].AgentID {
			t.Fatalf("it is %+v", c)
		}
		if c := o.Reread(t, stranger.ID); c.OfferedTo != "" {
			t.Fatalf("a stranger is offered: %+v", c)
		}
		o.do(t, o.Agents[1], reject(again.ID))
		o.route(t)
		if c := o.Reread(t, again.ID); c.OfferedTo != "" || c.Status != "queued" {
			t.Fatalf("after they rejected it: %+v", c)
		}
	})
}

// What an agent leaves unanswered goes back and to somebody else; an answer keeps it.
func TestLeftUnanswered(t *testing.T) {
	onEach(t, 2, func(t *testing.T, o *office) {
		o.set(t, routing.Settings{Mode: routing.Pick, Unanswered: 5 * time.Minute})
		left, kept := o.Conversation(t, nil), o.Conversation(t, nil)
		for _, c := range []db.Conversation{left, kept} {
			o.do(t, o.Agents[0], assign(c.ID))
		}
		o.do(t, o.Agents[0], &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: kept.ID, Text: "Hello"}}})
		o.Advance(5*time.Minute - time.Millisecond)
		o.route(t)
		if c := o.Reread(t, left.ID); c.Status != "assigned" {
			t.Fatalf("too early: %+v", c)
		}
		o.Advance(time.Millisecond)
		o.route(t)
		c := o.Reread(t, left.ID)
		if kind, content, _ := o.lastLine(t, left.ID); c.Status != "queued" || c.Weight != 0 || kind != conversation.KindTimedOut || content.Text == "" {
			t.Fatalf("it is %+v, the thread says %s", c, kind)
		}
		if c := o.Reread(t, kept.ID); c.Status != "assigned" {
			t.Fatalf("an answered one: %+v", c)
		}
		o.set(t, routing.Settings{Mode: routing.Assign, Unanswered: 5 * time.Minute})
		o.seen(t, o.Agents...)
		o.route(t)
		if c := o.Reread(t, left.ID); c.AssigneeID != o.Agents[1].AgentID {
			t.Fatalf("it went back to who left it: %+v", c)
		}
	})
}

// Outside of business hours nothing is pushed, and who writes is answered once, on both channels only while they can be.
func TestHours(t *testing.T) {
	onEach(t, 1, func(t *testing.T, o *office) {
		// The clock begins on Thursday, 9 October 2025, 08:53:20 UTC.
		hours := routing.Settings{Mode: routing.Assign, HoursText: "thu 09:00-17:00", Zone: "UTC", Answer: "We are back at nine."}
		o.set(t, hours)
		c := o.Conversation(t, nil)
		shut := o.Conversation(t, func(c *db.Conversation) { c.WindowUntilMs = o.NowMs() })
		old := o.Conversation(t, func(c *db.Conversation) { c.LastInboundMs = o.NowMs() - time.Hour.Milliseconds() })
		o.route(t)
		o.route(t)
		c = o.Reread(t, c.ID)
		kind, content, line := o.lastLine(t, c.ID)
		if c.Status != "queued" || c.WaitingSinceMs == 0 || c.Unread != 1 || c.AnsweredMs == 0 {
			t.Fatalf("it is %+v", c)
		}
		if kind != conversation.KindText || content.Text != hours.Answer || content.RawKind != routing.Automatic || line.Direction != "out" || line.State != "in_hub" || line.AgentID != "" {
			t.Fatalf("the thread says %+v", line)
		}
		if n := len(o.Thread(t, c.ID)); n != 2 {
			t.Fatalf("answered %d times", n-1)
		}
		for _, other := range []db.Conversation{shut, old} {
			if n := len(o.Thread(t, other.ID)); n != 1 {
				t.Fatalf("answered where that is not possible or no use: %+v", o.Reread(t, other.ID))
			}
		}
		o.Advance(7 * time.Minute)
		o.seen(t, o.Agents...)
		o.route(t)
		if c = o.Reread(t, c.ID); c.AssigneeID != o.Agents[0].AgentID {
			t.Fatalf("at nine: %+v", c)
		}
	})
}

func TestSettings(t *testing.T) {
	onEach(t, 1, func(t *testing.T, o *office) {
		for _, bad := range []routing.Settings{
			{Mode: "guess"}, {Offer: time.Second}, {Unanswered: time.Second}, {HoursText: "whenever"}, {HoursText: "mon 09:00-17:00", Zone: "Here"},
			{Answer: "We are closed."},
		} {
			_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error { return routing.SetQueue(t.Context(), tx, o.WhatsApp.QueueID, bad) })
			if invalid := new(*routing.InvalidError); !errors.As(err, invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		command := &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_ChangeQueue{ChangeQueue: &hubv1.ChangeQueue{
			QueueId: o.WhatsApp.QueueID, Routing: &hubv1.Routing{Mode: "offer"},
		}}}
		if ack, err := o.box.Execute(t.Context(), o.Agents[0], command); err != nil || ack.GetRefusal().GetCode() != inbox.RefusedForbidden {
			t.Errorf("an agent changed it: %v, %v", ack, err)
		}
		admin := o.Agents[0]
		admin.Role = "admin"
		o.do(t, admin, command)
		rules, err := o.Store.Read().QueueRouting(t.Context(), db.QueueRoutingParams{WorkspaceID: o.ID, QueueID: o.WhatsApp.QueueID})
		if err != nil || rules.Mode != "offer" || rules.OfferMs != routing.DefaultOffer.Milliseconds() {
			t.Errorf("it is %+v, %v", rules, err)
		}
	})
}

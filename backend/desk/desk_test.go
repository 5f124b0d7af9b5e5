package desk_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/alerts"
	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/desktest"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/outbox"
	deskfeed "parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a desk that works with a fake hub.
type bench struct {
	*desk.Desk
	t      *testing.T
	hub    *desktest.Hub
	folder string
	stop   func()

	mu     sync.Mutex
	events []desk.Event
	alerts []alerts.Decision
	unread []int
	moved  chan struct{}
}

// sit opens a desk in a folder and makes it work until the test ends.
func sit(t *testing.T, hub *desktest.Hub, folder string, with ...func(*desk.Options)) *bench {
	t.Helper()
	b := &bench{t: t, hub: hub, folder: folder, moved: make(chan struct{}, 1)}
	wire := hubclient.NewEmbedded(hub.Handler())
	options := desk.Options{
		Folder: folder, HTTPClient: &http.Client{Transport: wire}, BaseURL: "http://hub", SignIn: hub.SignIn,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		Event: func(e desk.Event) {
			b.mu.Lock()
			b.events = append(b.events, e)
			b.mu.Unlock()
			select {
			case b.moved <- struct{}{}:
			default:
			}
		},
		Alert: func(decisions []alerts.Decision) {
			b.mu.Lock()
			b.alerts = append(b.alerts, decisions...)
			b.mu.Unlock()
		},
		Counted: func(now desk.Counts) {
			b.mu.Lock()
			b.unread = append(b.unread, now.Unread)
			b.mu.Unlock()
		},
	}
	for _, change := range with {
		change(&options)
	}
	d, err := desk.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	b.Desk = d
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		wire.Close()
	})
	t.Cleanup(b.stop)
	return b
}

func begin(t *testing.T) *bench {
	t.Helper()
	b := sit(t, desktest.New(), t.TempDir())
	b.live()
	return b
}

// until waits for a condition, looking again with each event.
func (b *bench) until(what string, holds func() bool) {
	b.t.Helper()
	limit := time.After(15 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-b.moved:
		case <-again.C:
		case <-limit:
			b.t.Fatalf("did not happen: %s", what)
		}
	}
}

func (b *bench) live() {
	b.t.Helper()
	b.until("live", func() bool { return b.connection().State == deskfeed.Live })
}

func (b *bench) connection() desk.Connection { return must(b.Connection(b.t.Context())) }

func (b *bench) lists() desk.Lists { return must(b.Lists(b.t.Context())) }

func (b *bench) thread(id string) []desk.Message {
	return must(b.OpenThread(b.t.Context(), id, 100)).Messages
}

// mine makes a conversation that is assigned to the agent, and waits until the desk has it.
func (b *bench) mine(name string) string {
	b.t.Helper()
	id := b.hub.Begin(name)
	b.hub.Write(id, "Good morning")
	b.until("in the Inbox", func() bool {
		return slices.ContainsFunc(b.lists().Inbox, func(c desk.Conversation) bool { return c.Id == id && c.LastNo == 1 })
	})
	outcome := must(b.Assign(b.t.Context(), id))
	if outcome.State != outbox.Done {
		b.t.Fatalf("assign: %+v", outcome)
	}
	b.until("assigned", func() bool {
		return slices.ContainsFunc(b.lists().Mine, func(c desk.Conversation) bool { return c.Id == id && c.Pending == "" })
	})
	return id
}

func (b *bench) refusals() []desk.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.events), func(e desk.Event) bool { return e.Kind != desk.EventRefused })
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func textOf(m desk.Message) string { return m.GetContent().GetText() }

func TestDesk(t *testing.T) {
	t.Run("shows what the contact writes", func(t *testing.T) {
		b := begin(t)
		id := b.hub.Begin("Ana")
		b.hub.Write(id, "Olá")
		b.until("message", func() bool {
			inbox := b.lists().Inbox
			return len(inbox) == 1 && inbox[0].Preview == "Olá" && inbox[0].Contact.Name == "Ana" && len(b.thread(id)) == 1
		})
	})

	t.Run("fetches history that the snapshot did not bring", func(t *testing.T) {
		hub := desktest.New()
		id := hub.Begin("Ana")
		for i := range 30 {
			hub.Write(id, string(rune('a'+i%26)))
		}
		b := sit(t, hub, t.TempDir())
		b.live()
		page := must(b.OpenThread(t.Context(), id, 2))
		if len(page.Messages) != 2 || page.Complete {
			t.Fatalf("first page: %d, complete %v", len(page.Messages), page.Complete)
		}
		seen := slices.Clone(page.Messages)
		for !page.Complete {
			page = must(b.ThreadBefore(t.Context(), id, seen[0].Id, 10))
			seen = append(slices.Clone(page.Messages), seen...)
		}
		for i, m := range seen {
			if m.No != int64(i+1) {
				t.Fatalf("message %d has number %d", i, m.No)
			}
		}
		if len(seen) != 30 {
			t.Fatalf("%d messages", len(seen))
		}
	})

	t.Run("jumps to a message that was far up", func(t *testing.T) {
		hub := desktest.New()
		id := hub.Begin("Ana")
		hub.Write(id, "the reservation code is Ætna-42")
		for range 300 {
			hub.Write(id, "filler")
		}
		b := sit(t, hub, t.TempDir())
		b.live()
		for complete := false; !complete; {
			complete = must(b.FetchThread(t.Context(), id))
		}
		found := must(b.SearchThread(t.Context(), id, "reservação CODE"))
		if !found.Complete {
			t.Error("not all of the history was fetched")
		}
		hits := found.Hits
		if len(hits) != 0 {
			t.Fatalf("found %v", hits)
		}
		hits = must(b.SearchThread(t.Context(), id, "réservation Cod")).Hits
		if len(hits) != 1 || hits[0].Place.No != 1 {
			t.Fatalf("found %v", hits)
		}
		page := must(b.ThreadAround(t.Context(), id, hits[0].MessageID, 10))
		if len(page.Messages) != 6 || page.Messages[0].No != 1 || !page.Complete {
			t.Fatalf("%d messages, complete %v", len(page.Messages), page.Complete)
		}
	})

	t.Run("finds what was written on a day that is far up", func(t *testing.T) {
		hub := desktest.New()
		id := hub.Begin("Ana")
		hub.Write(id, "the first")
		for range 300 {
			hub.Write(id, "filler")
		}
		b := sit(t, hub, t.TempDir())
		b.live()
		first := must(b.MessageSince(t.Context(), id, 0))
		page := must(b.ThreadAround(t.Context(), id, first, 2))
		if page.Messages[0].No != 1 {
			t.Fatalf("since the beginning: number %d", page.Messages[0].No)
		}
		last := must(b.OpenThread(t.Context(), id, 1)).Messages[0]
		if found := must(b.MessageSince(t.Context(), id, last.SentMs+1)); found != last.Id {
			t.Fatalf("since a moment when all was written: %q, not the last one", found)
		}
		if found := must(b.MessageSince(t.Context(), "nowhere", 0)); found != "" {
			t.Fatalf("in no conversation: %q", found)
		}
	})

	t.Run("comes back after the hub was away", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.SetDown(true)
		b.until("offline", func() bool { return b.connection().State == deskfeed.Offline })
		b.hub.Write(id, "Are you there?")
		b.hub.SetDown(false)
		connection := must(b.Refresh(t.Context()))
		if connection.State != deskfeed.Live || connection.NewMessages != 1 || connection.CheckedConversations != 1 {
			t.Fatalf("after refresh: %+v", connection)
		}
		if messages := b.thread(id); textOf(messages[len(messages)-1]) != "Are you there?" {
			t.Fatal("message is missing")
		}
	})

	t.Run("finds by comparing with the hub what the feed left out, repairs it and says so", func(t *testing.T) {
		b := begin(t)
		lacking, ended, well := b.mine("Ana"), b.mine("Rui"), b.mine("Eva")
		if c := must(b.Refresh(t.Context())); c.Gaps != 0 || c.CheckedConversations != 3 || c.ProvenMs == 0 {
			t.Fatalf("all is well: %+v", c)
		}
		b.hub.Mislay(lacking, "Did you get this?")
		b.hub.MislayEnd(ended)
		c := must(b.Refresh(t.Context()))
		if c.Gaps != 2 || c.NewMessages != 1 || c.CheckedConversations != 2 {
			t.Fatalf("%+v", c)
		}
		if messages := b.thread(lacking); textOf(messages[len(messages)-1]) != "Did you get this?" {
			t.Fatal("the message is still missing")
		}
		if rows := must(b.Conversations(t.Context(), []string{ended, well})); rows[0].Status == rows[1].Status {
			t.Fatalf("%s, %s", rows[0].Status, rows[1].Status)
		}
		if c := must(b.Refresh(t.Context())); c.Gaps != 0 || c.NewMessages != 0 {
			t.Fatalf("afterwards: %+v", c)
		}
	})

	t.Run("fetches the history of open conversations in the background", func(t *testing.T) {
		hub := desktest.New()
		id := hub.Begin("Ana")
		for range 150 {
			hub.Write(id, "a line")
		}
		b := sit(t, hub, t.TempDir())
		b.live()
		b.until("history", func() bool { return must(b.SearchThread(t.Context(), id, "line")).Complete }) // asks nobody
		hub.SetDown(true)
		if page := must(b.OpenThread(t.Context(), id, 500)); len(page.Messages) != 150 || !page.Complete {
			t.Fatalf("%d messages, complete: %v", len(page.Messages), page.Complete)
		}
	})

	t.Run("follows another epoch and keeps unsent work", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "half a sen"}); err != nil {
			t.Fatal(err)
		}
		b.hub.NewEpoch()
		b.hub.Write(id, "after the restore")
		b.until("message of the new epoch", func() bool {
			messages := b.thread(id)
			return b.connection().State == deskfeed.Live && textOf(messages[len(messages)-1]) == "after the restore"
		})
		if draft := must(b.Draft(t.Context(), id)); draft.Text != "half a sen" {
			t.Fatalf("draft: %+v", draft)
		}
	})

	t.Run("reports a jump of the hub's clock at once", func(t *testing.T) {
		b := begin(t)
		b.hub.Advance(23 * time.Hour)
		b.until("offset", func() bool { return b.connection().HubOffsetMs > (22 * time.Hour).Milliseconds() })
	})

	t.Run("forgets what the hub deletes", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		message := b.hub.Write(id, "my card number is …")
		b.until("message", func() bool { return len(b.thread(id)) == 2 })
		b.hub.Delete("message", message)
		b.until("gone", func() bool { return len(must(b.Messages(t.Context(), []string{message}))) == 0 })
		if hits := must(b.SearchThread(t.Context(), id, "card")).Hits; len(hits) != 0 {
			t.Fatalf("still found: %v", hits)
		}
	})

	t.Run("forgets what the agent may not see any more, and has it whole when it comes back", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		contact := b.hub.Conversation(id).ContactId
		b.types(id, "I wanted to say")
		b.hub.Put(&hubv1.Note{Id: conversation.NewID(), ConversationId: id, Text: "prefers calls"})
		b.until("note", func() bool { return len(must(b.Notes(t.Context(), id))) == 1 })
		var messages []string
		for _, m := range b.thread(id) {
			messages = append(messages, m.Id)
		}
		b.hub.Hide(id)
		b.until("hidden", func() bool { return len(must(b.Conversations(t.Context(), []string{id}))) == 0 })
		if notes := must(b.Notes(t.Context(), id)); len(notes) != 0 {
			t.Fatalf("notes are left: %v", notes)
		}
		if d := b.draft(id); d.Text != "I wanted to say" {
			t.Fatalf("the draft went, too: %+v", d)
		}
		b.until("messages are off the disk", func() bool { return len(must(b.Messages(t.Context(), messages))) == 0 })
		if c, err := b.Contact(t.Context(), contact); err == nil && c.Name != "" {
			t.Fatalf("the contact is left: %v", c)
		}
		b.hub.Write(id, "Are you there?")
		b.until("back, with what was written before", func() bool {
			rows := must(b.Conversations(t.Context(), []string{id}))
			return len(rows) == 1 && rows[0].Contact.Name == "Ana" && len(b.thread(id)) == 2 && len(must(b.Notes(t.Context(), id))) == 1
		})
	})

	t.Run("is not disturbed by repeated frames", func(t *testing.T) {
		b := begin(t)
		b.hub.RepeatFrames(true)
		id := b.mine("Ana")
		for range 5 {
			b.hub.Write(id, "again")
		}
		b.until("all", func() bool { return len(b.thread(id)) == 6 })
	})
}

// toldOf waits for a decision of which a test has something to say.
func (b *bench) toldOf(what string, is func(alerts.Decision) bool) alerts.Decision {
	b.t.Helper()
	var found alerts.Decision
	b.until(what, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		i := slices.IndexFunc(b.alerts, is)
		if i >= 0 {
			found = b.alerts[i]
		}
		return i >= 0
	})
	return found
}

// alertsOn switches alerts on, and returns when something has rung: from then on news is news.
func (b *bench) alertsOn() {
	b.t.Helper()
	b.SetAlertPrefs(alerts.Prefs{Enabled: true})
	id := b.hub.Begin("Zoe")
	b.hub.Write(id, "First")
	b.toldOf("first alert", func(d alerts.Decision) bool { return d.Key == id && d.Verdict == alerts.Show })
}

// why is the latest decision about a conversation that was kept.
func (b *bench) why(id string) desk.Alert {
	b.t.Helper()
	log := must(b.AlertLog(b.t.Context(), id))
	if len(log) == 0 {
		return desk.Alert{}
	}
	return log[0]
}

func TestAlerts(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.mine("Ana")
	b.until("unread", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.unread) > 0 && b.unread[len(b.unread)-1] == 1
	})
	b.hub.Write(id, "Hello?")
	told := b.toldOf("message is told", func(d alerts.Decision) bool { // without a sound if the first one has just rung
		return d.Key == id && d.Kind == alerts.KindMessage && d.Verdict != alerts.Withdraw && d.Title == "Ana" && d.Body == "Hello?"
	})
	b.SetFocus(id)
	b.until("opening it takes the alert back", func() bool {
		why := b.why(id)
		return why.Verdict == string(alerts.Withdraw) && why.Reason == string(alerts.ReasonFocused)
	})
	t.Run("why it rang can be looked up, also after a restart", func(t *testing.T) {
		if err := b.AlertDelivered(t.Context(), told.ID, "dbus"); err != nil {
			t.Fatal(err)
		}
		b.stop()
		again := sit(t, b.hub, b.folder)
		log := must(again.AlertLog(t.Context(), id))
		i := slices.IndexFunc(log, func(a desk.Alert) bool { return a.ID == told.ID })
		if i < 0 || log[i].Reason != string(told.Reason) || log[i].MessageID != told.MessageID || log[i].Delivery != "dbus" {
			t.Fatalf("kept: %+v", log)
		}
	})
}

func TestAlertsOfTrouble(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.mine("Ana")
	sent := must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Yes"}, b.lists().Mine[0].LastMessageId))[0].Id
	b.until("in the hub", func() bool {
		return slices.ContainsFunc(b.thread(id), func(m desk.Message) bool { return m.Id == sent && m.No > 0 })
	})
	b.hub.Fail(sent)
	d := b.toldOf("failure rings", func(d alerts.Decision) bool {
		return d.Key == id && d.Kind == alerts.KindTrouble && d.Verdict == alerts.Show
	})
	if d.MessageID != sent || d.Unconfirmed || d.Returned {
		t.Fatalf("told: %+v", d)
	}
}

func TestAlertOfTransfer(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.hub.Begin("Ana")
	b.hub.Write(id, "Good morning")
	c := b.hub.Conversation(id)
	c.Status, c.AssigneeId, c.AssignedMs, c.TransferredBy, c.TransferredMs = "assigned", desktest.AgentID, c.OpenedMs, desktest.ColleagueID, c.OpenedMs
	b.hub.Put(c)
	d := b.toldOf("transfer rings", func(d alerts.Decision) bool {
		return d.Key == id && d.Kind == alerts.KindTransfer && d.Verdict == alerts.Show
	})
	if d.GivenBy != "Rui" || !d.Mine || d.Body != "Good morning" {
		t.Fatalf("told: %+v", d)
	}
}

// What the agent has just sent stands last in the list; the alert is about what the contact wrote.
func TestAlertTellsTheContactsWords(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.mine("Ana")
	b.hub.SetDown(true)
	must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "One moment"}, ""))
	b.hub.SetDown(false)
	b.hub.Write(id, "Are you there?")
	b.toldOf("the contact's words", func(d alerts.Decision) bool {
		return d.Key == id && d.Kind == alerts.KindMessage && d.Body == "Are you there?"
	})
}

// The session window closes by the hub's clock, whether or not anything comes.
func TestAlertsOfWindows(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.mine("Ana")
	b.hub.Advance(22*time.Hour + 30*time.Minute)
	b.Nudge()
	b.toldOf("the window rings", func(d alerts.Decision) bool {
		return d.Key == id && d.Kind == alerts.KindWindow && d.Verdict == alerts.Show && d.LeftMs > 0 && d.LeftMs <= 90*60_000
	})
	must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Yes"}, b.lists().Mine[0].LastMessageId))
	b.toldOf("the answer takes it back", func(d alerts.Decision) bool {
		return d.Key == id && d.Kind == alerts.KindWindow && d.Verdict == alerts.Withdraw && d.Reason == alerts.ReasonAnswered
	})
}

// sleepyClock is this computer's, which can sleep.
type sleepyClock struct {
	clock.Clock
	slept atomic.Int64
}

func (c *sleepyClock) Now() time.Time { return c.Clock.Now().Add(time.Duration(c.slept.Load())) }

// What came and what closed during a sleep is told in one, once all of it is here.
func TestAlertsAfterSleep(t *testing.T) {
	sleepy := &sleepyClock{Clock: clock.System}
	b := sit(t, desktest.New(), t.TempDir(), func(o *desk.Options) { o.Clock = sleepy })
	b.live()
	b.alertsOn()
	ana, bo := b.mine("Ana"), b.mine("Bo")
	must(b.Send(t.Context(), cache.Draft{ConversationID: bo, Text: "Yes"}, ""))
	b.until("Bo is answered", func() bool { return b.hub.Conversation(bo).WaitingSinceMs == 0 })
	b.mu.Lock()
	before := len(b.alerts)
	b.mu.Unlock()

	const night = 25 * time.Hour
	b.hub.Advance(night)
	sleepy.slept.Store(int64(night))
	b.hub.Write(bo, "Are you there?")
	b.toldOf("summary", func(d alerts.Decision) bool { return d.Key == alerts.SummaryKey && d.Verdict == alerts.Show })
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.alerts[before:] {
		if d.Verdict == alerts.Show && d.Key != alerts.SummaryKey {
			t.Errorf("told by itself: %+v", d)
		}
		if d.Verdict == alerts.Show && d.Counts != (alerts.Counts{Messages: 1, Missed: 1}) {
			t.Errorf("counts %+v", d.Counts)
		}
	}
	if why := must(b.AlertLog(t.Context(), ana))[0]; why.Kind != string(alerts.KindWindow) {
		t.Errorf("Ana's window: %+v", why)
	}
}

// The name of a contact who writes for the first time can come later than the message.
func TestAlertGetsName(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.hub.Begin("")
	b.hub.Write(id, "Good morning")
	b.toldOf("alert", func(d alerts.Decision) bool { return d.Key == id && d.Verdict == alerts.Show })
	b.hub.Put(&hubv1.Contact{Id: b.hub.Conversation(id).ContactId, Name: "Ana"})
	d := b.toldOf("name", func(d alerts.Decision) bool { return d.Key == id && d.Reason == alerts.ReasonNamed })
	if d.Verdict != alerts.Replace || d.Kind != alerts.KindInbox || d.Title != "Ana" || d.Body != "Good morning" {
		t.Fatalf("%+v", d)
	}
}

// refuseSends refuses every send as there were news.
func refuseSends(c *hubv1.Command) *hubv1.Refusal {
	if c.GetSendMessage() != nil {
		return &hubv1.Refusal{Code: "news"}
	}
	return nil
}

func TestFirstAnswerIsOfAPerson(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	first := func() int64 {
		t.Helper()
		atMs, known, err := b.FirstAnswer(t.Context(), id)
		if err != nil || !known {
			t.Fatalf("known %v, %v", known, err)
		}
		return atMs
	}
	b.hub.Say(id, "out", &hubv1.Content{Kind: "text", Text: "We answer within the hour"}) // no agent wrote it
	b.until("automatic", func() bool { return len(b.thread(id)) == 2 })
	if at := first(); at != 0 {
		t.Fatalf("an automatic message counts as an answer, at %d", at)
	}
	must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Good morning"}, ""))
	b.until("answered", func() bool { return len(b.hub.Sends()) == 1 && first() > 0 })
	at := first()
	must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Are you there?"}, ""))
	b.until("again", func() bool { return len(b.hub.Sends()) == 2 && len(b.thread(id)) == 4 })
	if again := first(); again != at {
		t.Fatalf("the first answer moved from %d to %d", at, again)
	}
	archived, _ := b.hub.Archive("Bo", "one", "two")
	if _, known, err := b.FirstAnswer(t.Context(), archived); err != nil || known {
		t.Fatalf("of what was never here: known %v, %v", known, err)
	}
}

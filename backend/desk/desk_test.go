package desk_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/backend/desk"
	"parley/backend/desk/alerts"
	"parley/backend/desk/cache"
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
func sit(t *testing.T, hub *desktest.Hub, folder string) *bench {
	t.Helper()
	b := &bench{t: t, hub: hub, folder: folder, moved: make(chan struct{}, 1)}
	wire := hubclient.NewEmbedded(hub.Handler())
	d, err := desk.Open(t.Context(), desk.Options{
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
		Counted: func(unread int) {
			b.mu.Lock()
			b.unread = append(b.unread, unread)
			b.mu.Unlock()
		},
	})
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
		hits := must(b.SearchThread(t.Context(), id, "reservação CODE"))
		if len(hits) != 0 {
			t.Fatalf("found %v", hits)
		}
		hits = must(b.SearchThread(t.Context(), id, "réservation Cod"))
		if len(hits) != 1 || hits[0].Place.No != 1 {
			t.Fatalf("found %v", hits)
		}
		page := must(b.ThreadAround(t.Context(), id, hits[0].MessageID, 10))
		if len(page.Messages) != 6 || page.Messages[0].No != 1 || !page.Complete {
			t.Fatalf("%d messages, complete %v", len(page.Messages), page.Complete)
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
		if hits := must(b.SearchThread(t.Context(), id, "card")); len(hits) != 0 {
			t.Fatalf("still found: %v", hits)
		}
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

func TestAlerts(t *testing.T) {
	b := begin(t)
	b.SetAlertPrefs(alerts.Prefs{Enabled: true})
	counted := func(n int) func() bool {
		return func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return len(b.unread) > 0 && b.unread[len(b.unread)-1] == n
		}
	}
	b.until("first decision", counted(0))
	id := b.mine("Ana")
	b.until("unread", counted(1))
	b.hub.Write(id, "Hello?")
	b.until("alert", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return slices.ContainsFunc(b.alerts, func(d alerts.Decision) bool {
			return d.Key == id && d.Kind == alerts.KindMessage && d.Verdict == alerts.Show && d.Title == "Ana" && d.Body == "Hello?"
		})
	})
	b.SetFocus(id)
	b.until("withdrawn", func() bool {
		log := b.AlertLog(id)
		return len(log) > 0 && log[0].Verdict == alerts.Withdraw && log[0].Reason == alerts.ReasonFocused
	})
}

// The name of a contact who writes for the first time can come later than the message.
func TestAlertGetsName(t *testing.T) {
	b := begin(t)
	b.SetAlertPrefs(alerts.Prefs{Enabled: true})
	latest := func(id string) alerts.Decision {
		if log := b.AlertLog(id); len(log) > 0 {
			return log[0]
		}
		return alerts.Decision{}
	}
	b.until("first decision", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.unread) > 0
	})
	id := b.hub.Begin("")
	b.hub.Write(id, "Good morning")
	b.until("alert", func() bool { return latest(id).Verdict == alerts.Show })
	b.hub.Put(&hubv1.Contact{Id: b.hub.Conversation(id).ContactId, Name: "Ana"})
	b.until("name", func() bool { return latest(id).Reason == alerts.ReasonNamed })
	if d := latest(id); d.Verdict != alerts.Replace || d.Kind != alerts.KindInbox || d.Title != "Ana" || d.Body != "Good morning" {
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

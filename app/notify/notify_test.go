package notify

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/backend/desk/alerts"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeSystem works, and notes what it was asked.
type fakeSystem struct {
	mu     sync.Mutex
	orders []string
	done   chan struct{}
}

func (f *fakeSystem) note(order string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, order)
	f.done <- struct{}{}
	return nil
}

func (f *fakeSystem) Show(_ context.Context, n Notification) error {
	return f.note("show " + n.Key + " " + n.Body)
}

func (f *fakeSystem) Withdraw(_ context.Context, key string) error { return f.note("withdraw " + key) }

func (f *fakeSystem) Close() error { return nil }

func TestWorker(t *testing.T) {
	system := &fakeSystem{done: make(chan struct{}, 10)}
	worker := NewWorker(slog.New(slog.DiscardHandler), func() (Notifier, error) { return system, nil })
	worker.Show(Notification{Key: "a", Body: "one"})
	worker.Show(Notification{Key: "b", Body: "two\u202e\x07  lines\n"})
	worker.Show(Notification{Key: "a", Body: "three"})
	worker.Show(Notification{Key: "c", Body: "four"})
	worker.Withdraw("c")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { worker.Serve(ctx); close(ended) }()
	for range 3 {
		<-system.done
	}
	cancel()
	<-ended
	if want := []string{"show a three", "show b two lines", "withdraw c"}; !slices.Equal(system.orders, want) {
		t.Fatalf("orders: %q", system.orders)
	}
}

// A notification that only corrects another one must not be all that is shown.
func TestWorkerQuiet(t *testing.T) {
	worker := NewWorker(slog.New(slog.DiscardHandler), nil)
	worker.Show(Notification{Key: "a", Title: "Unknown contact"})
	worker.Show(Notification{Key: "a", Title: "Ana", Quiet: true})
	if _, o, _ := worker.take(); o.notification.Title != "Ana" || o.notification.Quiet {
		t.Fatalf("before the first is shown: %+v", o)
	}
	worker.Show(Notification{Key: "a", Title: "Ana", Quiet: true})
	if _, o, _ := worker.take(); !o.notification.Quiet {
		t.Fatalf("after it was shown: %+v", o)
	}
	if err := carryOut(t.Context(), nil, "a", order{notification: Notification{Key: "a", Quiet: true}}); !errors.Is(err, errNoNotifier) {
		t.Fatalf("without a system: %v", err)
	}
}

func TestWorkerForgetsTheOldest(t *testing.T) {
	worker := NewWorker(slog.New(slog.DiscardHandler), func() (Notifier, error) { return nil, errors.New("none") })
	for i := range queueMost + 1 {
		worker.Show(Notification{Key: strings.Repeat("k", i+1)})
	}
	if key, _, _ := worker.take(); key != "kk" || len(worker.orders) != queueMost-1 {
		t.Fatalf("next is %q of %d", key, len(worker.orders))
	}
}

func TestOf(t *testing.T) {
	closes := time.Now().Add(time.Hour)
	for _, test := range []struct {
		rule        string
		decision    alerts.Decision
		title, body string
	}{
		{"message", alerts.Decision{Kind: alerts.KindMessage, Title: "Ana", Body: "Hi", Count: 1}, "Ana", "Hi"},
		{"several messages", alerts.Decision{Kind: alerts.KindMessage, Title: "Ana", Body: "Hi", Count: 3}, "Ana (3)", "Hi"},
		{"hidden text", alerts.Decision{Kind: alerts.KindMessage, Title: "Ana", Count: 1}, "Ana", "New message"},
		{"unknown contact in the Inbox", alerts.Decision{Kind: alerts.KindInbox}, "Inbox: Unknown contact", "New conversation"},
		{"summary", alerts.Decision{Key: alerts.SummaryKey, Kind: alerts.KindSummary, Counts: alerts.Counts{Messages: 12, Windows: 1, Inbox: 1}}, "Parley",
			"1 session window closes soon · 12 conversations with unread messages · 1 in the Inbox"},
		{"closing window", alerts.Decision{Kind: alerts.KindWindow, Title: "Ana", UntilMs: closes.UnixMilli(), LeftMs: 71*60_000 + 1}, "Ana",
			"Waits for an answer. The session window closes at " + closes.Format("15:04") + ", in 1 h 12 min."},
		{"failed message", alerts.Decision{Kind: alerts.KindTrouble, Title: "Ana"}, "Ana", "Your message was not delivered."},
		{"message without an answer", alerts.Decision{Kind: alerts.KindTrouble, Title: "Ana", Unconfirmed: true}, "Ana", "Your message is not confirmed: it may or may not have arrived."},
		{"message that was given back", alerts.Decision{Kind: alerts.KindTrouble, Title: "Ana", Returned: true}, "Ana", "Your message was not sent. It is a draft again."},
		{"transfer", alerts.Decision{Kind: alerts.KindTransfer, Title: "Ana", GivenBy: "Rui", Body: "Hi"}, "Ana", "Rui transferred this to you: Hi"},
		{"transfer with hidden text", alerts.Decision{Kind: alerts.KindTransfer, Title: "Ana", GivenBy: "Rui"}, "Ana", "Rui transferred this to you"},
		{"hub", alerts.Decision{Key: alerts.HubKey, Kind: alerts.KindHub}, "Parley", "The hub has not been reached for some time. What you write waits on this computer."},
	} {
		if n := Of(test.decision); n.Title != test.title || n.Body != test.body {
			t.Errorf("%s: %+v", test.rule, n)
		}
	}
	if Of(alerts.Decision{Verdict: alerts.Show}).Quiet || !Of(alerts.Decision{Verdict: alerts.Replace}).Quiet {
		t.Error("only what replaces is quiet")
	}
	for _, kind := range []alerts.Kind{alerts.KindSummary, alerts.KindHub} {
		if n := Of(alerts.Decision{Key: "key", Kind: kind}); n.ConversationID != "" {
			t.Errorf("%s leads to a conversation", kind)
		}
	}
}

func TestPrinting(t *testing.T) {
	if got := printing("👨\u200d👩 a\x07b"); got != "👨👩 ab" {
		t.Fatalf("%q", got)
	}
}

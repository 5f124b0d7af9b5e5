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

	"parley/app/words"
	"parley/backend/desk/alerts"
	"parley/backend/desk/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeSystem works, and notes what it was asked.
type fakeSystem struct {
	mu     sync.Mutex
	orders []string
	done   chan struct{}
	way    Way
	hang   chan struct{} // Show waits for it when it is set
	fails  error
}

func (f *fakeSystem) note(order string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, order)
	f.done <- struct{}{}
	return nil
}

func (f *fakeSystem) Show(_ context.Context, n Notification) error {
	if f.hang != nil {
		<-f.hang
	}
	return errors.Join(f.fails, f.note("show "+n.Key+" "+n.Body))
}

func (f *fakeSystem) About() About { return About{Way: f.way, Clicks: true} }

func (f *fakeSystem) Withdraw(_ context.Context, key string) error { return f.note("withdraw " + key) }

func (f *fakeSystem) Close() error { return nil }

func TestWorker(t *testing.T) {
	system := &fakeSystem{done: make(chan struct{}, 10)}
	worker := NewWorker(Options{Log: slog.New(slog.DiscardHandler), Start: func() (Notifier, error) { return system, nil }})
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
	worker := NewWorker(Options{Log: slog.New(slog.DiscardHandler)})
	worker.Show(Notification{Key: "a", Title: "Unknown contact"})
	worker.Show(Notification{Key: "a", Title: "Ana", Quiet: true})
	if _, o, _ := worker.take(); o.notification.Title != "Ana" || o.notification.Quiet {
		t.Fatalf("before the first is shown: %+v", o)
	}
	worker.Show(Notification{Key: "a", Title: "Ana", Quiet: true})
	if _, o, _ := worker.take(); !o.notification.Quiet {
		t.Fatalf("after it was shown: %+v", o)
	}
	if _, how, err := worker.deliver(t.Context(), Notification{Key: "a", Quiet: true}); how != DeliveryGone || err != nil {
		t.Fatalf("without a system: %s, %v", how, err)
	}
}

func TestWorkerForgetsTheOldest(t *testing.T) {
	worker := NewWorker(Options{Log: slog.New(slog.DiscardHandler)})
	for i := range queueMost + 1 {
		worker.Show(Notification{Key: strings.Repeat("k", i+1)})
	}
	if key, _, _ := worker.take(); key != "kk" || len(worker.orders) != queueMost-1 {
		t.Fatalf("next is %q of %d", key, len(worker.orders))
	}
}

// A service that hangs is given up, left alone for a while, and asked again; nothing else waits for it.
func TestWorkerGivesUp(t *testing.T) {
	hanging, working := &fakeSystem{done: make(chan struct{}, 10), hang: make(chan struct{}), way: WayDBus}, &fakeSystem{done: make(chan struct{}, 10), way: WayDBus}
	defer close(hanging.hang)
	systems := []*fakeSystem{hanging, working}
	fake := clock.NewFake(time.Now())
	worker := NewWorker(Options{Log: slog.New(slog.DiscardHandler), Clock: fake, Start: func() (Notifier, error) {
		next := systems[0]
		systems = systems[1:]
		return next, nil
	}})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { worker.Serve(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()

	tried := make(chan Health, 1)
	try := func(key string) {
		go func() {
			health, _ := worker.Try(t.Context(), Notification{Key: key})
			tried <- health
		}()
	}
	try("a")
	for slow := false; !slow; { // the clock of a goroutine that is not waiting yet does not run
		fake.Advance(time.Second)
		select {
		case health := <-tried:
			if slow = true; health.Trouble != TroubleSlow || health.Way != "" {
				t.Fatalf("health: %+v", health)
			}
		case <-time.After(10 * time.Millisecond):
		}
	}
	try("b")
	if health := <-tried; health.Trouble != TroubleSlow {
		t.Fatalf("asked again at once: %+v", health)
	}
	fake.Advance(deafFor)
	try("c")
	if health := <-tried; health.Trouble != TroubleNone || health.Way != WayDBus {
		t.Fatalf("after a while: %+v", health)
	}
}

func TestWorkerTellsHowItWent(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		rule             string
		system, fallback *fakeSystem
		compatible       bool
		want             Delivery
		trouble          Trouble
	}{
		{"the system's way", &fakeSystem{way: WayWails}, &fakeSystem{way: WayBeeep}, false, Delivery(WayWails), TroubleNone},
		{"beeep, when that fails", &fakeSystem{way: WayWails, fails: broken}, &fakeSystem{way: WayBeeep}, false, Delivery(WayBeeep), TroubleFallback},
		{"beeep, when the person wants it", &fakeSystem{way: WayWails}, &fakeSystem{way: WayBeeep}, true, Delivery(WayBeeep), TroubleNone},
		{"not at all, when both fail", &fakeSystem{fails: broken}, &fakeSystem{fails: broken}, false, DeliveryFailed, TroubleMissing},
	} {
		t.Run(test.rule, func(t *testing.T) {
			test.system.done, test.fallback.done = make(chan struct{}, 10), make(chan struct{}, 10)
			var delivered []Delivery
			worker := NewWorker(Options{
				Log: slog.New(slog.DiscardHandler), Start: func() (Notifier, error) { return test.system, nil },
				Delivered: func(id int64, how Delivery) {
					if id == 7 {
						delivered = append(delivered, how)
					}
				},
			})
			worker.fallback = test.fallback
			worker.SetCompatible(test.compatible)
			worker.show(t.Context(), order{notification: Notification{Key: "a", ID: 7}})
			if !slices.Equal(delivered, []Delivery{test.want}) || worker.Health().Trouble != test.trouble {
				t.Fatalf("delivered %q: %+v", delivered, worker.Health())
			}
		})
	}
}

func english() *words.Words { return words.In("en") }

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
		if n := Of(test.decision, english()); n.Title != test.title || n.Body != test.body {
			t.Errorf("%s: %+v", test.rule, n)
		}
	}
	if Of(alerts.Decision{Verdict: alerts.Show}, english()).Quiet || !Of(alerts.Decision{Verdict: alerts.Replace}, english()).Quiet {
		t.Error("only what replaces is quiet")
	}
	if n := Of(alerts.Decision{Kind: alerts.KindTransfer, GivenBy: "Rui", Body: "Hi"}, words.In("pt")); n.Title != "Contacto desconhecido" || n.Body != "Rui transferiu-lhe esta conversa: Hi" {
		t.Errorf("in Portuguese: %+v", n)
	}
	for _, kind := range []alerts.Kind{alerts.KindSummary, alerts.KindHub} {
		if n := Of(alerts.Decision{Key: "key", Kind: kind}, english()); n.ConversationID != "" {
			t.Errorf("%s leads to a conversation", kind)
		}
	}
}

func TestPrinting(t *testing.T) {
	if got := printing("👨\u200d👩 a\x07b"); got != "👨👩 ab" {
		t.Fatalf("%q", got)
	}
}

// A contact's name that looks like an option must not become one where beeep starts a program with it.
func TestNoOption(t *testing.T) {
	for text, want := range map[string]string{"Ana": "Ana", "--replace-id=1": " --replace-id=1", "-": " -"} {
		if got := noOption(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestAnswerable(t *testing.T) {
	for _, test := range []struct {
		rule               string
		decision           alerts.Decision
		answerable, unread bool
	}{
		{"a message of mine", alerts.Decision{Kind: alerts.KindMessage, Mine: true, MessageID: "m", Count: 1}, true, true},
		{"a closing window of mine that was read", alerts.Decision{Kind: alerts.KindWindow, Mine: true, MessageID: "m"}, true, false},
		{"the Inbox", alerts.Decision{Kind: alerts.KindInbox, MessageID: "m", Count: 1}, false, false},
		{"a failed message", alerts.Decision{Kind: alerts.KindTrouble, Mine: true, MessageID: "m"}, false, false},
	} {
		if n := Of(test.decision, english()); n.Answerable != test.answerable || n.Unread != test.unread {
			t.Errorf("%s: %+v", test.rule, n)
		}
	}
}

package notify

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// fakeService is a notification service on a bus of its own.
type fakeService struct {
	conn *dbus.Conn

	mu     sync.Mutex
	next   uint32
	bodies map[uint32]string
	acts   map[uint32][]string // what a person can do
	loud   []uint32            // that had the server's own sound
	closed []uint32
	during func(replaces, id uint32) // before Notify answers
}

func (f *fakeService) GetCapabilities() ([]string, *dbus.Error) {
	return []string{"actions", "body", "body-markup", "inline-reply"}, nil
}

func (f *fakeService) GetServerInformation() (name, vendor, version, spec string, err *dbus.Error) {
	return "fake", "Parley", "1", "1.2", nil
}

func (f *fakeService) Notify(_ string, replaces uint32, _, _, body string, actions []string, hints map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := replaces
	if _, open := f.bodies[id]; !open {
		f.next++
		id = f.next
	}
	if expire != -1 {
		body = "expires: " + body
	}
	f.bodies[id] = body
	f.acts[id] = actions
	if hints["suppress-sound"].Value() != true {
		f.loud = append(f.loud, id)
	}
	if f.during != nil {
		f.during(replaces, id)
	}
	return id, nil
}

func (f *fakeService) CloseNotification(id uint32) *dbus.Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = append(f.closed, id)
	return nil
}

// seen is what was shown, by id, and what was withdrawn.
func (f *fakeService) seen() (bodies map[uint32]string, closed []uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.bodies), slices.Clone(f.closed)
}

func (f *fakeService) emit(t *testing.T, signal string, values ...any) {
	t.Helper()
	if err := f.conn.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications."+signal, values...); err != nil {
		t.Fatal(err)
	}
}

// startService starts a session bus with the service on it.
func startService(t *testing.T) *fakeService {
	t.Helper()
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Skip("no dbus-daemon here:", err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	service := &fakeService{conn: conn, bodies: map[uint32]string{}, acts: map[uint32][]string{}}
	if err := conn.Export(service, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.freedesktop.Notifications", 0); err != nil {
		t.Fatal(err)
	}
	return service
}

func TestDBus(t *testing.T) {
	service := startService(t)
	opened := make(chan Response, 4)
	n, err := New(t.Context(), nil, english, func(r Response) { opened <- r })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	show := func(key, body string) {
		t.Helper()
		if err := n.Show(t.Context(), Notification{Key: key, Title: "Ana", Body: body, ConversationID: key}); err != nil {
			t.Fatal(err)
		}
	}
	show("a", "<b>bold</b> & more")
	show("b", "hello")
	show("a", "<i>again</i>")
	bodies, _ := service.seen()
	if len(bodies) != 2 || bodies[1] != "&lt;i&gt;again&lt;/i&gt;" || bodies[2] != "hello" {
		t.Fatalf("shown: %v", bodies)
	}

	// A dismissal, a click on another program's notification and a click on ours: only the last one counts.
	service.emit(t, "NotificationClosed", uint32(2), uint32(2))
	service.emit(t, "ActionInvoked", uint32(99), "default")
	service.emit(t, "ActionInvoked", uint32(1), "default")
	select {
	case landed := <-opened:
		if landed.ConversationID != "a" {
			t.Fatalf("landed in %+v", landed)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the click did not arrive")
	}
	if len(opened) != 0 {
		t.Fatal("something else was taken for a click")
	}

	if err := n.Withdraw(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, closed := service.seen(); len(closed) != 1 || closed[0] != 1 {
		t.Fatalf("withdrawn: %v", closed)
	}
}

// An offer can be accepted and rejected where it is shown.
func TestDBusOffer(t *testing.T) {
	service := startService(t)
	answered := make(chan Response, 4)
	n, err := New(t.Context(), nil, english, func(r Response) { answered <- r })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for id, action := range []Action{ActionAccept, ActionReject} {
		key := string(action)
		if err := n.Show(t.Context(), Notification{Key: key, Title: "Offered to you: Ana", ConversationID: key, Offered: true}); err != nil {
			t.Fatal(err)
		}
		service.emit(t, "ActionInvoked", uint32(id+1), key)
		select {
		case got := <-answered:
			if got.Action != action || got.ConversationID != key {
				t.Errorf("%s comes as %+v", action, got)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s did not arrive", action)
		}
	}
}

// A click that comes before the service has told the id is a click, and so is one on what has just been replaced.
func TestDBusEarlyClick(t *testing.T) {
	service := startService(t)
	opened := make(chan Response, 4)
	n, err := New(t.Context(), nil, english, func(r Response) { opened <- r })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	landsIn := func(body string) {
		t.Helper()
		select {
		case landed := <-opened:
			if landed.Body != body {
				t.Fatalf("landed in %+v, not %q", landed, body)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("the click on %q was lost", body)
		}
	}
	service.mu.Lock()
	service.during = func(_, id uint32) {
		service.emit(t, "ActionInvoked", id, "default")
		time.Sleep(30 * time.Millisecond) // nothing tells that a signal was heard
	}
	service.mu.Unlock()
	if err := n.Show(t.Context(), Notification{Key: "a", Body: "new"}); err != nil {
		t.Fatal(err)
	}
	landsIn("new")

	service.mu.Lock()
	delete(service.bodies, 1) // the person has just closed it with a click
	service.during = func(replaces, _ uint32) {
		service.emit(t, "ActionInvoked", replaces, "default")
		service.emit(t, "NotificationClosed", replaces, uint32(2))
	}
	service.mu.Unlock()
	if err := n.Show(t.Context(), Notification{Key: "a", Body: "newer"}); err != nil {
		t.Fatal(err)
	}
	landsIn("new")
}

// A quiet notification replaces what is shown, and brings nothing back that the person has put away.
func TestDBusQuiet(t *testing.T) {
	service := startService(t)
	opened := make(chan Response, 4)
	n, err := New(t.Context(), nil, english, func(r Response) { opened <- r })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	show := func(key, body string, quiet bool) {
		t.Helper()
		if err := n.Show(t.Context(), Notification{Key: key, Body: body, Quiet: quiet}); err != nil && !errors.Is(err, ErrGone) {
			t.Fatal(err)
		}
	}
	show("a", "one", false)
	show("a", "two", true)
	show("b", "never shown", true)
	if bodies, _ := service.seen(); len(bodies) != 1 || bodies[1] != "two" || len(service.loud) > 0 {
		t.Fatalf("shown: %v, with the server's sound: %v", bodies, service.loud)
	}
	service.emit(t, "NotificationClosed", uint32(1), uint32(2))
	service.emit(t, "ActionInvoked", uint32(1), "default")
	<-opened // the dismissal has been heard, too
	show("a", "three", true)
	if bodies, _ := service.seen(); bodies[1] != "two" {
		t.Fatalf("brought back: %v", bodies)
	}
}

// A reply in the notification arrives once, however often the server tells it, and only ours counts.
func TestDBusReply(t *testing.T) {
	service := startService(t)
	responses := make(chan Response, 4)
	n, err := New(t.Context(), nil, english, func(r Response) { responses <- r })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if about := n.About(); about != (About{Way: WayDBus, Service: "fake 1", Clicks: true, Replies: true}) {
		t.Fatalf("about: %+v", about)
	}
	for _, one := range []Notification{
		{Key: "a", ConversationID: "a", Answerable: true, Unread: true},
		{Key: "b", ConversationID: "b", Answerable: true, Unread: true},
		{Key: "c"},
	} {
		if err := n.Show(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	service.mu.Lock()
	if acts := service.acts[1]; !slices.Equal(acts, []string{"default", "Open", "inline-reply", "Reply", "read", "Mark read"}) {
		t.Errorf("a person can: %q", acts)
	}
	if acts := service.acts[3]; !slices.Equal(acts, []string{"default", "Open"}) {
		t.Errorf("a person can: %q", acts)
	}
	service.mu.Unlock()
	service.emit(t, "NotificationReplied", uint32(99), "for another program")
	service.emit(t, "NotificationReplied", uint32(1), "On my way")
	service.emit(t, "NotificationReplied", uint32(1), "On my way")
	service.emit(t, "ActionInvoked", uint32(2), "read")
	var got []string
	for range 2 {
		select {
		case r := <-responses:
			got = append(got, string(r.Action)+" "+r.ConversationID+" "+r.Text)
		case <-time.After(10 * time.Second):
			t.Fatalf("heard only %q", got)
		}
	}
	slices.Sort(got) // they come on two ways
	if !slices.Equal(got, []string{"read b ", "reply a On my way"}) || len(responses) > 0 {
		t.Fatalf("heard %q and %d more", got, len(responses))
	}
}

// The whole way with a bus on which nobody shows notifications: beeep has its turn, and the trouble is known.
func TestNobodyShowsNotifications(t *testing.T) {
	service := startService(t)
	if _, err := service.conn.ReleaseName("org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	fallback := &fakeSystem{done: make(chan struct{}, 10), way: WayBeeep}
	changed := make(chan struct{}, 10)
	worker := NewWorker(Options{
		Log: slog.New(slog.DiscardHandler), HealthChanged: func() { changed <- struct{}{} },
		Start: func() (Notifier, error) { return New(t.Context(), nil, english, func(Response) {}) },
	})
	worker.fallback = fallback
	serve(t, worker)
	worker.Show(Notification{Key: "a", Body: "one"})
	<-fallback.done
	<-changed
	health, err := worker.Try(t.Context(), Notification{Key: "b"})
	if err != nil || health.Trouble != TroubleFallback || health.Way != WayBeeep || health.Detail == "" {
		t.Fatalf("health: %+v, %v", health, err)
	}

	if _, err := service.conn.RequestName("org.freedesktop.Notifications", 0); err != nil {
		t.Fatal(err)
	}
	health, err = worker.Try(t.Context(), Notification{Key: "c"})
	if err != nil || health.Trouble != TroubleNone || health.Way != WayDBus {
		t.Fatalf("once there is a service: %+v, %v", health, err)
	}
}

// serve makes a worker work until the test ends.
func serve(t *testing.T, w *Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { w.Serve(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
}

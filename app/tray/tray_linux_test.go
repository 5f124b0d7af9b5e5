package tray

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/app/words"
	"parley/build/e2e/desktop"
)

// raced says that the race detector is on. It finds that fyne.io/systray 1.12.2 reads the number of its menu's version
// without the lock under which it is written; make lint runs this test without the detector.
var raced bool

// The tray of a desktop shows what is unread and whether the agent is there, in their language, and hears what they choose.
// One test: there is one tray a process.
func TestTray(t *testing.T) {
	if raced {
		t.Skip("the library races with itself")
	}
	folder, err := os.MkdirTemp("", "parley-tray-") // not t.TempDir: its path is too long for sockets
	if err != nil {
		t.Fatal(err)
	}
	screen, err := desktop.StartBus(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close(); _ = os.RemoveAll(folder) })
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", screen.Bus())

	var mu sync.Mutex
	state := State{Words: words.In("en"), Unread: 3, Inbox: 1}
	acts := make(chan Action, 8)
	tray := New(nil, func(context.Context) State {
		mu.Lock()
		defer mu.Unlock()
		return state
	})
	if tray.There() {
		t.Fatal("a desktop without a tray has one")
	}
	on, err := screen.ServeTray()
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	if !tray.There() {
		t.Fatal("the tray is not seen")
	}

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- tray.Serve(ctx, func(a Action) { acts <- a }) }()
	limited, late := context.WithTimeout(t.Context(), 20*time.Second)
	defer late()
	if err := on.AwaitSays(limited, "Parley: 3 unread messages · 1 in the Inbox"); err != nil {
		t.Fatal(err)
	}
	for label, want := range map[string]Action{
		"Open Parley": Open, "Away": Away, "Do not disturb": DoNotDisturb, "Snooze for 1 h": Snooze, "Quit Parley": Quit,
	} {
		if err := on.Choose(limited, label); err != nil {
			t.Fatal(err)
		}
		if got := <-acts; got != want {
			t.Errorf("%s asks for %q", label, got)
		}
	}
	if err := on.Tap(limited); err != nil || <-acts != Open {
		t.Errorf("a click on the icon: %v", err)
	}

	mu.Lock()
	state = State{Words: words.In("pt"), Away: true, NoHub: true}
	mu.Unlock()
	tray.Wake()
	if err := on.AwaitSays(limited, "Parley: Sem contacto com o hub"); err != nil {
		t.Fatal(err)
	}
	entries, err := on.Menu(limited)
	if err != nil {
		t.Fatal(err)
	}
	away := slices.IndexFunc(entries, func(e desktop.Entry) bool { return e.Label == "Ausente" })
	if away < 0 || !entries[away].Checked || entries[0].Enabled {
		t.Errorf("the menu is %+v", entries)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestSays(t *testing.T) {
	for want, state := range map[string]State{
		"Nothing unread":          {},
		"1 unread message":        {Unread: 1},
		"No contact with the hub": {NoHub: true},
	} {
		state.Words = words.In("en")
		if got := state.Says(); got != want {
			t.Errorf("%+v says %q", state, got)
		}
	}
}

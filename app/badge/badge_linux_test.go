package badge

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A dock shows what is unread, the latest number, and none once Parley has gone.
func TestBadge(t *testing.T) {
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
	dock, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer dock.Close()
	if err := dock.AddMatchSignal(dbus.WithMatchInterface("com.canonical.Unity.LauncherEntry")); err != nil {
		t.Fatal(err)
	}
	signals := make(chan *dbus.Signal, 8)
	dock.Signal(signals)
	shows := func(count int64) {
		t.Helper()
		select {
		case signal := <-signals:
			values := signal.Body[1].(map[string]dbus.Variant)
			if signal.Body[0] != desktopFile || values["count"].Value() != count || values["count-visible"].Value() != (count > 0) {
				t.Fatalf("shows %v", signal.Body)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("does not show %d", count)
		}
	}

	badge := New()
	badge.Set(1)
	badge.Set(3)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { badge.Serve(ctx, func(err error) { t.Error(err) }); close(ended) }()
	shows(3)
	badge.Set(4)
	shows(4)
	cancel()
	<-ended
	shows(0)
}

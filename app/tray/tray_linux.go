package tray

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// The watcher knows the tray's items, and whether anything shows them: GNOME has none without an extension.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
)

// askLimit is how long a desktop may take to say whether it has a tray.
const askLimit = time.Second

// possible reports why there can be no tray: the library needs a session bus.
func possible() error {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return fmt.Errorf("connect to session bus: %w", err)
	}
	return conn.Close()
}

// There reports whether the person can see the tray at this moment.
func (t *Tray) There() bool {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return false
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), askLimit)
	defer cancel()
	var shown bool
	err = conn.Object(watcherName, watcherPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "IsStatusNotifierHostRegistered").Store(&shown)
	return err == nil && shown
}

// iconOf is a PNG as the library takes it here.
func iconOf(png []byte) ([]byte, error) { return png, nil }

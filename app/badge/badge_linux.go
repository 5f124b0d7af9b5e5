package badge

import (
	"fmt"

	"github.com/godbus/dbus/v5"
)

const (
	launcherPath   = dbus.ObjectPath("/com/canonical/unity/launcherentry/parley")
	launcherUpdate = "com.canonical.Unity.LauncherEntry.Update"
	// desktopFile names the icon: docks look for this file.
	desktopFile = "application://parley.desktop"
)

// launcher tells docks of the number by a signal on the session's bus. It connects with the first one.
type launcher struct{ conn *dbus.Conn }

func (l *launcher) show(count int) error {
	if l.conn == nil {
		if count == 0 {
			return nil
		}
		conn, err := dbus.ConnectSessionBus()
		if err != nil {
			return fmt.Errorf("connect to session bus: %w", err)
		}
		l.conn = conn
	}
	err := l.conn.Emit(launcherPath, launcherUpdate, desktopFile, map[string]dbus.Variant{
		"count": dbus.MakeVariant(int64(count)), "count-visible": dbus.MakeVariant(count > 0),
	})
	if err != nil {
		return fmt.Errorf("put number on icon: %w", err)
	}
	return nil
}

func (l *launcher) close() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

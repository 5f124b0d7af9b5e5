//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
	itemName    = "org.kde.StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
)

// Tray is the desktop's place for icons of programs: it records who wants to be shown, and plays the person at the menu.
type Tray struct {
	conn *dbus.Conn

	mu    sync.Mutex
	owner string
	path  dbus.ObjectPath
}

// Entry is one line of a menu.
type Entry struct {
	ID      int32
	Label   string
	Checked bool
	Enabled bool
}

// ServeTray gives the desktop a tray until Close. Without it there is none, as on GNOME.
func (d *Desktop) ServeTray() (*Tray, error) {
	conn, err := dbus.Connect(d.bus)
	if err != nil {
		return nil, fmt.Errorf("serve tray: %w", err)
	}
	t := &Tray{conn: conn}
	_, err = prop.Export(conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitTrue},
	}})
	if err == nil {
		err = conn.Export(watcher{t}, watcherPath, watcherName)
	}
	var reply dbus.RequestNameReply
	if err == nil {
		reply, err = conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	}
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		conn.Close()
		return nil, fmt.Errorf("own %s: reply %d, %w", watcherName, reply, err)
	}
	return t, nil
}

// Close takes the tray away.
func (t *Tray) Close() error { return t.conn.Close() }

// watcher is what programs call.
type watcher struct{ t *Tray }

func (w watcher) RegisterStatusNotifierItem(sender dbus.Sender, path string) *dbus.Error {
	w.t.mu.Lock()
	defer w.t.mu.Unlock()
	w.t.owner, w.t.path = string(sender), dbus.ObjectPath(path)
	return nil
}

// AwaitSays waits until the icon's title, which is read out and shown on pointing, has some text.
func (t *Tray) AwaitSays(ctx context.Context, text string) error {
	last := "nothing"
	return await(ctx, "the tray to say "+text, func() bool {
		if title, err := t.item().GetProperty(itemName + ".Title"); err == nil {
			last, _ = title.Value().(string)
		}
		return strings.Contains(last, text)
	})
}

func (t *Tray) item() dbus.BusObject {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.conn.Object(t.owner, t.path)
}

// Menu lists the lines of the menu, without dividers.
func (t *Tray) Menu(ctx context.Context) ([]Entry, error) {
	at, err := t.item().GetProperty(itemName + ".Menu")
	if err != nil {
		return nil, fmt.Errorf("find menu: %w", err)
	}
	path, _ := at.Value().(dbus.ObjectPath)
	var revision uint32
	var root struct {
		ID         int32
		Properties map[string]dbus.Variant
		Children   []dbus.Variant
	}
	menu := t.conn.Object(t.item().Destination(), path)
	if err := menu.CallWithContext(ctx, menuName+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		return nil, fmt.Errorf("read menu: %w", err)
	}
	var entries []Entry
	for _, child := range root.Children {
		parts, _ := child.Value().([]any)
		if len(parts) < 2 {
			continue
		}
		properties, _ := parts[1].(map[string]dbus.Variant)
		one := Entry{Enabled: true}
		one.ID, _ = parts[0].(int32)
		one.Label, _ = properties["label"].Value().(string)
		if enabled, told := properties["enabled"].Value().(bool); told {
			one.Enabled = enabled
		}
		one.Checked = properties["toggle-state"].Value() == int32(1)
		if one.Label != "" {
			entries = append(entries, one)
		}
	}
	return entries, nil
}

// Choose is the person choosing a line of the menu, as soon as it is there.
func (t *Tray) Choose(ctx context.Context, label string) error {
	var chosen Entry
	var last error
	err := await(ctx, "the tray's menu to offer "+label, func() bool {
		entries, err := t.Menu(ctx)
		last = err
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.Label == label })
		if i >= 0 {
			chosen = entries[i]
		}
		return i >= 0
	})
	if err != nil {
		return errors.Join(err, last)
	}
	at, err := t.item().GetProperty(itemName + ".Menu")
	if err != nil {
		return err
	}
	path, _ := at.Value().(dbus.ObjectPath)
	return t.conn.Object(t.item().Destination(), path).CallWithContext(ctx, menuName+".Event", 0, chosen.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err
}

// Tap is the person clicking the icon itself.
func (t *Tray) Tap(ctx context.Context) error {
	return t.item().CallWithContext(ctx, itemName+".Activate", 0, int32(0), int32(0)).Err
}

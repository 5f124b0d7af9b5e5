package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"slices"
	"strings"
	"sync"

	"github.com/esiqveland/notify"
	"github.com/godbus/dbus/v5"
	xdraw "golang.org/x/image/draw"

	"parley/app/words"
)

// desktopEntry is the name of the .desktop file, by which servers find name, icon and the person's own rules.
const desktopEntry = "parley"

// iconPixels is the edge of the icon that is sent along: it crosses the bus with each notification.
const iconPixels = 48

const (
	serviceName = "org.freedesktop.Notifications"
	servicePath = dbus.ObjectPath("/org/freedesktop/Notifications")
	// replied is the signal of servers with the capability "inline-reply" (KDE Plasma): the id, and what was written.
	replied = "NotificationReplied"
	// inlineReply is the action that makes such a server show a field.
	inlineReply = "inline-reply"
	// defaultAction is a click on the notification itself.
	defaultAction = "default"
)

// New connects to the session's notification service. speak gives the words of buttons; responded is called from another
// goroutine when a person does something with a notification. Wails' own notifications are not used here: they report a dismissal as a click (Wails
// 2.16.0).
func New(_ context.Context, icon []byte, speak func() *words.Words, responded func(Response)) (Notifier, error) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, fmt.Errorf("connect to session bus: %w", err)
	}
	d := &dbusNotifier{conn: conn, speak: speak, responded: responded, ids: map[string][2]uint32{}, shown: map[uint32]card{}, icon: hintIcon(icon)}
	d.service, err = notify.New(conn, notify.WithOnAction(d.invoked), notify.WithOnClosed(d.closed), notify.WithLogger(quiet{}))
	if err != nil {
		return nil, fmt.Errorf("listen to notification service: %w", errors.Join(err, conn.Close()))
	}
	if err := d.ask(); err != nil {
		return nil, fmt.Errorf("ask notification service: %w", errors.Join(err, d.Close()))
	}
	return d, nil
}

// ask asks the service what it can do.
func (d *dbusNotifier) ask() error {
	capabilities, err := d.service.GetCapabilities()
	if err != nil {
		return err
	}
	d.markup = slices.Contains(capabilities, "body-markup")
	d.about = About{Way: WayDBus, Clicks: slices.Contains(capabilities, "actions"), Replies: slices.Contains(capabilities, inlineReply)}
	if server, err := d.service.GetServerInformation(); err == nil {
		d.about.Service = strings.TrimSpace(server.Name + " " + server.Version)
	}
	if !d.about.Replies {
		return nil
	}
	if err := d.conn.AddMatchSignal(dbus.WithMatchObjectPath(servicePath), dbus.WithMatchInterface(serviceName), dbus.WithMatchMember(replied)); err != nil {
		return err
	}
	replies := make(chan *dbus.Signal, 8)
	d.conn.Signal(replies)
	go func() {
		for signal := range replies { // ends with the connection
			d.heard(signal)
		}
	}()
	return nil
}

// dbusNotifier shows notifications through org.freedesktop.Notifications.
type dbusNotifier struct {
	conn      *dbus.Conn
	service   notify.Notifier
	speak     func() *words.Words
	responded func(Response)
	icon      *notify.Hint
	about     About
	markup    bool // the server reads the body as markup

	// mu is held while an id is on its way, so that a click is not looked at before its id is known. The answer does not
	// wait for signals (godbus 5.2.4 hands them to a goroutine when nobody takes them).
	mu    sync.Mutex
	ids   map[string][2]uint32 // the latest, and the one that it took over from: a click on that may still be on its way
	shown map[uint32]card
}

// card is a notification at the server.
type card struct {
	Notification
	dismissed bool // a click may still be reported
}

func (d *dbusNotifier) Show(_ context.Context, n Notification) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := d.ids[n.Key]
	replaces := ids[0]
	if was, known := d.shown[replaces]; n.Quiet && (!known || was.dismissed) {
		return ErrGone
	}
	body := n.Body
	if d.markup {
		body = escaper.Replace(body)
	}
	wire := notify.Notification{
		AppName: appName, ReplacesID: replaces, AppIcon: desktopEntry, Summary: n.Title, Body: body,
		Actions:       d.actions(n),
		ExpireTimeout: notify.ExpireTimeoutSetByNotificationServer,
	}
	wire.AddHint(notify.Hint{ID: "desktop-entry", Variant: dbus.MakeVariant(desktopEntry)})
	wire.AddHint(notify.Hint{ID: "category", Variant: dbus.MakeVariant("im.received")})
	wire.SetUrgency(notify.UrgencyNormal)
	if n.Urgent {
		wire.SetUrgency(notify.UrgencyCritical)
	}
	// The page has sounds of its own, with a volume.
	wire.AddHint(notify.Hint{ID: "suppress-sound", Variant: dbus.MakeVariant(true)})
	if d.icon != nil {
		wire.AddHint(*d.icon)
	}
	id, err := d.service.SendNotification(wire)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if id != replaces {
		delete(d.shown, ids[1])
		d.ids[n.Key] = [2]uint32{id, replaces}
	}
	d.shown[id] = card{Notification: n}
	return nil
}

func (d *dbusNotifier) Withdraw(_ context.Context, key string) error {
	d.mu.Lock()
	ids, known := d.ids[key]
	d.forget(key)
	d.mu.Unlock()
	if !known {
		return nil
	}
	if _, err := d.service.CloseNotification(ids[0]); err != nil {
		return fmt.Errorf("withdraw notification: %w", err)
	}
	return nil
}

// forget drops what is known under a key. d.mu is held.
func (d *dbusNotifier) forget(key string) {
	for _, id := range d.ids[key] {
		delete(d.shown, id)
	}
	delete(d.ids, key)
}

// actions are what a person can do with a notification at this server.
func (d *dbusNotifier) actions(n Notification) []notify.Action {
	w := d.speak()
	actions := []notify.Action{{Key: defaultAction, Label: w.Open}}
	if n.Answerable && d.about.Replies {
		actions = append(actions, notify.Action{Key: inlineReply, Label: w.Reply})
	}
	if n.Unread {
		actions = append(actions, notify.Action{Key: string(ActionRead), Label: w.MarkRead})
	}
	if n.Offered {
		actions = append(actions, notify.Action{Key: string(ActionAccept), Label: w.Accept}, notify.Action{Key: string(ActionReject), Label: w.Reject})
	}
	return actions
}

// invoked hears of every click on any program's notification: the signal is broadcast. Only our own ids count.
func (d *dbusNotifier) invoked(signal *notify.ActionInvokedSignal) {
	d.mu.Lock()
	clicked, ours := d.shown[signal.ID]
	d.mu.Unlock()
	if !ours {
		return
	}
	switch action := Action(signal.ActionKey); action {
	case defaultAction:
		d.responded(Response{Notification: clicked.Notification, Action: ActionOpen})
	case ActionRead, ActionAccept, ActionReject:
		d.responded(Response{Notification: clicked.Notification, Action: action})
	}
}

// heard hears of every reply, to any program. The first one to a notification of ours counts: a signal that comes twice
// must not send twice.
func (d *dbusNotifier) heard(signal *dbus.Signal) {
	if signal.Name != serviceName+"."+replied || len(signal.Body) < 2 {
		return
	}
	id, isID := signal.Body[0].(uint32)
	text, isText := signal.Body[1].(string)
	if !isID || !isText {
		return
	}
	d.mu.Lock()
	answered, ours := d.shown[id]
	if ours {
		d.forget(answered.Key)
	}
	d.mu.Unlock()
	if ours {
		d.responded(Response{Notification: answered.Notification, Action: ActionReply, Text: text})
	}
}

func (d *dbusNotifier) About() About { return d.about }

// closed forgets a notification. Its reason says nothing about clicks: GNOME gives "dismissed" for almost everything.
func (d *dbusNotifier) closed(signal *notify.NotificationClosedSignal) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, ours := d.shown[signal.ID]
	switch {
	case !ours:
	case signal.Reason == notify.ReasonDismissedByUser: // some servers close before they report the click
		one.dismissed = true
		d.shown[signal.ID] = one
	case d.ids[one.Key][0] == signal.ID:
		d.forget(one.Key)
	default:
		delete(d.shown, signal.ID)
	}
}

func (d *dbusNotifier) Close() error {
	err := d.service.Close()
	if err = errors.Join(err, d.conn.Close()); err != nil {
		return fmt.Errorf("leave notification service: %w", err)
	}
	return nil
}

// hintIcon makes the icon small; nil when it cannot be read.
func hintIcon(data []byte) *notify.Hint {
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	small := image.NewRGBA(image.Rect(0, 0, iconPixels, iconPixels))
	xdraw.CatmullRom.Scale(small, small.Bounds(), full, full.Bounds(), draw.Over, nil)
	hint := notify.HintImageDataRGBA(small)
	return &hint
}

// quiet drops the library's own log lines, which tell of each closed loop.
type quiet struct{}

func (quiet) Printf(string, ...any) {}

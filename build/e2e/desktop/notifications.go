//go:build linux

package desktop

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

const (
	notificationsName = "org.freedesktop.Notifications"
	notificationsPath = dbus.ObjectPath("/org/freedesktop/Notifications")
)

// Notification is one call of Notify.
type Notification struct {
	ID       uint32
	App      string
	Replaces uint32 // 0: a new one
	Icon     string
	Summary  string
	Body     string
	Actions  []string // key, label, key, label …
	Hints    map[string]dbus.Variant
}

// Notifications is the session's notification service. It shows nothing: it records, and plays the person.
type Notifications struct {
	conn *dbus.Conn

	mu     sync.Mutex
	nextID uint32
	all    []Notification
	open   map[uint32]bool
	news   chan struct{} // closed and replaced at each change
}

// Reasons of NotificationClosed.
const (
	reasonDismissed = 2
	reasonWithdrawn = 3
)

// serveNotifications owns the name on a bus until close.
func serveNotifications(bus string) (*Notifications, error) {
	conn, err := dbus.Connect(bus)
	if err != nil {
		return nil, fmt.Errorf("serve notifications: %w", err)
	}
	n := &Notifications{conn: conn, open: map[uint32]bool{}, news: make(chan struct{})}
	if err := conn.Export(service{n}, notificationsPath, notificationsName); err != nil {
		conn.Close()
		return nil, fmt.Errorf("serve notifications: %w", err)
	}
	reply, err := conn.RequestName(notificationsName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		conn.Close()
		return nil, fmt.Errorf("own %s: reply %d, %w", notificationsName, reply, err)
	}
	return n, nil
}

func (n *Notifications) close() error { return n.conn.Close() }

// Leave ends the service as programs see it: there is none until Return.
func (n *Notifications) Leave() error {
	_, err := n.conn.ReleaseName(notificationsName)
	return err
}

// Return brings the service back.
func (n *Notifications) Return() error {
	_, err := n.conn.RequestName(notificationsName, dbus.NameFlagDoNotQueue)
	return err
}

// Await returns the first notification, of all that ever came, that matches; what completes the sentence "waited for".
func (n *Notifications) Await(ctx context.Context, what string, matches func(Notification) bool) (Notification, error) {
	for {
		n.mu.Lock()
		all, news := n.all, n.news
		n.mu.Unlock()
		for _, one := range all {
			if matches(one) {
				return one, nil
			}
		}
		select {
		case <-ctx.Done():
			return Notification{}, fmt.Errorf("waited for %s, but these came: %s", what, describe(all))
		case <-news:
		}
	}
}

// AwaitWithdrawn waits until the program has taken a notification back.
func (n *Notifications) AwaitWithdrawn(ctx context.Context, id uint32) error {
	for {
		n.mu.Lock()
		open, news := n.open[id], n.news
		n.mu.Unlock()
		if !open {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for notification %d to be withdrawn", id)
		case <-news:
		}
	}
}

// Click is the person clicking a notification: its default action is invoked, and it closes.
func (n *Notifications) Click(one Notification) error {
	if err := n.conn.Emit(notificationsPath, notificationsName+".ActionInvoked", one.ID, "default"); err != nil {
		return err
	}
	return n.closed(one.ID, reasonDismissed)
}

// Reply is the person writing in a notification, which closes. Some servers tell it twice.
func (n *Notifications) Reply(one Notification, text string) error {
	for range 2 {
		if err := n.conn.Emit(notificationsPath, notificationsName+".NotificationReplied", one.ID, text); err != nil {
			return err
		}
	}
	return n.closed(one.ID, reasonDismissed)
}

// Press is the person pressing a button of a notification, which closes.
func (n *Notifications) Press(one Notification, action string) error {
	if err := n.conn.Emit(notificationsPath, notificationsName+".ActionInvoked", one.ID, action); err != nil {
		return err
	}
	return n.closed(one.ID, reasonDismissed)
}

// All lists everything that ever came, in order.
func (n *Notifications) All() []Notification {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.all)
}

// Dismiss is the person closing a notification without a click on it.
func (n *Notifications) Dismiss(one Notification) error {
	return n.closed(one.ID, reasonDismissed)
}

func (n *Notifications) closed(id, reason uint32) error {
	n.mu.Lock()
	delete(n.open, id)
	n.changed()
	n.mu.Unlock()
	return n.conn.Emit(notificationsPath, notificationsName+".NotificationClosed", id, reason)
}

// changed wakes who waits. n.mu is held.
func (n *Notifications) changed() {
	close(n.news)
	n.news = make(chan struct{})
}

func describe(all []Notification) string {
	if len(all) == 0 {
		return "none"
	}
	text := ""
	for _, one := range all {
		text += fmt.Sprintf("\n  %d (replaces %d) %q: %q", one.ID, one.Replaces, one.Summary, one.Body)
	}
	return text
}

// service is what programs call: exactly the methods of the specification.
type service struct{ n *Notifications }

func (s service) GetCapabilities() ([]string, *dbus.Error) {
	return []string{"actions", "body", "body-markup", "icon-static", "inline-reply", "persistence"}, nil
}

func (s service) GetServerInformation() (name, vendor, version, spec string, err *dbus.Error) {
	return "desktop-test", "Parley", "1", "1.2", nil
}

func (s service) Notify(app string, replaces uint32, icon, summary, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n := s.n
	n.mu.Lock()
	defer n.mu.Unlock()
	id := replaces
	if id == 0 || !n.open[id] {
		n.nextID++
		id = n.nextID
	}
	n.open[id] = true
	n.all = append(n.all, Notification{
		ID: id, App: app, Replaces: replaces, Icon: icon, Summary: summary, Body: body, Actions: actions, Hints: hints,
	})
	n.changed()
	return id, nil
}

func (s service) CloseNotification(id uint32) *dbus.Error {
	if err := s.n.closed(id, reasonWithdrawn); err != nil {
		return dbus.MakeFailedError(err)
	}
	return nil
}

//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/app/notify"
	"parley/app/words"
	"parley/backend/desk"
	"parley/backend/desk/alerts"
	"parley/backend/hub/store"
	"parley/build/e2e/desktop"
)

const (
	ringMessages = 200
	ringOthers   = 300 // conversations that wait in the Inbox meanwhile
	ringLimit    = 10 * time.Second
)

// ringBench measures a signed webhook until the desktop's notification service is called, through a real hub, an agent's
// desk over HTTP, and a session bus.
func ringBench(ctx context.Context, folder string) ([]Figure, error) {
	screen, err := desktop.StartBus(ctx, filepath.Join(folder, "screen"))
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", screen.Bus()); err != nil {
		return nil, err
	}
	bare, err := bareNotifications(ctx)
	if err != nil {
		return nil, err
	}
	rang, err := rings(ctx, folder, screen.Notifications)
	if err != nil {
		return nil, err
	}
	return []Figure{atMost("Message in the hub to notification call, p99", millis(percentile(rang, 99)), "ms", 300, fmt.Sprintf(
		"median %.1f ms, of which 150 ms wait for more; the call alone p99 %.1f ms; %d open conversations beside it",
		millis(percentile(rang, 50)), millis(percentile(bare, 99)), ringOthers))}, nil
}

func english() *words.Words { return words.In("en") }

// bareNotifications are how long the call alone takes, with its answer.
func bareNotifications(ctx context.Context) ([]time.Duration, error) {
	system, err := notify.New(ctx, nil, english, func(notify.Response) {})
	if err != nil {
		return nil, err
	}
	defer system.Close()
	var took []time.Duration
	for n := range ringMessages {
		began := time.Now()
		if err := system.Show(ctx, notify.Notification{Key: "bare", Title: "Bench", Body: fmt.Sprint("bare ", n)}); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// rings sends a contact's messages one after the other and returns how long after each webhook was answered its
// notification was asked for. The wait begins before the answer comes, so that a call can be earlier.
func rings(ctx context.Context, folder string, service *desktop.Notifications) (rang []time.Duration, err error) {
	h, err := openHub(ctx, folder, store.Config{SQLiteFile: filepath.Join(folder, "hub.db")})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	address, stop, err := serve(ctx, h.Handler(), h.Serve)
	if err != nil {
		return nil, err
	}
	defer stop()
	agent, err := h.Store.Read().AgentByEmail(ctx, "bench@example.com")
	if err != nil {
		return nil, err
	}
	token, err := h.Access.Open(ctx, agent, "Bench", "bench")
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	post := func(n, contact int) (time.Time, error) {
		if _, err := conn.Write(webhook(n, contact, time.Now(), address)); err != nil {
			return time.Time{}, err
		}
		status, err := answer(reader)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("answered %d", status)
		}
		return time.Now(), err
	}
	for n := range ringOthers + 1 {
		if _, err := post(n, n); err != nil {
			return nil, err
		}
	}
	if err := h.WorkIn(ctx); err != nil {
		return nil, err
	}

	working, ended := context.WithCancel(ctx)
	defer ended()
	worker := notify.NewWorker(notify.Options{
		Log:   slog.New(slog.DiscardHandler),
		Start: func() (notify.Notifier, error) { return notify.New(working, nil, english, func(notify.Response) {}) },
	})
	d, leave, err := join(ctx, desk.Options{
		Folder: filepath.Join(folder, "desk"), HTTPClient: &http.Client{}, BaseURL: "http://" + address,
		SignIn: func(context.Context) (string, error) { return token, nil }, Log: slog.New(slog.DiscardHandler),
		Alert: func(decisions []alerts.Decision) {
			for _, one := range decisions {
				if one.Verdict != alerts.Withdraw {
					worker.Show(notify.Of(one, english()))
				}
			}
		},
	})
	if err != nil {
		return nil, err
	}
	shown := make(chan struct{})
	go func() { worker.Serve(working); close(shown) }()
	defer func() {
		err = errors.Join(err, leave())
		ended()
		<-shown
	}()
	if err := take(ctx, d, "Contact 0"); err != nil {
		return nil, err
	}
	d.SetAlertPrefs(alerts.Prefs{Enabled: true, Kinds: map[alerts.Kind]alerts.Wish{alerts.KindInbox: {}}})
	for n := ringOthers + 1; n <= ringOthers+ringMessages; n++ {
		heard := make(chan time.Time, 1)
		go func() {
			limited, cancel := context.WithTimeout(ctx, ringLimit)
			defer cancel()
			text := fmt.Sprintf("message number %d of", n)
			if _, err := service.Await(limited, text, func(one desktop.Notification) bool { return strings.Contains(one.Body, text) }); err == nil {
				heard <- time.Now()
			}
			close(heard)
		}()
		committed, err := post(n, 0)
		if err != nil {
			return nil, err
		}
		at, any := <-heard
		if !any && len(rang) == 0 && n <= ringOthers+3 {
			continue // what comes while a desk catches up is told in one summary
		}
		if !any {
			return nil, fmt.Errorf("no notification of message %d within %v", n, ringLimit)
		}
		rang = append(rang, at.Sub(committed))
	}
	return rang, nil
}

// take assigns a contact's conversation to the agent of a desk.
func take(ctx context.Context, d *desk.Desk, name string) error {
	lists, err := d.Lists(ctx)
	if err != nil {
		return err
	}
	for _, c := range lists.Inbox {
		if c.Contact.Name == name {
			outcome, err := d.Assign(ctx, c.Id)
			if err == nil && outcome.Refusal != nil {
				err = fmt.Errorf("refused: %v", outcome.Refusal)
			}
			return err
		}
	}
	return fmt.Errorf("%s is not among %d conversations in the Inbox", name, len(lists.Inbox))
}
